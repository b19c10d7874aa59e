"""Orphans, dead ends and the menu that most pages share."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal_crawler.graph.link_graph import Level
from portal_crawler.graph.page_shape import PageShape, page_shape
from portal_crawler.urls import url_key
from tests.graph.test_link_graph import graph_of
from tests.link_lines import link, page, url

LINKS = [
    link("index", "a"), link("index", "b"), link("index", "c"), link("index", "end"), link("index", "gone"),
    link("a", "about", "footer"), link("b", "about", "navigation"), link("c", "about", "header"),
    link("a", "index", "navigation"), link("b", "index", "navigation"),
    link("c", "rare", "navigation"), link("c", "b", "body"),
    link("a", "//ads.test/", "footer"), link("b", "//ads.test/", "footer"), link("c", "//ads.test/", "footer"),
    link("site.xml", "hidden", "other", "sitemap"), link("feed.xml", "fed", "other", "feed"),
    link("end", "end"), link("hidden", "hidden"),
]  # fmt: skip
FETCHED = ("index", "a", "b", "c", "end", "about", "hidden", "fed", "site.xml")


def _shape(folder: Path) -> tuple[PageShape, dict[str, int]]:
    graph = graph_of(folder, LINKS, [*map(page, FETCHED), page("gone", 404)])
    ids = {key: node for node, key in enumerate(graph.pages.keys)}
    return page_shape(graph.pages, graph.edges[Level.PAGE]), {
        name: ids[url_key(url(name)) or ""] for name in (*FETCHED, "gone", "rare", "//ads.test/")
    }


def test_pages_that_no_reader_is_led_to_are_orphans(tmp_path: Path) -> None:
    shape, ids = _shape(tmp_path)
    assert {name for name, node in ids.items() if shape.orphan[node]} == {"hidden", "fed", "site.xml"}


def test_pages_that_lead_nowhere_are_dead_ends(tmp_path: Path) -> None:
    shape, ids = _shape(tmp_path)
    assert {name for name, node in ids.items() if shape.dead_end[node]} == {"end", "about", "hidden", "fed"}


def test_the_skeleton_is_what_most_menus_lead_to(tmp_path: Path) -> None:
    shape, ids = _shape(tmp_path)
    shares = {name: shape.menu_share[node] for name, node in ids.items() if shape.menu_share[node]}
    # Four pages have links for readers; ads.test is another portal, and its share is of its own pages.
    assert shares == pytest.approx({"about": 3 / 4, "index": 2 / 4, "rare": 1 / 4})
    assert shape.skeleton.tolist() == [ids["about"]]

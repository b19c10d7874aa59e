"""Which links an editor set."""

from __future__ import annotations

import pytest

from portal_crawler.graph.crawl_tally import CrawlTally
from portal_crawler.graph.editorial import is_editorial
from portal_crawler.graph.occurrence import DECLARED, EDITORIAL, MENU, NOFOLLOW, occurrence_flags
from tests.link_lines import link


@pytest.mark.parametrize("editorial", [True, False])
@pytest.mark.parametrize("role", ["body", "related"])
def test_what_the_line_says_is_believed_whatever_the_role(role: str, *, editorial: bool) -> None:
    assert is_editorial(link("a", "b", role, editorial=editorial)) is editorial


@pytest.mark.parametrize("role", ["related", "navigation", "header", "footer", "byline", "caption", "promo", "other"])
def test_of_an_older_line_a_link_outside_of_the_body_is_no_editors(role: str) -> None:
    assert not is_editorial(link("a", "b", role))


@pytest.mark.parametrize("element", ["canonical", "redirect", "meta_refresh", "feed", "sitemap"])
def test_of_an_older_line_what_no_reader_sees_is_no_editors(element: str) -> None:
    assert not is_editorial(link("a", "b", "body", element))


@pytest.mark.parametrize("element", ["a", "area", "iframe"])
def test_of_an_older_line_a_link_in_the_body_is_an_editors(element: str) -> None:
    assert is_editorial(link("a", "b", "body", element))


def test_an_edge_counts_the_links_that_the_lines_call_editorial() -> None:
    tally = CrawlTally()
    tally.add_link(link("a", "b", "related", editorial=True))
    tally.add_link(link("a", "b", "body", editorial=False))
    tally.add_link(link("a", "b", "body"))
    edges = tally.take_edges()
    assert (edges.column("total").tolist(), edges.column("editorial").tolist()) == ([3], [2])


@pytest.mark.parametrize(
    ("role", "element", "rel", "flags"),
    [
        ("body", "a", ["nofollow", "ugc"], EDITORIAL | NOFOLLOW),
        ("footer", "a", [], MENU),
        ("other", "sitemap", [], DECLARED),
        ("other", "redirect", [], 0),
    ],
)
def test_a_link_counts_as_what_it_is(role: str, element: str, rel: list[str], flags: int) -> None:
    editorial = bool(flags & EDITORIAL)
    assert occurrence_flags(role, element, rel, editorial=editorial) == flags

"""Tallies in files: the parts of many crawls' lines come to what all lines together come to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from portal_crawler.graph.crawl_tally import CrawlTally
from portal_crawler.graph.link_graph import Level, assembled
from portal_crawler.graph.tally_npz import load_tally, save_tally
from tests.link_lines import link, page

LINKS = [
    link("a", "b"),
    link("a", "b", "navigation"),
    link("b", "//other.test/x", "related", rel=["nofollow"]),
    link("c", "a", element="canonical"),
    link("b", "a", target_url="http://www.portal.test/A"),
]
PAGES = [page("a"), page("b", 404, kind="other"), page("c", robots=["nofollow"]), page("a", 301, kind="other")]


def _tally(links: list[dict[str, object]], pages: list[dict[str, object]]) -> CrawlTally:
    tally = CrawlTally()
    for record in links:
        tally.add_link(record)
    for record in pages:
        tally.add_page(record)
    return tally


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_parts_in_files_come_to_the_whole(tmp_path: Path, order: tuple[int, ...]) -> None:
    pytest.importorskip("tldextract", reason="needs the extra graph")
    parts = [(LINKS[:2], PAGES[:1]), (LINKS[2:], PAGES[1:]), ([], [])]
    for number, part in enumerate(parts):
        save_tally(_tally(*part), tmp_path / f"{number}.npz")
    tally = CrawlTally()
    for number in order:
        tally.absorb(load_tally(tmp_path / f"{number}.npz"))
    found, expected = assembled(tally), assembled(_tally(LINKS, PAGES))
    assert found.lines == expected.lines == len(LINKS)
    assert (found.pages.keys, found.pages.urls) == (expected.pages.keys, expected.pages.urls)
    for name in ("fetched", "statuses", "kinds"):
        np.testing.assert_array_equal(getattr(found.pages, name), getattr(expected.pages, name))
    for level in Level:
        np.testing.assert_array_equal(found.edges[level].pairs, expected.edges[level].pairs)
        np.testing.assert_array_equal(found.edges[level].counts, expected.edges[level].counts)


def test_the_same_lines_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save_tally(_tally(LINKS, PAGES), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()

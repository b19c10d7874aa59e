"""The graph of lines: what it counts at every level, and that the order of lines plays no part."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.graph import crawl_tally
from portal_crawler.graph.crawl_tally import CrawlTally
from portal_crawler.graph.crawls_jsonl import read_crawls
from portal_crawler.graph.edge_tally import EdgeTally
from portal_crawler.graph.link_graph import Level, LinkGraph, assembled, kind_names
from portal_crawler.urls import name_of
from tests.link_lines import link, page, url, write_crawl

LINKS = [
    link("news/a", "news/b"),
    link("news/a", "news/b", "related"),
    link("news/a", "index", "navigation"),
    link("news/b", "index", "navigation", rel=["nofollow"]),
    link("news/b", "//other.test/x"),
    link("news/b", "news/b"),
    link("index", "news/a", "other", "redirect"),
    link("index", "news/a", "body", "canonical"),
]
PAGES = [page("news/a"), page("news/b", robots=["noindex", "nofollow"]), page("index", 404), page("index", 301)]


def graph_of(folder: Path, links: list[dict[str, Any]], pages: list[dict[str, Any]] | None = None) -> LinkGraph:
    return assembled(read_crawls([write_crawl(folder, links, pages)]))


def _told(edges: EdgeTally, names: list[str]) -> dict[tuple[str, str], tuple[int, ...]]:
    rows = zip(edges.sources.tolist(), edges.targets.tolist(), edges.counts.T.tolist(), strict=True)
    return {(names[source], names[target]): tuple(counts) for source, target, counts in rows}


def test_edges_have_their_counts(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, LINKS, PAGES)
    names = [one.removeprefix(url("")) for one in graph.pages.urls]
    # total, editorial, nofollow, menu, declared; every link of news/b is nofollow, as the page asks
    assert _told(graph.edges[Level.PAGE], names) == {
        ("news/a", "news/b"): (2, 1, 0, 0, 0),
        ("news/a", "index"): (1, 0, 0, 1, 0),
        ("news/b", "index"): (1, 0, 1, 1, 0),
        ("news/b", "http://other.test/x"): (1, 1, 1, 0, 0),
        ("news/b", "news/b"): (1, 1, 1, 0, 0),
        ("index", "news/a"): (2, 0, 0, 0, 1),
    }


@pytest.mark.parametrize(
    ("level", "edges"),
    [
        (
            Level.SECTION,
            {
                ("www.portal.test/news/", "www.portal.test/news/"): (3, 2, 1, 0, 0),
                ("www.portal.test/news/", "www.portal.test/"): (2, 0, 1, 2, 0),
                ("www.portal.test/news/", "other.test/"): (1, 1, 1, 0, 0),
                ("www.portal.test/", "www.portal.test/news/"): (2, 0, 0, 0, 1),
            },
        ),
        (
            Level.HOST,
            {
                ("www.portal.test", "www.portal.test"): (7, 2, 2, 2, 1),
                ("www.portal.test", "other.test"): (1, 1, 1, 0, 0),
            },
        ),
        (
            Level.DOMAIN,
            {("portal.test", "portal.test"): (7, 2, 2, 2, 1), ("portal.test", "other.test"): (1, 1, 1, 0, 0)},
        ),
    ],
)
def test_levels_add_their_pages_up(tmp_path: Path, level: Level, edges: dict[tuple[str, str], tuple[int, ...]]) -> None:
    graph = graph_of(tmp_path, LINKS, PAGES)
    assert _told(graph.edges[level], [name_of(name) for name in graph.places[level].names]) == edges


def test_pages_are_told_as_they_answered(tmp_path: Path) -> None:
    pages = graph_of(tmp_path, LINKS, PAGES).pages
    told = zip(pages.urls, pages.fetched.tolist(), pages.statuses.tolist(), kind_names(pages.kinds), strict=True)
    assert list(told) == [
        (url("//other.test/x"), False, 0, None),
        (url("index"), True, 301, "article"),
        (url("news/a"), True, 200, "article"),
        (url("news/b"), True, 200, "article"),
    ]


def test_a_server_may_answer_with_any_number(tmp_path: Path) -> None:
    statuses = graph_of(tmp_path, [], [page("a", 70_000), page("b", 10**12), page("c", 0)]).pages.statuses
    assert statuses.tolist() == [70_000, 2**31 - 1, 0]


def test_without_pages_those_with_links_were_fetched(tmp_path: Path) -> None:
    pages = graph_of(tmp_path, LINKS).pages
    assert pages.fetched.tolist() == [False, True, True, True]
    assert kind_names(pages.kinds) == [None] * 4


def test_a_page_has_the_address_under_which_it_was_fetched(tmp_path: Path) -> None:
    https = {"target_url": "https://www.portal.test/b"}
    links = [link("a", "b", **https), link("a", "b"), link("c", "b", **https)]
    assert graph_of(tmp_path / "linked", links).pages.urls[1] == url("b")
    fetched = [page("b", url="https://www.portal.test/b")]
    assert graph_of(tmp_path / "fetched", links, fetched).pages.urls[1] == "https://www.portal.test/b"


def test_places_say_what_they_hold(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, [*LINKS, link("index", "//chinese.portal.test/x")], PAGES)
    domains = graph.places[Level.DOMAIN]
    assert list(domains.names) == ["test,other", "test,portal"]
    assert domains.pages.tolist() == [1, 4]
    assert domains.fetched.tolist() == [0, 3]
    assert domains.hosts.tolist() == [1, 2]


def test_an_empty_crawl_has_an_empty_graph(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, [], [])
    assert [len(edges) for edges in graph.edges.values()] == [0, 0, 0, 0]
    assert list(graph.pages.keys) == []


def test_heaps_of_any_size_give_the_same_edges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(6)
    links = [link(f"p{rng.randrange(9)}", f"p{rng.randrange(9)}", rng.choice(["body", "footer"])) for _ in range(200)]
    whole = graph_of(tmp_path, links).edges[Level.PAGE]
    monkeypatch.setattr(crawl_tally, "_HEAP", 7)
    parts = graph_of(tmp_path, links).edges[Level.PAGE]
    assert parts.pairs.tolist() == whole.pairs.tolist()
    assert parts.counts.tolist() == whole.counts.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_shards_are_added_in_any_order(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    links = [*LINKS, link("a", "b", target_url="https://www.portal.test/b"), link("c", "b")]
    whole = graph_of(tmp_path / "whole", links, PAGES)
    shards = [read_crawls([write_crawl(tmp_path / f"{shard}", links[shard::3], PAGES[shard::3])]) for shard in range(3)]
    rng.shuffle(shards)
    if seed % 2:
        shards[1].absorb(shards.pop())  # added to one of them first
    tally = CrawlTally()
    for shard in shards:
        tally.absorb(shard)
    graph = assembled(tally)
    assert graph.lines == whole.lines
    assert list(graph.pages.urls) == list(whole.pages.urls)
    for column in ("fetched", "statuses", "kinds"):
        assert getattr(graph.pages, column).tolist() == getattr(whole.pages, column).tolist()
    for level in Level:
        assert graph.edges[level].pairs.tolist() == whole.edges[level].pairs.tolist()
        assert graph.edges[level].counts.tolist() == whole.edges[level].counts.tolist()

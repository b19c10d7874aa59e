"""All ranks of a level, over all links and over those of editors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="needs the extra graph")

from portal_crawler.graph.harmonic import SAMPLES, affordable_samples
from portal_crawler.graph.link_graph import Level
from portal_crawler.graph.ranking import leading, ranked, ranked_pages
from tests.graph.random_graphs import graph
from tests.graph.test_link_graph import LINKS, PAGES, graph_of


def test_every_rank_is_there_twice(tmp_path: Path) -> None:
    links = graph_of(tmp_path, LINKS, PAGES)
    ranks = ranked_pages(links.pages, links.edges[Level.PAGE], affordable_samples)
    twice = {"in_degree", "out_degree", "pagerank", "harmonic", "weak", "strong"}
    assert set(ranks.columns) == twice | {f"{name}_editorial" for name in twice} | {"orphan", "dead_end", "menu_share"}
    # //other.test/x, index, news/a, news/b
    assert ranks.columns["in_degree"].tolist() == [1, 2, 1, 1]
    assert ranks.columns["in_degree_editorial"].tolist() == [1, 0, 0, 1]
    assert ranks.columns["out_degree"].tolist() == [0, 1, 2, 2]
    assert ranks.columns["strong"].tolist() == [1, 0, 0, 0]
    assert ranks.columns["weak_editorial"].tolist() == [0, 1, 0, 0]
    assert ranks.facts["all"]["edges"] == 5
    assert ranks.facts["editorial"]["edges"] == 2
    assert ranks.facts["editorial"]["dangling"] == 2
    assert ranks.facts["all"]["harmonic"] == {"searched_from": 3, "of": 3, "error": 0.0, "confidence": 1.0}


def test_a_level_of_one_node_that_links_to_itself_has_ranks(tmp_path: Path) -> None:
    links = graph_of(tmp_path, LINKS[:4])
    ranks = ranked(links.edges[Level.DOMAIN], 1)
    assert ranks.columns["pagerank"].tolist() == [1.0]
    assert ranks.columns["in_degree"].tolist() == [0]
    assert ranks.facts["all"]["edges"] == 0


def test_small_graphs_are_searched_from_every_page() -> None:
    assert affordable_samples(graph(3, [(0, 1), (1, 2)])) > 1_000_000
    many = np.zeros(50_000_000, np.int8)
    assert affordable_samples(type(graph(1, []))(1, many, many)) == SAMPLES  # type: ignore[arg-type]


def test_the_leading_ones_come_in_order_of_rank_then_of_id() -> None:
    assert leading(np.array([0.1, 0.3, 0.2, 0.3])).tolist() == [1, 3, 2, 0]
    assert leading(np.array([0.1, 0.3, 0.2, 0.3]), 2).tolist() == [1, 3]

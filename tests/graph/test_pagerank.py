"""PageRank against known answers, igraph and networkx."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

pytest.importorskip("scipy", reason="needs the extra graph")
igraph = pytest.importorskip("igraph", reason="a judge of the extra test")
networkx = pytest.importorskip("networkx", reason="a judge of the extra test")

from portal_crawler.graph.adjacency import Adjacency  # noqa: E402
from portal_crawler.graph.pagerank import pagerank  # noqa: E402
from tests.graph.random_graphs import ends_of, graph, graphs, scale_free  # noqa: E402


@pytest.mark.parametrize(
    ("nodes", "ends", "ranks"),
    [
        (2, [(0, 1), (1, 0)], [0.5, 0.5]),
        (3, [], [1 / 3] * 3),
        # x = .15/2 + .85 y/2, y = .15/2 + .85 (x + y/2), with x + y = 1: the second node is dangling
        (2, [(0, 1)], [0.5 / 1.425, 0.925 / 1.425]),
        (1, [(0, 0)], [1.0]),
        (0, [], []),
    ],
)
def test_small_graphs_have_known_ranks(nodes: int, ends: list[tuple[int, int]], ranks: list[float]) -> None:
    assert pagerank(graph(nodes, ends)).values == pytest.approx(ranks, abs=1e-10)


@given(graphs())
@settings(deadline=None)
def test_ranks_are_igraphs(links: Adjacency) -> None:
    theirs = igraph.Graph(n=links.nodes, edges=ends_of(links), directed=True).pagerank(damping=0.85)
    ours = pagerank(links)
    assert ours.values == pytest.approx(theirs, rel=1e-6)
    assert ours.values.sum() == pytest.approx(1)


@given(graphs())
@settings(deadline=None)
def test_ranks_are_networkxs(links: Adjacency) -> None:
    other = networkx.DiGraph()
    other.add_nodes_from(range(links.nodes))
    other.add_edges_from(ends_of(links))
    theirs = networkx.pagerank(other, alpha=0.85, tol=1e-12, max_iter=1_000)
    assert pagerank(links).values == pytest.approx([theirs[node] for node in range(links.nodes)], abs=1e-6)


def test_the_stated_error_holds() -> None:
    links = scale_free(3_000, 20_000, seed=6)
    exact = pagerank(links, tolerance=1e-14).values
    for tolerance in (1e-2, 1e-4, 1e-8):
        rank = pagerank(links, tolerance=tolerance)
        assert np.abs(rank.values - exact).sum() <= rank.error <= tolerance

"""Components and reciprocity against known answers and igraph."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

pytest.importorskip("scipy", reason="needs the extra graph")
igraph = pytest.importorskip("igraph", reason="a judge of the extra test")

from portal_crawler.graph.adjacency import Adjacency, reciprocity  # noqa: E402
from portal_crawler.graph.components import components, sizes  # noqa: E402
from tests.graph.random_graphs import ends_of, graph, graphs  # noqa: E402


def test_components_are_in_order_of_size() -> None:
    links = graph(7, [(1, 0), (3, 4), (4, 5), (5, 3), (5, 2)])
    assert components(links, "weak").tolist() == [1, 1, 0, 0, 0, 0, 2]
    assert components(links, "strong").tolist() == [1, 2, 3, 0, 0, 0, 4]
    assert sizes(components(links, "weak")).tolist() == [4, 2, 1]
    assert components(graph(0, []), "weak").tolist() == []


@given(graphs())
@settings(deadline=None)
def test_components_are_igraphs(links: Adjacency) -> None:
    other = igraph.Graph(n=links.nodes, edges=ends_of(links), directed=True)
    for connection in ("weak", "strong"):
        ours = components(links, connection)
        parts = {frozenset(int(node) for node in (ours == label).nonzero()[0]) for label in set(ours.tolist())}
        assert parts == {frozenset(part) for part in other.connected_components(mode=connection)}
        assert sizes(ours).tolist() == sorted(sizes(ours).tolist(), reverse=True)


@given(graphs())
@settings(deadline=None)
def test_reciprocity_is_igraphs(links: Adjacency) -> None:
    other = igraph.Graph(n=links.nodes, edges=ends_of(links), directed=True)
    assert reciprocity(links) == pytest.approx(other.reciprocity() if len(links.sources) else 0)

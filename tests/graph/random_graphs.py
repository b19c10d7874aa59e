"""Graphs for the judges: any, as hypothesis makes them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from portal_crawler.graph.adjacency import Adjacency

Ends = list[tuple[int, int]]


def graph(nodes: int, ends: Ends) -> Adjacency:
    """The graph of these edges, each once and none from a node to itself."""
    distinct = sorted({(source, target) for source, target in ends if source != target})
    columns = np.array(distinct, np.int64).reshape(-1, 2).T
    return Adjacency(nodes, columns[0], columns[1])


def ends_of(links: Adjacency) -> Ends:
    """The edges as judges take them."""
    return list(zip(links.sources.tolist(), links.targets.tolist(), strict=True))


@st.composite
def graphs(draw: st.DrawFn, most: int = 12) -> Adjacency:
    """Any graph of 1 to ``most`` nodes."""
    nodes = draw(st.integers(1, most))
    node = st.integers(0, nodes - 1)
    return graph(nodes, draw(st.lists(st.tuples(node, node), max_size=4 * nodes)))


def scale_free(nodes: int, edges: int, seed: int) -> Adjacency:
    """A larger graph, whose nodes of low numbers get most of the links."""
    rng = np.random.default_rng(seed)
    targets = (nodes * rng.random(edges) ** 3).astype(int)
    return graph(nodes, list(zip(rng.integers(0, nodes // 2, edges).tolist(), targets.tolist(), strict=True)))

"""PageRank (Brin and Page 1998), by power iteration on a sparse matrix. Contains no input or output."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal_crawler.graph.adjacency import Adjacency
from portal_crawler.graph.extra import needed

# The usual damping; Common Crawl, igraph and networkx have the same.
DAMPING = 0.85
# Of the sum over all nodes of how far a value is from its limit.
TOLERANCE = 1e-10
_MOST_ITERATIONS = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class PageRank:
    """The ranks of a graph's nodes, whose sum is 1.

    :param error: no more than this is the sum of all differences from the exact ranks.
    """

    values: npt.NDArray[np.float64]
    iterations: int
    error: float


def pagerank(links: Adjacency, damping: float = DAMPING, tolerance: float = TOLERANCE) -> PageRank:
    """The PageRank of each node. Every edge counts once; a node without links spreads its rank evenly over all.

    A step brings any two vectors of ranks closer by ``damping`` (sum of absolute differences), so one that moved by c
    is at most ``c * damping / (1 - damping)`` from the limit; iteration stops where that is ``tolerance`` or less.
    """
    nodes = links.nodes
    if not nodes:
        return PageRank(np.empty(0), 0, 0.0)
    sparse = needed("scipy.sparse")
    ones = np.ones(len(links.sources))
    inbound = sparse.csr_array((ones, (links.targets, links.sources)), shape=(nodes, nodes))
    out_degree = links.out_degree
    dangling = out_degree == 0
    share = np.divide(damping, out_degree, out=np.zeros(nodes), where=~dangling)
    ranks = np.full(nodes, 1 / nodes)
    error, step = np.inf, 0
    while error > tolerance and step < _MOST_ITERATIONS:
        spread = (1 - damping + damping * ranks[dangling].sum()) / nodes
        moved = inbound @ (ranks * share) + spread
        error = float(np.abs(moved - ranks).sum()) * damping / (1 - damping)
        ranks, step = moved, step + 1
    return PageRank(ranks / ranks.sum(), step, error)

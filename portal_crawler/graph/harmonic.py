"""Harmonic centrality (Boldi and Vigna 2014): for each node, the sum over all others of 1 / their distance to it.

64 nodes are searched from at once, in breadth: a node holds a bit for each of them that has reached it. Searches from
all nodes give exact values, those from a sample an estimate (Eppstein and Wang, "Fast approximation of centrality",
Journal of Graph Algorithms and Applications 8, 2004) whose error has a bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal_crawler.graph.adjacency import Adjacency
from portal_crawler.graph.edge_tally import Integers

# At least so many nodes are searched from, and as many more as the work on a million nodes and 5,000,000 edges would
# allow, which is a minute with all other ranks (benchmarks/graph/edges.py --ranks): smaller graphs are exact.
SAMPLES = 1_024
_WORK = SAMPLES * 6_000_000
# The bound of the error holds with this probability, for all nodes at once.
CONFIDENCE = 0.95
_SEED = 2004
_BITS = 64
# Where fewer than this share of all edges leave the nodes just reached, only those are followed.
_FEW = 1 / 8

Masks = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Harmonic:
    """Harmonic centralities.

    :param sources: how many nodes were searched from, of ``candidates`` that link to others at all.
    :param error: with probability ``CONFIDENCE``, no value is further than this from the exact one; 0 where exact.
    """

    values: npt.NDArray[np.float64]
    sources: int
    candidates: int
    error: float


def harmonic(links: Adjacency, samples: int | None = None) -> Harmonic:
    """The harmonic centrality of each node; exact with ``samples`` of ``None``, or where no more nodes have links.

    A sample is drawn without replacement among the nodes that have links (the others reach nothing), with a fixed
    seed: the same graph gives the same estimate. Its error: each of k searches adds between 0 and 1 to a node, so by
    Hoeffding's inequality (1963, also without replacement) all of n nodes are within ``N * sqrt(ln(2 n / d) / 2 k)``
    with probability 1 - d, where N nodes have links.
    """
    candidates = np.flatnonzero(links.out_degree)
    chosen, error = candidates, 0.0
    if samples is not None and len(candidates) > samples:
        rng = np.random.default_rng(_SEED)
        chosen = np.sort(rng.choice(candidates, samples, replace=False))
        deviation = math.sqrt(math.log(2 * links.nodes / (1 - CONFIDENCE)) / (2 * samples))
        error = len(candidates) * deviation
    values = np.zeros(links.nodes)
    searches = _Searches(links)
    for start in range(0, len(chosen), _BITS):
        searches.run(chosen[start : start + _BITS], values)
    if error:
        values *= len(candidates) / len(chosen)
    return Harmonic(values, len(chosen), len(candidates), error)


def affordable_samples(links: Adjacency) -> int:
    """How many nodes a graph is searched from where nobody says how many.

    >>> affordable_samples(Adjacency(2, np.array([0]), np.array([1]))) == _WORK // 3
    True
    """
    return max(SAMPLES, _WORK // max(1, links.nodes + len(links.sources)))


class _Searches:
    """Breadth-first searches from up to 64 nodes at once."""

    def __init__(self, links: Adjacency) -> None:
        order = np.argsort(links.targets, kind="stable")
        self._nodes = links.nodes
        self._heads = links.sources[order]  # sources of the edges, in order of target
        in_degree = links.in_degree
        self._reached = np.flatnonzero(in_degree)  # nodes that edges lead to
        self._runs = np.concatenate([[0], np.cumsum(in_degree[self._reached])[:-1]]).astype(np.int64)
        self._targets = links.targets
        self._out_degree = links.out_degree
        self._first = np.concatenate([[0], np.cumsum(self._out_degree)])[:-1]

    def run(self, sources: Integers, values: npt.NDArray[np.float64]) -> None:
        """Add 1 / distance to the value of every node that each source reaches."""
        seen = np.zeros(self._nodes, np.uint64)
        seen[sources] = np.uint64(1) << np.arange(len(sources), dtype=np.uint64)
        fresh_nodes, fresh = sources, seen[sources]
        distance = 1
        while len(fresh_nodes):
            nodes, masks = self._followed(fresh_nodes, fresh)
            masks &= ~seen[nodes]
            new = masks != 0
            fresh_nodes, fresh = nodes[new], masks[new]
            seen[fresh_nodes] |= fresh
            values[fresh_nodes] += np.bitwise_count(fresh) / distance
            distance += 1

    def _followed(self, nodes: Integers, masks: Masks) -> tuple[Integers, Masks]:
        """The nodes that links of ``nodes`` lead to, and which searches come to each."""
        degrees = self._out_degree[nodes]
        edges = int(degrees.sum())
        if edges < len(self._targets) * _FEW:
            offsets = np.arange(edges) - np.repeat(np.cumsum(degrees) - degrees, degrees)
            targets = self._targets[np.repeat(self._first[nodes], degrees) + offsets]
            order = np.argsort(targets)
            targets, carried = targets[order], np.repeat(masks, degrees)[order]
            starts = np.flatnonzero(np.concatenate([[True], targets[1:] != targets[:-1]])) if edges else targets
            return targets[starts], _joined(carried, starts)
        everywhere = np.zeros(self._nodes, np.uint64)
        everywhere[nodes] = masks
        return self._reached, _joined(everywhere[self._heads], self._runs)


def _joined(masks: Masks, starts: Integers) -> Masks:
    """The union of each run of masks."""
    if not len(starts):
        return np.empty(0, np.uint64)
    joined: Masks = np.bitwise_or.reduceat(masks, starts)
    return joined

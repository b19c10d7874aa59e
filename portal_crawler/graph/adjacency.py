"""Adjacency: the plain directed graph that ranks are computed on: no counts, no links of a node to itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal_crawler.graph.edge_tally import EdgeTally, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Adjacency:
    """Distinct edges in order of (source, target), none from a node to itself.

    :param nodes: how many nodes there are; ids are 0 to nodes - 1.
    :param sources: int64[edges], and ``targets`` alike.
    """

    nodes: int
    sources: Integers
    targets: Integers

    @property
    def in_degree(self) -> Integers:
        """How many other nodes link to each."""
        return np.bincount(self.targets, minlength=self.nodes)

    @property
    def out_degree(self) -> Integers:
        """To how many other nodes each links."""
        return np.bincount(self.sources, minlength=self.nodes)


def adjacency(edges: EdgeTally, nodes: int, chosen: npt.NDArray[np.bool_] | None = None) -> Adjacency:
    """The graph of the edges.

    :param chosen: which of the edges are in it; all where ``None``.
    """
    sources, targets = edges.sources, edges.targets
    kept = sources != targets
    if chosen is not None:
        kept &= chosen
    return Adjacency(nodes, sources[kept], targets[kept])


def reciprocity(links: Adjacency) -> float:
    """The share of edges whose reverse is an edge too; 0 where there are none."""
    if not len(links.sources):
        return 0.0
    there = links.sources << 32 | links.targets
    back = links.targets << 32 | links.sources
    return float(np.isin(there, back).mean())

"""View: one level of a graph, or its leading part, with names and ranks: what exports and loaders take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from portal_crawler.graph.edge_tally import EdgeTally, Integers, paired
from portal_crawler.graph.link_graph import Level


@dataclass(frozen=True, slots=True, eq=False)
class GraphView:
    """Nodes 0 to n - 1 and the edges among them.

    :param names: addresses of pages; of all else the name as people write it.
    :param keys: SURT form of each.
    :param attributes: further facts of the nodes: a list or array for each, ``None`` where one is not known.
    """

    level: Level
    names: Sequence[str]
    keys: Sequence[str]
    attributes: Mapping[str, Sequence[Any]]
    edges: EdgeTally


def leading_part(edges: EdgeTally, nodes: Integers) -> EdgeTally:
    """The edges among some of the nodes, under ids from 0.

    :param nodes: the ids that stay, ascending.
    """
    many = max(int(np.max(one, initial=-1)) for one in (nodes, edges.sources, edges.targets)) + 1
    ids = np.full(many, -1, np.int64)
    ids[nodes] = np.arange(len(nodes))
    sources, targets = ids[edges.sources], ids[edges.targets]
    kept = (sources >= 0) & (targets >= 0)
    return EdgeTally(paired(sources[kept], targets[kept]), edges.counts[:, kept])


def of_links(view: GraphView, *, editorial: bool) -> EdgeTally:
    """The edges of a view, all or those that stand for a link of an editor."""
    if not editorial:
        return view.edges
    kept = view.edges.column("editorial") > 0
    return EdgeTally(view.edges.pairs[kept], view.edges.counts[:, kept])

"""Views of a graph on the disk."""

from __future__ import annotations

from typing import Any

import numpy as np

from portal_crawler.graph.edge_tally import Integers
from portal_crawler.graph.graph_json import RANKS, GraphFolder, read_ranks_facts
from portal_crawler.graph.link_graph import Level
from portal_crawler.graph.ranking import leading
from portal_crawler.graph.ranks_parquet import read_ranks
from portal_crawler.graph.tables_parquet import node_file, read_edges, read_table
from portal_crawler.graph.view import GraphView, leading_part

_NAMES = {Level.PAGE: ("url", "key")}
_PLACE_NAMES = ("name", "surt")
_ATTRIBUTES = {Level.PAGE: ("fetched", "status", "kind")}
_PLACE_ATTRIBUTES = ("pages", "fetched", "hosts")


def read_view(graph: GraphFolder, level: Level, most: int | None = None) -> GraphView:
    """One level of a graph, with its ranks where it was ranked.

    :param most: the nodes of the highest PageRank (over all links), and no more; all where ``None``.
    :raises UsageError: where ``most`` is given and the graph was not ranked.
    :raises DamagedFileError: where a table cannot be read.
    """
    if most is not None:
        read_ranks_facts(graph)  # says that it was not ranked
    ranks = read_ranks(graph, level) if (graph.ranks / RANKS).exists() else {}
    name, key = _NAMES.get(level, _PLACE_NAMES)
    attributes = _ATTRIBUTES.get(level, _PLACE_ATTRIBUTES)
    read = read_table(graph.path / node_file(level), [name, key, *attributes])
    edges = read_edges(graph.path, level)
    columns = {one: read[one] for one in attributes} | {one: ranks[one] for one in ranks if one != "id"}
    if most is not None and most < len(read[name]):
        nodes = np.sort(leading(ranks["pagerank"], most))
        edges = leading_part(edges, nodes)
        columns = {one: _chosen(column, nodes) for one, column in columns.items()}
        read = {one: _chosen(read[one], nodes) for one in (name, key)}
    return GraphView(level, read[name], read[key], columns, edges)


def _chosen(column: Any, nodes: Integers) -> Any:
    """The values of some of the nodes."""
    return column[nodes] if isinstance(column, np.ndarray) else [column[node] for node in nodes.tolist()]

"""Load: a link graph as an object of networkx or igraph, to go on with in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from portal_crawler.errors import UsageError
from portal_crawler.graph.edge_tally import COLUMNS
from portal_crawler.graph.extra import needed
from portal_crawler.graph.graph_json import open_graph
from portal_crawler.graph.link_graph import Level
from portal_crawler.graph.view import GraphView
from portal_crawler.graph.view_parquet import read_view


def load_graph(folder: Path | str, level: Level | str = Level.HOST, most: int | None = None) -> GraphView:
    """One level of a crawl's link graph.

    :param folder: the crawl's folder, or the graph's own.
    :param level: ``page``, ``section``, ``host`` or ``domain``.
    :param most: only so many nodes, those of the highest PageRank.
    :raises UsageError: where there is no such level or no graph, or ``most`` is given and it was not ranked.
    """
    return read_view(open_graph(Path(folder)), _level(level), most)


def _level(name: str) -> Level:
    if name not in tuple(Level):
        raise UsageError(f"level {name!r}", "is none of a link graph", f"name one of {', '.join(Level)}")
    return Level(name)


def networkx_graph(view: GraphView) -> Any:
    """The view as a ``networkx.DiGraph``; nodes are names, ``weight`` of an edge is its number of links.

    :raises UsageError: where networkx is not installed.
    """
    networkx = needed("networkx", "install it: pip install networkx")
    graph = networkx.DiGraph(level=str(view.level))
    columns = {name: plain(column) for name, column in view.attributes.items()}
    for node, name in enumerate(view.names):
        told = {one: column[node] for one, column in columns.items() if column[node] is not None}
        graph.add_node(name, key=view.keys[node], **told)
    counts = view.edges.counts.tolist()
    ends = zip(view.edges.sources.tolist(), view.edges.targets.tolist(), strict=True)
    for edge, (source, target) in enumerate(ends):
        told = {name: row[edge] for name, row in zip(COLUMNS, counts, strict=True)}
        graph.add_edge(view.names[source], view.names[target], weight=told["total"], **told)
    return graph


def igraph_graph(view: GraphView) -> Any:
    """The view as a directed ``igraph.Graph``; nodes have ``name`` and ``key``, ``weight`` is the number of links.

    :raises UsageError: where igraph is not installed.
    """
    igraph = needed("igraph", "install it: pip install igraph")
    ends = np.stack([view.edges.sources, view.edges.targets], axis=1)
    graph = igraph.Graph(n=len(view.names), edges=ends, directed=True)
    graph["level"] = str(view.level)
    graph.vs["name"], graph.vs["key"] = list(view.names), list(view.keys)
    for name, column in view.attributes.items():
        graph.vs[name] = plain(column)
    for name, row in zip(COLUMNS, view.edges.counts.tolist(), strict=True):
        graph.es[name] = row
    graph.es["weight"] = graph.es["total"]
    return graph


def plain(column: Any) -> list[Any]:
    """A column as a list of Python's own values."""
    return list(column.tolist()) if hasattr(column, "tolist") else list(column)

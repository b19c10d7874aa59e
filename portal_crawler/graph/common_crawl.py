"""Common Crawl's text form of a web graph: vertices, edges and ranks, fields parted by tabs.

As its releases have it (https://commoncrawl.org/web-graphs, made by cc-webgraph): names reversed with dots and in
order, ids from 0, no edge from a node to itself, ranks in order of harmonic centrality. One difference: a host keeps
its ``www``, which is a host of its own in our graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from portal_crawler.graph.edge_tally import Integers
from portal_crawler.graph.link_graph import Level
from portal_crawler.graph.ranking import ALL, EDITORIAL, SUFFIXES, leading
from portal_crawler.graph.view import GraphView, of_links

_REVERSED = (Level.HOST, Level.DOMAIN)


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """The view's nodes in the order of their names there: ``names``, the node of each, and the place of each node."""

    names: list[str]
    nodes: Integers
    places: Integers


def common_crawl_files(view: GraphView, *, editorial: bool) -> Mapping[str, Iterator[str]]:
    """Lines of each file, by name.

    :param view: a level of a graph that was ranked.
    :param editorial: only the edges that an editor made, and the ranks over them.
    """
    order = _order(view)
    return {
        f"{view.level}-vertices.txt.gz": _vertices(view, order),
        f"{view.level}-edges.txt.gz": _edges(view, order, editorial=editorial),
        f"{view.level}-ranks.txt.gz": _ranks(view, order, EDITORIAL if editorial else ALL),
    }


def _order(view: GraphView) -> _Order:
    names = [key.replace(",", ".") if view.level in _REVERSED else key for key in view.keys]
    nodes = np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
    places = np.empty(len(names), np.int64)
    places[nodes] = np.arange(len(names))
    return _Order([names[node] for node in nodes.tolist()], nodes, places)


def _vertices(view: GraphView, order: _Order) -> Iterator[str]:
    hosts = view.attributes["hosts"] if view.level is Level.DOMAIN else None
    for place, (name, node) in enumerate(zip(order.names, order.nodes.tolist(), strict=True)):
        yield f"{place}\t{name}\n" if hosts is None else f"{place}\t{name}\t{hosts[node]}\n"


def _edges(view: GraphView, order: _Order, *, editorial: bool) -> Iterator[str]:
    edges = of_links(view, editorial=editorial)
    sources, targets = order.places[edges.sources], order.places[edges.targets]
    others = sources != targets
    sources, targets = sources[others], targets[others]
    by_both = np.lexsort((targets, sources))
    for source, target in zip(sources[by_both].tolist(), targets[by_both].tolist(), strict=True):
        yield f"{source}\t{target}\n"


def _ranks(view: GraphView, order: _Order, kind: str) -> Iterator[str]:
    columns = ["#harmonicc_pos", "#harmonicc_val", "#pr_pos", "#pr_val", "#host_rev"]
    domain = view.level is Level.DOMAIN
    yield "\t".join([*columns, "#n_hosts"] if domain else columns) + "\n"
    harmonic = np.asarray(view.attributes[f"harmonic{SUFFIXES[kind]}"])[order.nodes]
    pagerank = np.asarray(view.attributes[f"pagerank{SUFFIXES[kind]}"])[order.nodes]
    positions = np.empty(len(pagerank), np.int64)
    positions[leading(pagerank)] = np.arange(1, len(pagerank) + 1)
    for position, place in enumerate(leading(harmonic).tolist(), start=1):
        told = [position, float(harmonic[place]), positions[place], float(pagerank[place]), order.names[place]]
        told += [view.attributes["hosts"][order.nodes[place]]] if domain else []
        yield "\t".join(map(str, told)) + "\n"

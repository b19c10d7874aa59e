"""Ranking: every rank of a level's nodes, twice: over all links, and over those that an editor set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from portal_crawler.graph.adjacency import Adjacency, adjacency, reciprocity
from portal_crawler.graph.components import components, sizes
from portal_crawler.graph.edge_tally import EdgeTally
from portal_crawler.graph.harmonic import CONFIDENCE, harmonic
from portal_crawler.graph.link_graph import Pages
from portal_crawler.graph.page_shape import MENU_SHARE, page_shape
from portal_crawler.graph.pagerank import DAMPING, pagerank

# The two graphs of a level, and what the names of their columns end in.
ALL, EDITORIAL = "all", "editorial"
SUFFIXES = {ALL: "", EDITORIAL: "_editorial"}


Samples = Callable[[Adjacency], int | None]


def exactly(_: Adjacency) -> None:
    """No sample: every node is searched from."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The ranks of one level.

    :param columns: one array for each rank, by id of the node.
    :param facts: what ``ranks.json`` says of them.
    """

    columns: Mapping[str, npt.NDArray[Any]]
    facts: dict[str, Any]


def ranked(edges: EdgeTally, nodes: int, samples: Samples = exactly) -> Ranking:
    """The ranks of a level's nodes. A link of a node to itself gives it nothing.

    :param samples: how many nodes the harmonic centrality of a graph is estimated from.
    """
    columns: dict[str, npt.NDArray[Any]] = {}
    facts: dict[str, Any] = {}
    for kind, chosen in ((ALL, None), (EDITORIAL, edges.column("editorial") > 0)):
        links = adjacency(edges, nodes, chosen)
        told = _ranked(links, samples)
        columns |= {f"{name}{SUFFIXES[kind]}": column for name, column in told.columns.items()}
        facts[kind] = told.facts
    return Ranking(columns, facts)


def _ranked(links: Adjacency, samples: Samples) -> Ranking:
    """The ranks over one of the graphs."""
    rank = pagerank(links)
    central = harmonic(links, samples(links))
    weak, strong = components(links, "weak"), components(links, "strong")
    weak_sizes, strong_sizes = sizes(weak), sizes(strong)
    out_degree = links.out_degree
    columns: dict[str, npt.NDArray[Any]] = {
        "in_degree": links.in_degree,
        "out_degree": out_degree,
        "pagerank": rank.values,
        "harmonic": central.values,
        "weak": weak,
        "strong": strong,
    }
    facts = {
        "edges": len(links.sources),
        "dangling": int((out_degree == 0).sum()),
        "reciprocity": reciprocity(links),
        "pagerank": {"damping": DAMPING, "iterations": rank.iterations, "error": rank.error},
        "harmonic": {
            "searched_from": central.sources,
            "of": central.candidates,
            "error": central.error,
            "confidence": CONFIDENCE if central.error else 1.0,
        },
        "weak_components": {"count": len(weak_sizes), "largest": weak_sizes[:5].tolist()},
        "strong_components": {"count": len(strong_sizes), "largest": strong_sizes[:5].tolist()},
    }
    return Ranking(columns, facts)


def ranked_pages(pages: Pages, edges: EdgeTally, samples: Samples) -> Ranking:
    """The ranks of pages, and their portal's shape."""
    plain, shape = ranked(edges, len(pages.keys), samples), page_shape(pages, edges)
    columns: dict[str, npt.NDArray[Any]] = {
        "orphan": shape.orphan,
        "dead_end": shape.dead_end,
        "menu_share": shape.menu_share,
    }
    facts = {
        "orphans": int(shape.orphan.sum()),
        "dead_ends": int(shape.dead_end.sum()),
        "menu": {"pages": len(shape.skeleton), "share": MENU_SHARE},
    }
    return Ranking({**plain.columns, **columns}, plain.facts | facts)


def leading(ranks: npt.NDArray[np.floating], most: int | None = None) -> npt.NDArray[np.int64]:
    """The ids with the highest ranks, the highest first; of equal ones, the lowest id."""
    order = np.argsort(-ranks, kind="stable")
    return order[:most]

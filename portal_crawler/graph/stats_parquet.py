"""Stats: what a ranked graph comes to, with its leading pages."""

from __future__ import annotations

from typing import Any

import numpy as np

from portal_crawler.graph.graph_json import GraphFolder, read_ranks_facts
from portal_crawler.graph.link_graph import Level
from portal_crawler.graph.page_shape import MENU_SHARE
from portal_crawler.graph.ranking import SUFFIXES, leading
from portal_crawler.graph.ranks_parquet import read_ranks
from portal_crawler.graph.tables_parquet import node_file, read_table


def read_stats(graph: GraphFolder, most: int) -> dict[str, Any]:
    """Counts, shares and components of every level, and the leading pages by each PageRank.

    :param most: how many pages each list has at most; pages that no other links to are in none.
    :raises UsageError: where the graph was not ranked.
    """
    ranks = read_ranks_facts(graph)
    urls = read_table(graph.path / node_file(Level.PAGE), ["url"])["url"]
    top = {}
    for kind, suffix in SUFFIXES.items():
        columns = [f"pagerank{suffix}", f"in_degree{suffix}", f"harmonic{suffix}"]
        read = read_ranks(graph, Level.PAGE, columns)
        pagerank, in_degree, harmonic = (np.asarray(read[name]) for name in columns)
        top[kind] = [
            {
                "url": urls[page],
                "pagerank": float(pagerank[page]),
                "in_degree": int(in_degree[page]),
                "harmonic": float(harmonic[page]),
            }
            for page in leading(pagerank, most).tolist()
            if in_degree[page]
        ]
    share = np.asarray(read_ranks(graph, Level.PAGE, ["menu_share"])["menu_share"])
    menu = [page for page in leading(share, most).tolist() if share[page] > MENU_SHARE]
    levels = {level: {**facts, **ranks["levels"][level]} for level, facts in graph.facts["levels"].items()}
    return {
        "graph": str(graph.path),
        "crawls": graph.facts["crawls"],
        "pages_fetched": graph.facts["pages_fetched"],
        "levels": levels,
        "top_pages": top,
        "menu": [{"url": urls[page], "share": round(float(share[page]), 4)} for page in menu],
    }

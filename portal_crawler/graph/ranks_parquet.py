"""Ranks on the disk: the folder ``ranks`` of a graph, a Parquet table for each level, and ``ranks.json``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from portal_crawler.graph.crawl_tally import KINDS
from portal_crawler.graph.folder_disk import replaced_folder
from portal_crawler.graph.graph_json import RANKS, GraphFolder, write_facts
from portal_crawler.graph.harmonic import affordable_samples
from portal_crawler.graph.link_graph import Level, Pages
from portal_crawler.graph.ranking import Ranking, ranked, ranked_pages
from portal_crawler.graph.tables_parquet import node_file, read_edges, read_table, write_table


def rank_graph(graph: GraphFolder, samples: int | None = None) -> dict[str, Any]:
    """Rank every level of a graph and write what comes of it; gives the content of ``ranks.json``.

    :param samples: pages that the harmonic centrality of pages is estimated from; ``None`` for as many as are quickly
        searched from. That of sections, hosts and domains is exact.
    :raises DamagedFileError: where a table cannot be read.
    """
    facts: dict[str, Any] = {}
    with replaced_folder(graph.ranks, RANKS) as folder:
        for level in Level:  # one level is in memory at a time
            ranking = _ranking(graph, level, samples)
            nodes = len(ranking.columns["pagerank"])
            write_table(folder / rank_file(level), {"id": np.arange(nodes, dtype=np.int32), **ranking.columns})
            facts[str(level)] = ranking.facts
        write_facts(folder / RANKS, {"levels": facts})
    return {"levels": facts}


def _ranking(graph: GraphFolder, level: Level, samples: int | None) -> Ranking:
    edges = read_edges(graph.path, level)
    if level is Level.PAGE:
        wished = affordable_samples if samples is None else lambda _: samples
        return ranked_pages(read_pages(graph.path, names=False), edges, wished)
    return ranked(edges, int(graph.facts["levels"][str(level)]["nodes"]))


def rank_file(level: Level) -> str:
    """The file of a level's ranks."""
    return f"{level}_ranks.parquet"


def read_ranks(graph: GraphFolder, level: Level, columns: Sequence[str] | None = None) -> dict[str, Any]:
    """The ranks of one level, by column.

    :raises DamagedFileError: where the table cannot be read.
    """
    return read_table(graph.ranks / rank_file(level), columns)


def read_pages(folder: Path, *, names: bool = True) -> Pages:
    """The pages of a graph.

    :param names: whether keys, addresses and kinds are read; without them they are left blank, which saves memory.
    :raises DamagedFileError: where the table cannot be read.
    """
    levels = (Level.SECTION, Level.HOST, Level.DOMAIN)
    columns = [*map(str, levels), "fetched", "status", *(["key", "url", "kind"] if names else [])]
    read = read_table(folder / node_file(Level.PAGE), columns)
    many = len(read["fetched"])
    statuses = np.array([status or 0 for status in read["status"]], np.int32)
    kinds = [KINDS.index(kind) if kind else -1 for kind in read["kind"]] if names else [-1] * many
    return Pages(
        keys=read["key"] if names else [""] * many,
        urls=read["url"] if names else [""] * many,
        places={level: np.asarray(read[str(level)], np.int32) for level in levels},
        fetched=np.asarray(read["fetched"], np.bool_),
        statuses=statuses,
        kinds=np.array(kinds, np.int8),
    )

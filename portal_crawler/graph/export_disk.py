"""Export: a graph as the files of other tools, each written whole or not at all."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import IO

from portal_crawler.disk import make_folder, sync_folder, writing
from portal_crawler.errors import UsageError
from portal_crawler.graph.arch_csv import domain_graph, followable, web_graph
from portal_crawler.graph.common_crawl import common_crawl_files
from portal_crawler.graph.crawls_jsonl import LINKS, link_records
from portal_crawler.graph.graph_json import GraphFolder, read_ranks_facts
from portal_crawler.graph.graph_xml import gexf, graphml
from portal_crawler.graph.link_graph import Level
from portal_crawler.graph.view_parquet import read_view
from portal_crawler.graph.wat import wat_records
from portal_crawler.records.jsonl import dumps

# Pages of a drawing, where no other number is asked for: more are a blot.
PAGES = 1_000
_GZIP = 6


class Format(StrEnum):
    """The form of an export."""

    COMMON_CRAWL = "commoncrawl"
    ARCH = "arch"
    WAT = "wat"
    GEXF = "gexf"
    GRAPHML = "graphml"


def export_graph(
    graph: GraphFolder, form: Format, folder: Path, level: Level, most: int | None = None, *, editorial: bool = False
) -> list[Path]:
    """Write a graph in another form; gives the files.

    :param level: what the nodes are; ARCH's and WAT's forms have their own.
    :param most: only so many nodes, those of the highest PageRank; of pages in GEXF and GraphML, 1,000 where ``None``.
    :param editorial: only the links that an editor set.
    :raises UsageError: where the graph was not ranked and has to be, or its crawls are gone.
    """
    make_folder(folder)
    if form in (Format.ARCH, Format.WAT):
        files = _of_occurrences(graph, form, editorial=editorial)
    else:
        files = _of_view(graph, form, level, most, editorial=editorial)
    return [_write(folder / name, lines) for name, lines in files.items()]


def _of_view(
    graph: GraphFolder, form: Format, level: Level, most: int | None, *, editorial: bool
) -> Mapping[str, Iterator[str]]:
    """The files that are made of one level."""
    if form is Format.COMMON_CRAWL:
        read_ranks_facts(graph)  # says that it was not ranked
        return common_crawl_files(read_view(graph, level, most), editorial=editorial)
    if level is Level.PAGE and most is None:
        most = PAGES
    write = gexf if form is Format.GEXF else graphml
    return {f"{level}s.{form}": write(read_view(graph, level, most), editorial=editorial)}


def _of_occurrences(graph: GraphFolder, form: Format, *, editorial: bool) -> Mapping[str, Iterator[str]]:
    """The files that are made of the occurrences."""
    for crawl in graph.crawls:
        if not (crawl / LINKS).exists():
            problem = f"was made of {crawl}, where there is no {LINKS}"
            raise UsageError(str(graph.path), problem, "put the crawl back, or build the graph again")
    if form is Format.WAT:
        # The whole page: a record of some of its links would look like one of all.
        records = wat_records(link_records(graph.crawls))
        return {"links.wat.jsonl.gz": (dumps(record).decode() + "\n" for record in records)}
    return {
        "web-graph.csv.gz": web_graph(followable(link_records(graph.crawls), editorial=editorial)),
        "domain-graph.csv.gz": domain_graph(followable(link_records(graph.crawls), editorial=editorial)),
    }


def _write(path: Path, lines: Iterable[str]) -> Path:
    fresh = path.with_name(f".{path.name}.new")
    with writing(path):
        try:
            with fresh.open("wb") as file:
                if path.suffix == ".gz":
                    # No name and no time in its head: the same lines give the same bytes.
                    with gzip.GzipFile("", "wb", _GZIP, file, mtime=0) as packed:
                        _fill(packed, lines)
                else:
                    _fill(file, lines)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    sync_folder(path.parent)
    return path


def _fill(file: IO[bytes] | gzip.GzipFile, lines: Iterable[str]) -> None:
    for line in lines:
        file.write(line.encode())

"""``graph.json`` and ``ranks.json``: what a graph's folder says of itself. Written last of its files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from portal_crawler.errors import DamagedFileError, StateError, UsageError
from portal_crawler.graph.edge_tally import EdgeTally
from portal_crawler.graph.folder_disk import settle
from portal_crawler.graph.link_graph import Level, LinkGraph

GRAPH, RANKS = "graph.json", "ranks.json"
FOLDER, RANKS_FOLDER = "graph", "ranks"
# Of the files and their columns; a graph of another one is made again.
FORMAT_VERSION = "1"


@dataclass(frozen=True, slots=True)
class GraphFolder:
    """A graph on the disk: its folder, and what its ``graph.json`` says."""

    path: Path
    facts: dict[str, Any]

    @property
    def crawls(self) -> list[Path]:
        """The folders of the crawls that it was made of."""
        return [self.path / crawl for crawl in self.facts["crawls"]]

    @property
    def ranks(self) -> Path:
        """The folder of its ranks."""
        return self.path / RANKS_FOLDER


def write_graph_facts(folder: Path, graph: LinkGraph, crawls: Sequence[Path], home: Path) -> None:
    """Write ``graph.json``. It holds no time, so that the same lines give the same bytes.

    :param home: where the folder will lie; the crawls are named relative to it.
    """
    facts = {
        "format_version": FORMAT_VERSION,
        "crawls": sorted(os.path.relpath(crawl.resolve(), home.resolve()) for crawl in crawls),
        "public_suffixes": f"tldextract {version('tldextract')}",
        "occurrences": graph.lines,
        "pages_fetched": int(graph.pages.fetched.sum()),
        "levels": {str(level): _level_facts(graph, level) for level in Level},
    }
    write_facts(folder / GRAPH, facts)


def _level_facts(graph: LinkGraph, level: Level) -> dict[str, int]:
    edges: EdgeTally = graph.edges[level]
    nodes = len(graph.pages.keys) if level is Level.PAGE else len(graph.places[level].names)
    return {
        "nodes": nodes,
        "edges": len(edges),
        "editorial_edges": int((edges.column("editorial") > 0).sum()),
        "links": int(edges.column("total").sum()),
        "editorial_links": int(edges.column("editorial").sum()),
        "nofollow_links": int(edges.column("nofollow").sum()),
    }


def write_facts(path: Path, facts: dict[str, Any]) -> None:
    """Write a small JSON file."""
    path.write_bytes(orjson.dumps(facts, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def read_facts(path: Path) -> dict[str, Any]:
    """The content of a small JSON file.

    :raises DamagedFileError: where it is none.
    """
    try:
        facts = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        cure = "make the graph again with: portal-crawler graph build"
        raise DamagedFileError(str(path), f"is not JSON ({error})", cure) from error
    return dict(facts)


def open_graph(folder: Path) -> GraphFolder:
    """The graph of a crawl's folder, or of a graph's own.

    :raises UsageError: where there is none.
    :raises StateError: where it is one of another version of this program.
    """
    for path in (folder / FOLDER, folder):
        settle(path)
        if (path / GRAPH).exists():
            facts = read_facts(path / GRAPH)
            if facts.get("format_version") != FORMAT_VERSION:
                problem = f"is a graph of format {facts.get('format_version')}, not {FORMAT_VERSION}"
                raise StateError(str(path), problem, "make it again with: portal-crawler graph build")
            return GraphFolder(path, facts)
    raise UsageError(str(folder), "holds no link graph", f"make one with: portal-crawler graph build {folder}")


def read_ranks_facts(graph: GraphFolder) -> dict[str, Any]:
    """What ``ranks.json`` of a graph says.

    :raises UsageError: where it was not ranked.
    """
    settle(graph.ranks)
    path = graph.ranks / RANKS
    if not path.exists():
        cure = f"rank it with: portal-crawler graph rank {graph.path}"
        raise UsageError(str(graph.path), "is not ranked yet", cure)
    return read_facts(path)

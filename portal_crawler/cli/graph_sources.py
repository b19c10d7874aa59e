"""The graph that a person names: a crawl's, or a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from portal_crawler.cli.folders import crawl_folder

if TYPE_CHECKING:
    from portal_crawler.graph.graph_json import GraphFolder


def opened(source: str) -> GraphFolder:
    """The graph of a crawl (its folder, or a profile's name for its newest crawl), or in a folder of its own.

    :raises UsageError: where there is none, with how to make one.
    :raises StateError: where it is one of another version of this program.
    """
    from portal_crawler.graph.graph_json import GRAPH, open_graph

    if (Path(source) / GRAPH).exists():
        return open_graph(Path(source))
    return open_graph(crawl_folder(source))

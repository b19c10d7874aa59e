"""Build: from the lines of crawls to the tables of their link graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from portal_crawler.graph.crawl_tally import CrawlTally
from portal_crawler.graph.crawls_jsonl import read_crawls
from portal_crawler.graph.extra import needed
from portal_crawler.graph.folder_disk import replaced_folder
from portal_crawler.graph.graph_json import GRAPH, GraphFolder, open_graph, write_graph_facts
from portal_crawler.graph.link_graph import assembled
from portal_crawler.graph.tables_parquet import write_tables


def build_graph(crawls: Sequence[Path], folder: Path) -> GraphFolder:
    """Make the link graph of one or more crawls, in place of an older one in ``folder``.

    The same lines give the same bytes, whatever their order. Memory grows with pages and distinct edges.

    :raises UsageError: where a crawl has no links, or ``folder`` holds something else.
    :raises DamagedFileError: at the first line that is no record of its file.
    """
    needed("pyarrow")  # said before minutes of reading
    needed("scipy")
    return write_graph(read_crawls(crawls), crawls, folder)


def write_graph(tally: CrawlTally, crawls: Sequence[Path], folder: Path) -> GraphFolder:
    """Write the link graph of what was counted, in place of an older one in ``folder``. The tally is used up.

    :param crawls: the folders whose lines were counted.
    """
    graph = assembled(tally)
    with replaced_folder(folder, GRAPH) as fresh:
        write_tables(graph, fresh)
        write_graph_facts(fresh, graph, crawls, folder)
    return open_graph(folder)

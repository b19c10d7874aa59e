"""The report of a crawl as a file: what it is made of is put together here, since no package below knows all of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal_crawler.cli.folders import argument, shown
from portal_crawler.cli.terminal import Terminal
from portal_crawler.errors import PortalCrawlerError

if TYPE_CHECKING:
    from portal_crawler.reading import PageReading
    from portal_crawler.report.page_links import Ranks

FOLDER, FILE = "report", "index.html"


def make_report(folder: Path, to: Path | None, language: str | None) -> Path:
    """Make the report of a crawl.

    :param to: the file; ``None`` for ``report/index.html`` in the crawl's folder.
    :param language: ``None`` for that of the locale.
    :raises PortalCrawlerError: where the crawl cannot be read, or the file not written.
    """
    from portal_crawler.report.chart_svg import can_draw, drawn
    from portal_crawler.report.crawl_report import gather
    from portal_crawler.report.page_html import page_html
    from portal_crawler.report.pen import Pen
    from portal_crawler.report.report_page import report_page
    from portal_crawler.report.words_toml import language_of, words_of

    words = words_of(language or language_of())
    report = gather(folder, shown(folder))
    page = report_page(report, Pen(words, drawn, can_draw()), _reader(folder), ranks())
    return written(to or folder / FOLDER / FILE, page_html(page, words))


def written(path: Path, html: str) -> Path:
    """Write a page at once and whole, and its folder where it is missing.

    :raises OutputError: where it cannot be written.
    :raises DiskFullError: where there is no room for it.
    """
    from portal_crawler import disk
    from portal_crawler.records.jsonl import replace_file

    disk.make_folder(path.parent)
    try:
        replace_file(path, html.encode())
    except PortalCrawlerError:
        path.with_name(path.name + ".new").unlink(missing_ok=True)
        raise
    return path


def report_at_end(folder: Path, out: Terminal) -> None:
    """Make the report at a crawl's end. What goes wrong is told, and changes nothing of the crawl."""
    again = f"make it with: portal-crawler report {argument(folder)}"
    try:
        began = time.monotonic()
        path = make_report(folder, None, None)
    except KeyboardInterrupt:
        out.say(f"the report was not finished; {again}")
    except PortalCrawlerError as error:
        out.say(f"the report could not be made: {error}; {again}")
    except Exception as error:  # noqa: BLE001 - the crawl is done and its data is whole, whatever happens here
        out.say(f"the report could not be made ({type(error).__name__}: {error}); {again}")
    else:
        out.detail(f"report made in {time.monotonic() - began:.1f} s")
        out.say(f"report     {shown(path)}  (open it in a browser)")


def ranks() -> Ranks | None:
    """What computes PageRank; ``None`` where the extra ``graph`` is not installed."""
    from portal_crawler.graph.extra import has_extra

    if not has_extra():
        return None
    from portal_crawler.graph.adjacency import Adjacency
    from portal_crawler.graph.pagerank import pagerank

    return lambda sources, targets, nodes: pagerank(Adjacency(nodes, sources, targets)).values


def _reader(folder: Path) -> Any:
    """Reads an archived page of a crawl again."""
    from portal_crawler.records.archived_page import archived_reading

    def again(record: Mapping[str, Any]) -> PageReading | None:
        return archived_reading(folder, {"via": None, "depth": None, **record})

    return again

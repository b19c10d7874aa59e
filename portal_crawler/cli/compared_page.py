"""The comparison of two crawls as a page: what it is made of is put together here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from portal_crawler.cli.folders import shown

if TYPE_CHECKING:
    from portal_crawler.report.changes_tally import ChangesTally
    from portal_crawler.report.comparison import FrameLink
    from portal_crawler.report.comparison_page import ComparedCrawl
    from portal_crawler.report.comparison_sqlite import ComparisonTables


def write_page(
    path: Path,
    folders: tuple[Path, Path],
    tables: ComparisonTables,
    changes: ChangesTally,
    drift: tuple[list[FrameLink], int],
    language: str | None,
) -> None:
    """Write the page.

    :param drift: what differs in the frames, and the story pages that both crawls read.
    :raises OutputError: where it cannot be written.
    """
    from portal_crawler.cli.report_made import written
    from portal_crawler.report.chart_svg import can_draw, drawn
    from portal_crawler.report.comparison_page import Comparison, comparison_page
    from portal_crawler.report.page_html import page_html
    from portal_crawler.report.pen import Pen
    from portal_crawler.report.words_toml import language_of, words_of

    words = words_of(language or language_of())
    before, after = map(_crawl, folders)
    found = Comparison(before, after, changes, *drift, tables.status_changes(), tables.other_pages())
    written(path, page_html(comparison_page(found, Pen(words, drawn, can_draw())), words))


def _crawl(folder: Path) -> ComparedCrawl:
    from portal_crawler.errors import StateError
    from portal_crawler.records.manifest_json import read_crawl
    from portal_crawler.report.comparison_page import ComparedCrawl
    from portal_crawler.report.crawl_report import story_tally
    from portal_crawler.report.summary import from_crawl

    try:
        summary = from_crawl(folder)
    except StateError:
        summary = None  # the page says so
    return ComparedCrawl(shown(folder), read_crawl(folder) or {}, summary, story_tally(folder))

"""Summary: what the crawl has read so far, in Scrapy's statistics; the progress line is drawn from them."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from pipelines.door import reading_of
from portal_crawler.page.kind import PageKind
from portal_crawler.records.article_record import record_kind
from portal_crawler.verdict import VerdictKind

PREFIX = "portal_crawler"


class SummaryPipeline:
    """Counts ``portal_crawler/pages``, ``/kind/<kind>``, ``/articles``, ``/duplicates``, ``/links``, ``/problems``."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of a crawler."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Count the page."""
        reading, stats = reading_of(item), self._crawler.stats
        if reading is None or stats is None:
            return item
        kind = record_kind(reading)
        stats.inc_value(f"{PREFIX}/pages")
        stats.inc_value(f"{PREFIX}/kind/{kind.value}")
        stats.inc_value(f"{PREFIX}/links", len(reading.links))
        if reading.problems:
            stats.inc_value(f"{PREFIX}/problems", len(reading.problems))
        if kind is PageKind.ARTICLE:
            same = reading.verdict is not None and reading.verdict.kind is VerdictKind.SAME
            stats.inc_value(f"{PREFIX}/duplicates" if same else f"{PREFIX}/articles")
        return item

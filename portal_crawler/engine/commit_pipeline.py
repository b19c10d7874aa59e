"""Commit pipeline: the last item pipeline. All lines of a page are in the outputs when it tells the crawl.

The pipelines before it are synchronous, so Scrapy runs one page's whole chain without switching to another page: a
commit never holds half of a page's lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from portal_crawler.engine.attached import crawl_of
from portal_crawler.reading import PageReading

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class CommitPipeline:
    """Stages each page for the next commit."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawl = crawl_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of a crawler."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Note that the page is done."""
        if isinstance(item, PageReading):
            self._crawl.page_done(item)
        return item

"""Pages: one line for each response, whatever it was."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from pipelines.door import reading_of
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.records.page_record import page_record
from portal_crawler.records.sinks import PAGES, outputs_of


class PagesPipeline:
    """Writes pages.jsonl."""

    pages: JsonlFile

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of a crawler."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Open the output."""
        self.pages = outputs_of(self._crawler).jsonl(PAGES)

    def process_item(self, item: Any) -> Any:
        """Write the page's line."""
        reading = reading_of(item)
        if reading is not None:
            self.pages.append(page_record(reading))
        return item

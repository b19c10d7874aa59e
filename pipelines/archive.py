"""Archive: writes the exchange behind each page, so that the page's lines can say where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

from scrapy.crawler import Crawler

from pipelines.door import reading_of
from portal_crawler.records.capture_fields import page_fields
from portal_crawler.records.sinks import Archive, outputs_of


class ArchivePipeline:
    """Writes response, request and metadata records. A page that came without an exchange passes untouched."""

    archive: Archive | None

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of a crawler."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Find the archive."""
        self.archive = outputs_of(self._crawler).archive

    def process_item(self, item: Any) -> Any:
        """The page's reading, with the place of its response."""
        reading = reading_of(item)
        exchange = self.archive.held(reading.url_key) if self.archive and reading is not None else None
        if self.archive is None or reading is None or exchange is None:
            return item
        place = self.archive.add_page(reading.url_key, page_fields(reading, exchange))
        return replace(reading, capture=replace(reading.capture, warc=place))

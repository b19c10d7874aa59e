"""Links: every link of every page, as an edge with its role."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from pipelines.door import reading_of
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.records.link_edge import link_edges, portal_sites
from portal_crawler.records.sinks import LINKS, outputs_of


class LinksPipeline:
    """Writes links.jsonl."""

    links: JsonlFile
    sites: frozenset[str]

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of a crawler."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Open the output."""
        outputs = outputs_of(self._crawler)
        scope = outputs.profile.scope
        self.sites = portal_sites([*scope.hosts, *scope.aliases])
        self.links = outputs.jsonl(LINKS)

    def process_item(self, item: Any) -> Any:
        """Write the page's links."""
        reading = reading_of(item)
        if reading is not None and reading.links:
            self.links.append_all(link_edges(reading, self.sites))
        return item

"""Where records go: the door through which pipelines reach the crawl's committed outputs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from portal_crawler.archive.exchange import Exchange
from portal_crawler.capture import WarcPlace
from portal_crawler.errors import StateError
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.sites.profile import SiteProfile

ARTICLES = "articles.jsonl"
DUPLICATES = "duplicates.jsonl"
RELATIONS = "relations.jsonl"
LINKS = "links.jsonl"
PAGES = "pages.jsonl"
SKIPPED = "skipped.jsonl"
INDEX = "indexes/index.cdxj"
TEMPLATE = "template.json"
# Every story page as it was read, copies included: what the final articles.jsonl is assembled from.
STORIES = "work/stories.jsonl"
# The fingerprints of those pages, and what earlier crawls knew: what a later crawl compares its stories with.
KNOWN = "work/stories.sqlite"

# The attribute of Scrapy's crawler that holds the registry, set by the engine before the pipelines open.
CRAWLER_ATTRIBUTE = "portal_outputs"


class Archive(Protocol):
    """The archive of one crawl, which holds the exchange of each page until the page is recorded."""

    def held(self, key: str) -> Exchange | None:
        """The exchange of an address whose page is not recorded yet."""
        ...

    def add_page(self, key: str, fields: Iterable[tuple[str, str]]) -> WarcPlace | None:
        """Write that exchange, with what its metadata record is to say; the place of its response."""
        ...


class Outputs(Protocol):
    """The appendable outputs of one crawl. Their lengths are committed together with the ledger's rows."""

    @property
    def folder(self) -> Path:
        """The crawl's folder."""
        ...

    @property
    def profile(self) -> SiteProfile:
        """The effective profile."""
        ...

    @property
    def archive(self) -> Archive | None:
        """The archive; ``None`` where none is kept."""
        ...

    def jsonl(self, name: str) -> JsonlFile:
        """The output of that name, a path relative to the crawl's folder.

        When first opened it has been cut back to its committed length.
        """
        ...


def outputs_of(crawler: object) -> Outputs:
    """The registry of a Scrapy crawler.

    :raises StateError: where the engine has not set one.
    """
    outputs: Outputs | None = getattr(crawler, CRAWLER_ATTRIBUTE, None)
    if outputs is None:
        raise StateError(
            "the crawl's outputs",
            "are not open",
            "run the spider with this project's settings (portal_crawler.settings)",
        )
    return outputs

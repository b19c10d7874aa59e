"""Shown page: what every view of one page of a crawl begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from portal_crawler.catalog.address_key import read_key, shown_key
from portal_crawler.catalog.catalog_sqlite import Catalog
from portal_crawler.catalog.lookups_sqlite import Story, article_of, copy_of, link_counts, skip_of
from portal_crawler.web.not_found import NotHereError


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page: its line of ``pages.jsonl``, its story where it is one that is kept, its line of ``duplicates.jsonl``
    where it is a copy, its line of ``skipped.jsonl``; and the links to it, all and editorial.
    """

    key: int
    record: dict[str, Any]
    story: Story | None
    copy: dict[str, Any] | None
    skipped: dict[str, Any] | None
    links_in: int
    editorial_in: int

    @property
    def shown_key(self) -> str:
        """The page's key in addresses."""
        return shown_key(self.key)

    @property
    def title(self) -> str:
        """Its headline, title or address."""
        own = self.story.record["title"] if self.story and self.story.key == self.key else ""
        return own or self.record["title"] or self.record["url"]


def shown_page(request: Request, catalog: Catalog) -> ShownPage:
    """The page that a request's path names.

    :raises NotHereError: where the crawl has none of that key.
    """
    text = request.path_params["key"]
    key = read_key(text)
    record = catalog.page(key) if key is not None else None
    if key is None or record is None:
        raise NotHereError(text[:60], "is no page of this crawl", "look for it in the list of pages")
    story = article_of(catalog, key, record["url"])
    total, editorial = link_counts(catalog, key)
    return ShownPage(key, record, story, copy_of(catalog, key), skip_of(catalog, key), total, editorial)

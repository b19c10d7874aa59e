"""Lookups: what a crawl's catalog knows of one page or one story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal_crawler.catalog.address_key import address_key
from portal_crawler.catalog.catalog_sqlite import Catalog, Record

# Relations and copies that a page shows at most.
_MOST = 500


@dataclass(frozen=True, slots=True)
class Story:
    """An article with its row: ``copies`` counts its copies in this crawl."""

    record: Record
    key: int
    copies: int


def article_of(catalog: Catalog, key: int, url: str = "") -> Story | None:
    """The article that stands at an address: its own, or the one that has the address as an alias."""
    row = catalog.one("article", "articles", "key", key)
    if row is None and url:
        query = "SELECT article FROM alias WHERE key = ? LIMIT 1"
        found = catalog.rows(query, address_key(url))
        row = catalog.one("article", "articles", "id", found[0]["article"]) if found else None
        if row is not None and url not in row["record"]["aliases"]:
            return None  # another address of the same 64 bits
    return _story(row)


def article(catalog: Catalog, uid: str) -> Story | None:
    """The article of an id."""
    return _story(catalog.one("article", "articles", "uid", uid))


def _story(row: Record | None) -> Story | None:
    return Story(row["record"], row["key"], row["copies"]) if row else None


def copy_of(catalog: Catalog, key: int) -> Record | None:
    """The line of ``duplicates.jsonl`` of an address."""
    row = catalog.one("copy", "duplicates", "key", key)
    return row and row["record"]


def copies(catalog: Catalog, uid: str) -> list[Record]:
    """The lines of ``duplicates.jsonl`` that name an article, in the order of the file."""
    query = "SELECT place FROM copy WHERE of_uid = ? ORDER BY place LIMIT ?"
    return [catalog.record("duplicates", row["place"]) for row in catalog.rows(query, uid, _MOST)]


def relations(catalog: Catalog, uid: str) -> list[Record]:
    """The lines of ``relations.jsonl`` that name an article on either side."""
    query = "SELECT DISTINCT place FROM relation WHERE uid = ?1 OR of_uid = ?1 ORDER BY place LIMIT ?2"
    return [catalog.record("relations", row["place"]) for row in catalog.rows(query, uid, _MOST)]


def story_at(catalog: Catalog, key: int) -> Record | None:
    """The story page at an address as it was read, copies included, with its text."""
    row = catalog.one("story", "stories", "key", key)
    return row and row["record"]


def skip_of(catalog: Catalog, key: int) -> Record | None:
    """The line of ``skipped.jsonl`` of an address."""
    row = catalog.one("skip", "skipped", "key", key)
    return row and row["record"]


def link_counts(catalog: Catalog, key: int) -> tuple[int, int]:
    """How many links lead to an address, and how many of them an editor set."""
    found = catalog.rows("SELECT total, editorial FROM linked WHERE target = ?", key)
    return (found[0]["total"], found[0]["editorial"]) if found else (0, 0)


def title_of(catalog: Catalog, url_key: str) -> str:
    """The title of a page that was fetched, or ""."""
    page = catalog.page(address_key(url_key))
    return (page or {}).get("title") or ""


def facts_of(catalog: Catalog, url_key: str, url: str, ledger: dict[str, Any] | None) -> dict[str, Any]:
    """What the crawl knows of an address, in the form of ``records.fate``: ``linked_from`` holds the first links."""
    from portal_crawler.catalog.links_sqlite import links_in

    key = address_key(url_key)
    story = article_of(catalog, key, url)
    return {
        "url_key": url_key,
        "page": catalog.page(key),
        "article": story.record if story else None,
        "duplicate": copy_of(catalog, key),
        "skipped": skip_of(catalog, key) or skip_of(catalog, address_key(url)),
        "ledger": ledger,
        "linked_from": [row["record"] for row in links_in(catalog, key, url_key).rows],
        "linked": link_counts(catalog, key)[0],
    }

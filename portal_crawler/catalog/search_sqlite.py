"""Search: the articles that a query finds, best first or newest first, with what matched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from portal_crawler.catalog.catalog_sqlite import Catalog
from portal_crawler.catalog.listing import Part, Value, Wish
from portal_crawler.catalog.listing_sqlite import ListOf, part_of
from portal_crawler.catalog.query import Query
from portal_crawler.catalog.snippet import Piece, marked, snippet
from portal_crawler.catalog.spaced_text import UNSPACED

# A word in the headline weighs as much as so many in the text.
_TITLE_WEIGHT = 6.0
# Characters of a snippet: about two lines, where a Chinese character is as wide as two letters.
_WIDE, _NARROW = 240, 120
# Characters of a title, which is shown whole up to them: one of 300 KB would hide all other hits.
_TITLE = 300
_FILTERS = {
    "section": "section = ? COLLATE NOCASE",
    "language": "(language = ?1 COLLATE NOCASE OR language LIKE ?1 || '-%')",
    "host": "host = ? COLLATE NOCASE",
    "since": "published >= ?",
    "until": "published != '' AND published <= ? || '\U0010ffff'",
}
_ORDERS = {"best": "score", "newest": "published", "oldest": "published"}


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that a query finds: its record, and its title and text in pieces with the matches marked."""

    record: Mapping[str, Any]
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    copies: int


@dataclass(frozen=True, slots=True)
class Found:
    """A part of what a query finds."""

    hits: tuple[Hit, ...]
    part: Part


def search(catalog: Catalog, query: Query, wish: Wish) -> Found:
    """The articles that a query finds.

    :param wish: ``order`` is ``best`` (the default, where words are looked for), ``newest`` or ``oldest``.
    :raises UsageError: at an order that there is not.
    """
    order = wish.order or ("best" if query.wanted else "newest")
    part = part_of(
        catalog.db, _listed(query, order), replace(wish, order=order, filters={}, descending=order == "newest")
    )
    return Found(tuple(_hit(catalog, query, row) for row in part.rows), part)


def _listed(query: Query, order: str) -> ListOf:
    """The query as a list: the table is what the index finds, with the score of each."""
    always: list[str] = []
    values: list[Value] = []
    table = "article"
    if query.wanted:
        score = f"bm25(fulltext, {_TITLE_WEIGHT}, 1.0)" if order == "best" else "0.0"
        table = (
            f"(SELECT article.*, {score} AS score FROM fulltext JOIN article ON article.id = fulltext.rowid"  # noqa: S608 - values are bound
            " WHERE fulltext MATCH ?)"
        )
        values.append(query.match)
    for name, value in query.filters:
        always.append(_FILTERS[name].replace("?1", "?"))
        values += [value] * always[-1].count("?")
    if query.unwanted:
        always.append("id NOT IN (SELECT rowid FROM fulltext WHERE fulltext MATCH ?)")
        values.append(query.excluded)
    orders = _ORDERS if query.wanted else {name: _ORDERS[name] for name in ("newest", "oldest")}
    return ListOf(table, ("place", "copies"), orders, {}, tuple(always), tuple(values))


def _hit(catalog: Catalog, query: Query, row: Mapping[str, Any]) -> Hit:
    record = catalog.record("articles", row["place"])
    in_text = [term for term in query.wanted if not term.title]
    width = _NARROW if UNSPACED.search(record["text"][:40]) else _WIDE
    title = record["title"]
    shown = marked(title, query.wanted) if len(title) <= _TITLE else snippet(title, query.wanted, _TITLE)
    return Hit(record, shown, snippet(record["text"], in_text, width), row["copies"])

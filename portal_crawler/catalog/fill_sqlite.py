"""Fill: the rows that lines of a crawl's files become in the catalog."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson

from portal_crawler.catalog.address_key import address_key
from portal_crawler.catalog.spaced_text import spaced
from portal_crawler.page.roles import Role
from portal_crawler.records.skip_record import bin_of

Line = tuple[int, bytes]
# Characters of a title that lists are sorted by.
_SORTED_BY = 80
ROLES = tuple(role.value for role in Role)
_ROLE_NUMBERS = {role: number for number, role in enumerate(ROLES)}


def fill_pages(db: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Add lines of ``pages.jsonl``."""
    records = [(place, orjson.loads(line)) for place, line in lines]
    db.executemany(
        "INSERT INTO page (place, key, url_key, host, kind, status, depth, charset, fetched_at, links_out)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(place, address_key(one["url_key"]), one["url_key"], host_of(one["url"]), one["kind"], one["status"]),
                *(_depth(one), one["charset_used"] or "", one["fetched_at"], one["links"]),
            )
            for place, one in records
        ],
    )
    _count_links(db, [address_key(one["url_key"]) for _, one in records])


def fill_articles(db: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Add lines of ``articles.jsonl``, or of the stories that it is assembled from."""
    rows, texts, aliases = [], [], []
    for number, (place, line) in enumerate(lines, start=_next_id(db, "article")):
        record = orjson.loads(line)
        record = record.get("article", record)
        rows.append(
            (
                *(number, place, record["id"], address_key(record["url_key"]), _sort_form(record["title"])),
                *(record["published"] or "", record["section"] or "", record["language"] or "", record["site"]),
                record["word_count"],
            )
        )
        texts.append((number, spaced(record["title"]), spaced(record["text"])))
        aliases += [(address_key(alias), number) for alias in record["aliases"]]
    db.executemany(
        "INSERT INTO article (id, place, uid, key, title, published, section, language, host, words)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    db.executemany("INSERT INTO fulltext (rowid, title, text) VALUES (?, ?, ?)", texts)
    db.executemany("INSERT OR IGNORE INTO alias VALUES (?, ?)", aliases)
    _count_copies(db, [row[2] for row in rows])


def fill_stories(db: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Add lines of ``work/stories.jsonl``: every story page, copies included, with its text."""
    keys = [(address_key(orjson.loads(line)["article"]["url_key"]), place) for place, line in lines]
    db.executemany("INSERT OR REPLACE INTO story VALUES (?, ?)", keys)


def fill_duplicates(db: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Add lines of ``duplicates.jsonl``."""
    records = [(place, orjson.loads(line)) for place, line in lines]
    db.executemany(
        "INSERT INTO copy (place, uid, key, of_uid, elsewhere, kind) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (place, one["id"], address_key(one["url_key"]), one["of"], int(one["of_crawl"] is not None), one["kind"])
            for place, one in records
        ],
    )
    _count_copies(db, [one["of"] for _, one in records])


def fill_relations(db: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Add lines of ``relations.jsonl``."""
    records = [(place, orjson.loads(line)) for place, line in lines]
    db.executemany(
        "INSERT INTO relation (place, uid, of_uid) VALUES (?, ?, ?)",
        [(place, one["id"], one["of"]) for place, one in records],
    )


def fill_skipped(db: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Add lines of ``skipped.jsonl``; those of earlier versions have no ``bin``."""
    records = [(place, orjson.loads(line)) for place, line in lines]
    db.executemany(
        "INSERT INTO skip (place, key, url_key, host, reason, bin, depth) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(place, address_key(key := one["url_key"] or one["url"]), key, host_of(one["url"]), one["reason"]),
                *(bin_of(one), _depth(one)),
            )
            for place, one in records
        ],
    )


def fill_links(db: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Add lines of ``links.jsonl``: where each page's links begin, and where the links to each page stand."""
    runs: list[list[int]] = []
    arrived: list[tuple[int, int, int, int]] = []
    before = ""
    total, editorial = Counter[int](), Counter[int]()
    for place, line in lines:
        record = orjson.loads(line)
        if record["source_key"] != before:
            before = record["source_key"]
            runs.append([address_key(before), place, 0, 0])
        runs[-1][2] += 1
        runs[-1][3] = place + len(line)
        target = address_key(record["target_key"])
        set_by_editor = int(record["editorial"])
        arrived.append((target, 1 - set_by_editor, place, _ROLE_NUMBERS.get(record["role"], len(ROLES) - 1)))
        total[target] += 1
        editorial[target] += set_by_editor
    arrived.sort()  # neighbours in the table come one after another
    db.executemany("INSERT OR REPLACE INTO link_out VALUES (?, ?, ?, ?)", runs)
    db.executemany("INSERT OR REPLACE INTO link_in VALUES (?, ?, ?, ?)", arrived)
    db.executemany(
        "INSERT INTO linked VALUES (?, ?, ?) ON CONFLICT (target) DO UPDATE"
        " SET total = total + excluded.total, editorial = editorial + excluded.editorial",
        [(target, many, editorial[target]) for target, many in total.items()],
    )
    _count_links(db, total)


FILLS: dict[str, Callable[[sqlite3.Connection, Sequence[Line]], None]] = {
    "pages": fill_pages,
    "skipped": fill_skipped,
    "stories": fill_stories,
    "articles": fill_articles,
    "duplicates": fill_duplicates,
    "relations": fill_relations,
    "links": fill_links,
}
"""Name of a source -> what takes its lines."""


def host_of(url: str) -> str:
    """Host and port of an address, "" where it has none.

    >>> host_of("http://archive.portal.test:8080/a?b"), host_of("mailto:a@b")
    ('archive.portal.test:8080', '')
    """
    return url.partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")[2]


def _depth(record: dict[str, Any]) -> int:
    return -1 if record["depth"] is None else int(record["depth"])


def _sort_form(title: str) -> str:
    return title[:_SORTED_BY].casefold()


def _next_id(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])  # noqa: S608 - our name


def _count_links(db: sqlite3.Connection, keys: Iterable[int]) -> None:
    """Write the counts of links onto the pages that have these keys."""
    db.executemany(
        "UPDATE page SET links_in = counted.total, editorial_in = counted.editorial"
        " FROM (SELECT total, editorial FROM linked WHERE target = ?1) AS counted WHERE key = ?1",
        [(key,) for key in keys],
    )


def _count_copies(db: sqlite3.Connection, uids: Iterable[str]) -> None:
    db.executemany(
        "UPDATE article SET copies = (SELECT count(*) FROM copy WHERE of_uid = ?1 AND NOT elsewhere) WHERE uid = ?1",
        [(uid,) for uid in set(uids)],
    )

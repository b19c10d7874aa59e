"""Story table: the pages of all stories by the keys under which they may meet, in a private database.

It spills to disk, holds no text, and nothing outlives it: what a crawl of any size needs in memory while its stories
are grouped stays that of a page cache. Every list comes in the order of the pages' keys, never in that of arrival, but
where order plays no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple
from itertools import groupby
from operator import itemgetter
from typing import Any

from portal_crawler.dedup.story_groups import JoinKey, StoryPage
from portal_crawler.dedup.text_hash import TextShape
from portal_crawler.records.private_database_sqlite import PrivateDatabase

_TABLES = """
CREATE TABLE page(number INTEGER PRIMARY KEY, place INTEGER, story INTEGER, url TEXT, url_key TEXT, digest TEXT,
    title TEXT, words INTEGER, published TEXT, canonical_key TEXT, pager TEXT, part INTEGER,
    paragraphs INTEGER, characters INTEGER, numbers INTEGER);
CREATE TABLE meeting(certain INTEGER, value TEXT, number INTEGER);
CREATE TABLE translation(number INTEGER, language TEXT, target_key TEXT);
CREATE TABLE redirect(target_key TEXT, url_key TEXT, url TEXT);
"""
_INDEXES = """
CREATE INDEX page_by_key ON page(url_key);
CREATE INDEX meeting_by_value ON meeting(certain, value, number);
CREATE INDEX translation_by_page ON translation(number, target_key);
CREATE INDEX redirect_by_target ON redirect(target_key);
ANALYZE;
"""
_PAGES = """
SELECT number, url, url_key, digest, title, words, published, canonical_key, pager, part,
    paragraphs, characters, numbers
FROM page """
_SHARED = "AND value IN (SELECT value FROM meeting WHERE certain = {0} GROUP BY value HAVING count(*) > 1)"
_EQUAL = f"SELECT value, number FROM meeting WHERE certain = 1 {_SHARED.format(1)} ORDER BY value"  # noqa: S608
# The same, each key's pages in the order of their own keys.
_EQUAL_IN_ORDER = f"""
SELECT value, number FROM meeting JOIN page USING (number) WHERE certain = 1 {_SHARED.format(1)}
ORDER BY value, url_key, digest, number
"""  # noqa: S608
_RELATED = f"""
SELECT value, number FROM meeting JOIN page USING (number) WHERE certain = 0 {_SHARED.format(0)}
ORDER BY value, url_key, digest, number
"""  # noqa: S608
# Of two that name each other the one with the later key tells.
_TRANSLATIONS = """
SELECT page.number, language, other.number FROM translation JOIN page USING (number)
JOIN page AS other ON other.url_key = target_key
WHERE page.number != other.number AND NOT (page.url_key < other.url_key AND EXISTS
    (SELECT 1 FROM translation AS back WHERE back.number = other.number AND back.target_key = page.url_key))
ORDER BY page.url_key, other.url_key
"""
# Every address that leads to a page by redirects, however many hops (UNION ends at a loop).
_LEADING_TO = """
WITH RECURSIVE lead(key) AS (VALUES(?) UNION SELECT url_key FROM redirect JOIN lead ON target_key = key)
SELECT DISTINCT url FROM redirect JOIN lead ON target_key = key ORDER BY url
"""


class StoryTable(PrivateDatabase):
    """Fill with ``add`` and ``add_redirects``, then ``ready``, then ask."""

    def __init__(self) -> None:
        super().__init__(_TABLES)

    def add(self, page: StoryPage, place: int, keys: Iterable[JoinKey]) -> None:
        """Add a page; ``place`` is where its line stands, in bytes."""
        row = (page.url, page.url_key, page.digest, page.title, page.words, page.published, page.canonical_key)
        pager = "\n".join(page.pager)
        self._db.execute(
            "INSERT INTO page VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (page.number, place, page.number, *row, pager, page.part, *astuple(page.shape)),
        )
        self._db.executemany(
            "INSERT INTO meeting VALUES(?, ?, ?)", [(key.certain, key.value, page.number) for key in keys]
        )

    def add_translations(self, number: int, named: Iterable[tuple[str, str]]) -> None:
        """Add the versions that a page names, as (language, key of the address)."""
        rows = [(number, language, key) for language, key in named]
        self._db.executemany("INSERT INTO translation VALUES(?, ?, ?)", rows)

    def add_redirects(self, redirects: Iterable[tuple[str, str, str]]) -> None:
        """Add redirects as (key of the target, key of the address, the address)."""
        self._db.executemany("INSERT INTO redirect VALUES(?, ?, ?)", redirects)

    def ready(self) -> None:
        """Everything is in."""
        self._db.executescript(_INDEXES)

    def equal(self, *, in_order: bool = False) -> Iterator[tuple[str, list[int]]]:
        """Every certain key that two or more pages share, with the numbers of those pages.

        :param in_order: whether the numbers are to be in the order of the pages' keys too: it matters where pages are
            held apart.
        """
        for value, members in groupby(self._db.execute(_EQUAL_IN_ORDER if in_order else _EQUAL), key=itemgetter(0)):
            yield value, [number for _, number in members]

    def related(self) -> Iterator[tuple[str, Iterator[StoryPage]]]:
        """Every other key that two or more pages share, with those pages, to be asked for before the next key: of a
        portal that numbers its stories anew each year, thousands share a number.
        """
        for value, members in groupby(self._db.execute(_RELATED), key=itemgetter(0)):
            yield value, (self.page(number) for _, number in members)

    def page(self, number: int) -> StoryPage:
        """The page of a number."""
        return _page(self._db.execute(_PAGES + "WHERE number = ?", (number,)).fetchone())

    def paged(self) -> Iterator[tuple[StoryPage, StoryPage]]:
        """Every page with a pager, with every page of a story that its pager names."""
        rows = self._db.execute(_PAGES + "WHERE pager != '' ORDER BY url_key")
        for one in map(_page, rows):
            for key in one.pager:
                others = self._db.execute(_PAGES + "WHERE url_key = ?", (key,))
                yield from ((one, other) for other in map(_page, others) if other.number != one.number)

    def numbers(self, url_key: str | None) -> list[int]:
        """The numbers of the pages of an address."""
        return [number for (number,) in self._db.execute("SELECT number FROM page WHERE url_key = ?", (url_key,))]

    def translations(self) -> Iterator[tuple[StoryPage, str, StoryPage]]:
        """Every page with another that it names as a version of it, and the language; each pair once."""
        rows = self._db.execute(_TRANSLATIONS)
        for number, language, target in rows:
            yield self.page(number), language, self.page(target)

    def place(self, number: int) -> int:
        """Where the line of a page stands, in bytes."""
        found: tuple[int] = self._db.execute("SELECT place FROM page WHERE number = ?", (number,)).fetchone()
        return found[0]

    def settle(self, stories: Iterable[tuple[int, int]]) -> None:
        """Say of pages to which story they belong, as (story, number of the page); a page not named is a story."""
        self._db.executemany("UPDATE page SET story = ? WHERE number = ?", stories)
        self._db.execute("CREATE INDEX page_by_story ON page(story, url_key)")

    def stories(self) -> Iterator[list[StoryPage]]:
        """The pages of each story; stories in the order of the first one's key."""
        heads = self._db.execute(
            "SELECT story, min(url_key) AS first FROM page GROUP BY story ORDER BY first, min(digest)"
        )
        for story, _ in heads:
            rows = self._db.execute(_PAGES + "WHERE story = ? ORDER BY url_key, digest", (story,))
            yield [_page(row) for row in rows]

    def leading_to(self, url_key: str) -> list[str]:
        """Every address that leads to this one by redirects, in order."""
        return [url for (url,) in self._db.execute(_LEADING_TO, (url_key,))]


def _page(row: tuple[Any, ...]) -> StoryPage:
    number, url, url_key, digest, title, words, published, canonical_key, pager, part, *shape = row
    names = tuple(pager.split("\n")) if pager else ()
    page = (number, url, url_key, digest, title, words, published, canonical_key, names, part)
    return StoryPage(*page, TextShape(*shape))

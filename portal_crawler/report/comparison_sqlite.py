"""Comparison tables: the keys of two crawls in a private database on the disk, and their texts where they stand."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal_crawler.errors import DamagedFileError, MissingFieldError, UsageError
from portal_crawler.records.jsonl import RecordsAt, read_lines
from portal_crawler.records.sinks import ARTICLES, LINKS, PAGES, SKIPPED, STORIES
from portal_crawler.report.comparison import Answered, Told
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.urls import UrlRules, url_key

_TABLES = """
CREATE TABLE article(side INTEGER, url_key TEXT, place INTEGER);
CREATE TABLE story(side INTEGER, url_key TEXT, digest TEXT, place INTEGER);
CREATE TABLE page(side INTEGER, url_key TEXT, url TEXT, status INTEGER, kind TEXT, target TEXT);
CREATE TABLE skip(side INTEGER, url_key TEXT, why TEXT);
"""
_INDEXES = """
CREATE INDEX article_key ON article(side, url_key);
CREATE INDEX story_key ON story(side, url_key);
CREATE INDEX story_digest ON story(side, digest);
CREATE INDEX page_key ON page(side, url_key);
CREATE INDEX skip_key ON skip(side, url_key);
"""
# Where a link stands that is the portal's and not the page's.
_FRAME = frozenset(["navigation", "header", "footer"])
_NEEDED = (ARTICLES, PAGES, STORIES)
# Records kept in memory: a story is asked for several times in a row.
_KEPT = 64

Record = dict[str, Any]


class ComparisonTables:
    """Two crawls side by side. Use from one thread; close after use.

    :raises UsageError: where a folder lacks the files of a settled crawl.
    :raises DamagedFileError: where a line of them is no record.
    """

    def __init__(self, first: Path, second: Path) -> None:
        for folder in (first, second):
            missing = next((name for name in _NEEDED if not (folder / name).exists()), None)
            if missing:
                raise UsageError(str(folder), f"has no {missing}", "name the folder of a crawl that has ended")
        self._stack = ExitStack()
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES + "BEGIN;")
        for number, folder in enumerate((first, second)):
            try:
                self._fill(number, folder)
            except MissingFieldError:
                raise  # it names its file and line
            except (KeyError, TypeError, AttributeError) as error:
                cure = f"see what is wrong with the crawl: portal-crawler verify {folder}"
                raise DamagedFileError(str(folder), f"holds a line that is no record ({error})", cure) from error
        self._db.executescript(_INDEXES)  # which commits first
        self.first, self.second = (CrawlSide(self._db, n, f, self._stack) for n, f in enumerate((first, second)))

    def __enter__(self) -> ComparisonTables:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self._db.close()

    def _fill(self, side: int, folder: Path) -> None:
        add = self._db.executemany
        rules = UrlRules(frozenset(load_profile(folder / "profile.toml", to_crawl=False).urls.drop_params))
        add(
            "INSERT INTO article VALUES (?, ?, ?)",
            ((side, record["url_key"], place) for _, place, record in read_lines(folder / ARTICLES)),
        )
        stories = ((record["article"], place) for _, place, record in read_lines(folder / STORIES))
        add(
            "INSERT INTO story VALUES (?, ?, ?, ?)",
            ((side, story["url_key"], story["text_digest"], place) for story, place in stories),
        )
        pages = (record for _, _, record in read_lines(folder / PAGES))
        add("INSERT INTO page VALUES (?, ?, ?, ?, ?, ?)", (_page_row(side, page, rules) for page in pages))
        if (folder / SKIPPED).exists():
            skips = (record for _, _, record in read_lines(folder / SKIPPED) if record["url_key"])
            add(
                "INSERT INTO skip VALUES (?, ?, ?)",
                ((side, one["url_key"], f"{one['reason']}: {one['rule']}") for one in skips),
            )

    def other_pages(self) -> Record:
        """What became of the pages without a story: how many came, and how many the second crawl no longer finds."""
        query = (
            "SELECT count(*) FROM page AS p WHERE side = ? AND kind != 'article' AND status < 300"
            " AND NOT EXISTS (SELECT 1 FROM page AS o WHERE o.side = ? AND o.url_key = p.url_key AND o.status < {})"
        )
        came = self._db.execute(query.format(400), (1, 0)).fetchone()[0]
        missing = query.replace("NOT EXISTS", "EXISTS").replace("o.status < {}", "o.status >= 400")
        return {"new": came, "gone": self._db.execute(missing, (0, 1)).fetchone()[0]}

    def status_changes(self) -> list[tuple[int, int, int, str]]:
        """Addresses that both crawls asked for and that answer otherwise: the status before and after, how many, and
        the first of them; the most frequent first.
        """
        found = self._db.execute(
            "SELECT a.status, b.status, count(*) AS many, min(a.url) FROM page AS a JOIN page AS b USING (url_key)"
            " WHERE a.side = 0 AND b.side = 1 AND a.status != b.status AND 304 NOT IN (a.status, b.status)"
            " GROUP BY a.status, b.status ORDER BY many DESC, a.status, b.status"
        )
        return [tuple(row) for row in found]

    def frames(self) -> tuple[Counter[tuple[str, str, str]], Counter[tuple[str, str, str]], int]:
        """On how many pages each link of the frame stands, in both crawls, and the number of those pages.

        Counted are the story pages that both crawls read.
        """
        pages = self._db.execute(
            "SELECT count(*) FROM page AS a JOIN page AS b USING (url_key)"
            " WHERE a.side = 0 AND b.side = 1 AND a.kind = 'article' AND b.kind = 'article'"
        ).fetchone()[0]
        return self._frame(self.first), self._frame(self.second), pages

    def _frame(self, side: CrawlSide) -> Counter[tuple[str, str, str]]:
        counts: Counter[tuple[str, str, str]] = Counter()
        here, seen, counted = "", set[tuple[str, str, str]](), False
        for record in side.links():
            if record["source_key"] != here:
                here, seen = record["source_key"], set()
                counted = self.first.is_story(here) and self.second.is_story(here)
            link = (record["target_key"], record["text"], record["role"])
            if counted and record["role"] in _FRAME and link not in seen:
                seen.add(link)
                counts[link] += 1
        return counts


class CrawlSide:
    """One of the two crawls (``comparison.Side``)."""

    def __init__(self, db: sqlite3.Connection, side: int, folder: Path, stack: ExitStack) -> None:
        self._db, self._side, self._folder = db, side, folder
        articles, stories = (stack.enter_context(RecordsAt(folder / name)) for name in (ARTICLES, STORIES))
        self._article_at = lru_cache(_KEPT)(lambda place: _told(articles.read(place)))
        self._story_at = lru_cache(_KEPT)(lambda place: _told(stories.read(place)["article"]))

    def articles(self) -> Iterator[Told]:
        """Every article, in the order of its file."""
        for (place,) in self._rows("SELECT place FROM article WHERE side = ? ORDER BY place"):
            yield self._article_at(place)

    def article(self, url_key: str) -> Told | None:
        """The article that stands at an address."""
        return self._one(self._article_at, "SELECT place FROM article WHERE side = ? AND url_key = ?", url_key)

    def story(self, url_key: str) -> Told | None:
        """The story page at an address."""
        return self._one(self._story_at, "SELECT place FROM story WHERE side = ? AND url_key = ?", url_key)

    def same_text(self, digest: str) -> Told | None:
        """The first story page with that text."""
        query = "SELECT min(place) FROM story WHERE side = ? AND digest = ? HAVING count(*)"
        return self._one(self._story_at, query, digest)

    def answer(self, url_key: str) -> Answered | None:
        """What an address answered."""
        query = "SELECT url, status, kind, target FROM page WHERE side = ? AND url_key = ?"
        row = next(iter(self._rows(query, url_key)), None)
        return Answered(*row) if row else None

    def skipped(self, url_key: str) -> str:
        """Why an address was not fetched, or ""."""
        row = next(iter(self._rows("SELECT why FROM skip WHERE side = ? AND url_key = ?", url_key)), None)
        return row[0] if row else ""

    def is_story(self, url_key: str) -> bool:
        """Whether an address shows a story."""
        query = "SELECT 1 FROM page WHERE side = ? AND url_key = ? AND kind = 'article'"
        return next(iter(self._rows(query, url_key)), None) is not None

    def links(self) -> Iterator[Record]:
        """Every link, in the order of its file: those of a page stand together."""
        if (self._folder / LINKS).exists():
            yield from (record for _, _, record in read_lines(self._folder / LINKS))

    def _rows(self, query: str, *values: str) -> Iterable[tuple[Any, ...]]:
        return self._db.execute(query, (self._side, *values))

    def _one(self, read: Any, query: str, value: str) -> Told | None:
        row = next(iter(self._rows(query, value)), None)
        told: Told | None = read(row[0]) if row else None
        return told


def _told(record: Record) -> Told:
    urls = (record["url"], *record["aliases"])
    return Told(record["id"], record["url_key"], urls, record["title"], record["text_digest"], record["text"])


def _page_row(side: int, page: Record, rules: UrlRules) -> tuple[Any, ...]:
    target = url_key(page["final_url"], rules) if page["final_url"] != page["url"] else None
    return side, page["url_key"], page["url"], page["status"], page["kind"], target

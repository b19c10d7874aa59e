"""First stories: under which record each text was first seen in a running crawl, in a private database.

It spills to disk, so that a crawl of any length needs no more memory for it than a page cache; what an interrupted
crawl has written is learned again from its files.
"""

from __future__ import annotations

import hashlib
import sqlite3
import weakref
from collections.abc import Iterator
from pathlib import Path

from portal_crawler.dedup.story_groups import exact_key
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.private_database_sqlite import PrivateDatabase, tell_full
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, STORIES

# Half of SHA-256: two texts in a billion billion share it, and the settled dataset compares whole digests anyway.
_KEY_BYTES = 16
_TABLES = """
CREATE TABLE story(text BLOB PRIMARY KEY, id BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE kept(id TEXT PRIMARY KEY, of TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article(url_key TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
"""
# The article that a page is a copy of, or that of its own address: settled, it may have the id of a longer story.
_KEPT = "SELECT coalesce((SELECT of FROM kept WHERE id = ?), (SELECT id FROM article WHERE url_key = ?))"


class FirstStories(PrivateDatabase):
    """Texts by their exact key (``story_groups.exact_key``), some 45 bytes of disk each.

    :raises DiskFullError: by each call, where the disk of SQLite's temporary files is full.
    """

    def __init__(self) -> None:
        super().__init__(_TABLES)
        self.close = weakref.finalize(self, self._db.close)

    def first(self, key: str, record_id: str) -> str:
        """The id under which the text is known; ``record_id``, which it then is, where it is new.

        >>> stories = FirstStories()
        >>> stories.first("t:1", "aa"), stories.first("t:1", "bb")
        ('aa', 'aa')
        """
        short = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:_KEY_BYTES]
        try:
            if self._db.execute("INSERT OR IGNORE INTO story VALUES(?, ?)", (short, bytes.fromhex(record_id))).rowcount:
                return record_id
            (known,) = self._db.execute("SELECT id FROM story WHERE text = ?", (short,)).fetchone()
        except sqlite3.DatabaseError as error:
            tell_full(error)
            raise
        return bytes(known).hex()

    def learn(self, folder: Path) -> None:
        """Take up every text of a crawl so far from its committed files, under the article that holds it."""
        if not (folder / STORIES).exists():
            return
        try:
            self._read(folder)
            for key, record_id in self._known(folder):
                self.first(key, record_id)
            self._db.execute("DELETE FROM kept")
            self._db.execute("DELETE FROM article")
        except sqlite3.DatabaseError as error:
            tell_full(error)
            raise

    def _read(self, folder: Path) -> None:
        for name, table, columns in ((DUPLICATES, "kept", ("id", "of")), (ARTICLES, "article", ("url_key", "id"))):
            path = folder / name
            rows = (tuple(record[column] for column in columns) for _, _, record in read_lines(path))
            if path.exists():
                self._db.executemany(f"INSERT OR REPLACE INTO {table} VALUES(?, ?)", rows)

    def _known(self, folder: Path) -> Iterator[tuple[str, str]]:
        for _, _, line in read_lines(folder / STORIES):
            page = line["article"]
            key = exact_key(page["text_digest"], page["word_count"], page["title"])
            (found,) = self._db.execute(_KEPT, (page["id"], page["url_key"])).fetchone()
            if key and found:
                yield key, found

"""Schema of the catalog: one SQLite file a crawl, made of the crawl's files and to be made again at any time.

It holds where records stand, not what they say: byte offsets, what lists are sorted and filtered by, and the full-text
index. ``key`` is an ``address_key``, ``uid`` an article's id, ``place`` a byte offset in the file that ``source``
names.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from portal_crawler.errors import StateError

# Of the tables below; a catalog of another one is made again.
FORMAT = 1
# "pcca", so that file(1) and people tell the file from other SQLite files (https://sqlite.org/pragma.html).
APPLICATION_ID = 0x70636361
# Marks belong to a letter in scripts that write vowels so (Devanagari): without Mn and Mc they would part words.
_TOKENIZER = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"

_SCHEMA = f"""
CREATE TABLE source (
    name TEXT PRIMARY KEY, file TEXT NOT NULL, inode INTEGER NOT NULL, changed INTEGER NOT NULL,
    length INTEGER NOT NULL, seen INTEGER NOT NULL, mark BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE page (
    id INTEGER PRIMARY KEY, place INTEGER NOT NULL, key INTEGER NOT NULL, url_key TEXT NOT NULL, host TEXT NOT NULL,
    kind TEXT NOT NULL, status INTEGER NOT NULL, depth INTEGER NOT NULL, charset TEXT NOT NULL,
    fetched_at TEXT NOT NULL, links_out INTEGER NOT NULL, links_in INTEGER NOT NULL DEFAULT 0,
    editorial_in INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX page_key ON page (key);
CREATE INDEX page_url_key ON page (url_key);
CREATE INDEX page_host ON page (host);
CREATE INDEX page_kind ON page (kind);
CREATE INDEX page_status ON page (status);
CREATE INDEX page_depth ON page (depth);
CREATE INDEX page_charset ON page (charset);
CREATE INDEX page_fetched ON page (fetched_at);
CREATE INDEX page_links_out ON page (links_out);
CREATE INDEX page_links_in ON page (links_in);
CREATE INDEX page_editorial_in ON page (editorial_in);
CREATE TABLE article (
    id INTEGER PRIMARY KEY, place INTEGER NOT NULL, uid TEXT NOT NULL, key INTEGER NOT NULL, title TEXT NOT NULL,
    published TEXT NOT NULL, section TEXT NOT NULL, language TEXT NOT NULL, host TEXT NOT NULL, words INTEGER NOT NULL,
    copies INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX article_uid ON article (uid);
CREATE INDEX article_key ON article (key);
CREATE INDEX article_title ON article (title);
CREATE INDEX article_published ON article (published);
CREATE INDEX article_section ON article (section);
CREATE INDEX article_language ON article (language);
CREATE INDEX article_host ON article (host);
CREATE INDEX article_words ON article (words);
CREATE INDEX article_copies ON article (copies);
CREATE TABLE story (key INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE TABLE alias (key INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (key, article)) WITHOUT ROWID;
CREATE TABLE copy (
    id INTEGER PRIMARY KEY, place INTEGER NOT NULL, uid TEXT NOT NULL, key INTEGER NOT NULL, of_uid TEXT NOT NULL,
    elsewhere INTEGER NOT NULL, kind TEXT NOT NULL
);
CREATE INDEX copy_uid ON copy (uid);
CREATE INDEX copy_key ON copy (key);
CREATE INDEX copy_of ON copy (of_uid, kind);
CREATE INDEX copy_kind ON copy (kind, of_uid);
CREATE TABLE relation (
    id INTEGER PRIMARY KEY, place INTEGER NOT NULL, uid TEXT NOT NULL, of_uid TEXT NOT NULL
);
CREATE INDEX relation_uid ON relation (uid);
CREATE INDEX relation_of ON relation (of_uid);
CREATE TABLE skip (
    id INTEGER PRIMARY KEY, place INTEGER NOT NULL, key INTEGER NOT NULL, url_key TEXT NOT NULL, host TEXT NOT NULL,
    reason TEXT NOT NULL, bin TEXT NOT NULL, depth INTEGER NOT NULL
);
CREATE INDEX skip_key ON skip (key);
CREATE INDEX skip_url_key ON skip (url_key);
CREATE INDEX skip_host ON skip (host);
CREATE INDEX skip_reason ON skip (reason);
CREATE INDEX skip_bin ON skip (bin);
CREATE INDEX skip_depth ON skip (depth);
CREATE TABLE link_out (
    source INTEGER NOT NULL, place INTEGER NOT NULL, many INTEGER NOT NULL, upto INTEGER NOT NULL,
    PRIMARY KEY (source, place)
) WITHOUT ROWID;
CREATE TABLE link_in (
    target INTEGER NOT NULL, plain INTEGER NOT NULL, place INTEGER NOT NULL, role INTEGER NOT NULL,
    PRIMARY KEY (target, plain, place)
) WITHOUT ROWID;
CREATE TABLE linked (target INTEGER PRIMARY KEY, total INTEGER NOT NULL, editorial INTEGER NOT NULL);
CREATE VIRTUAL TABLE fulltext USING fts5(title, text, content='', tokenize="{_TOKENIZER}");
"""


def create(path: Path) -> None:
    """A new, empty catalog in a file that is not there yet, or is empty.

    :raises StateError: where this Python's SQLite has no FTS5.
    """
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
    except sqlite3.OperationalError as error:
        if "fts5" not in str(error):
            raise
        cure = "use a Python whose SQLite has it (those of python.org, Debian and uv do)"
        raise StateError(str(path), "cannot be made: this Python's SQLite lacks FTS5", cure) from error
    finally:
        db.close()


def is_current(path: Path) -> bool:
    """Whether a file is a catalog of this version; one that is damaged, another version's or empty is not."""
    if not path.exists():
        return False
    try:
        with closing(connected(path)) as db:
            found = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    except sqlite3.DatabaseError:
        return False
    return found == [APPLICATION_ID, FORMAT]


def connected(path: Path) -> sqlite3.Connection:
    """A catalog that is there, opened; one that was just removed does not come back as an empty file.

    :raises sqlite3.OperationalError: where there is none.
    """
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)

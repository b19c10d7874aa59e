"""Near schema: the tables of an index of near-duplicates, and the steps by which an older file comes to them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from portal_crawler.database_sqlite import open_to_read
from portal_crawler.dedup.fingerprints import ALGORITHM
from portal_crawler.errors import DamagedFileError

# Each step is run once, in its order; a file says in its header (PRAGMA user_version) how many it has behind it.
STEPS = (
    f"""
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE document (
        number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, prints BLOB NOT NULL, numbers BLOB NOT NULL,
        pairs BLOB NOT NULL,
        tokens INTEGER NOT NULL, whole INTEGER NOT NULL, frame INTEGER NOT NULL, title BLOB NOT NULL,
        of INTEGER, kind TEXT, similarity REAL, reason TEXT, url TEXT
    );
    CREATE TABLE posting (
        print INTEGER NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (print, document)
    ) WITHOUT ROWID;
    INSERT INTO meta VALUES ('algorithm', '{ALGORITHM}');
    """,  # noqa: S608 - its only part that varies is a constant
    # The page that a document is the text of. "key" is a hash of its address, "crawl" the crawl that read it, "" of the
    # one that the file belongs to; "article" is the id of the article in which the story stands there.
    """
    CREATE TABLE page (
        key BLOB PRIMARY KEY, document INTEGER NOT NULL UNIQUE, crawl TEXT NOT NULL, article BLOB,
        digest BLOB NOT NULL, facts TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
)
# Seconds in which another process is expected to be ready with the file.
PATIENCE = 60.0
_ANEW = "move it away: it is made anew from the records"
_DURABLE = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
# Of a file that is nothing until it is whole.
_SCRATCH = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"


def open_index(path: Path | str, cache: int, *, durable: bool) -> sqlite3.Connection:
    """Open an index, made where it is missing, and brought to today's form where it is an older one.

    :param cache: megabytes of the file that are kept in memory.
    :raises DamagedFileError: where it is no index, or was made by a newer program or another algorithm.
    """
    database = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        database.executescript(f"{_DURABLE if durable else _SCRATCH} PRAGMA cache_size = -{1000 * cache};")
        _bring_forward(database, str(path))
    except sqlite3.DatabaseError as error:
        database.close()
        raise damaged(path, f"is no index of near-duplicates ({error})") from error
    except DamagedFileError:
        database.close()
        raise
    return database


def is_usable(path: Path) -> bool:
    """Whether a file is an index of today's form, with fingerprints that this program makes."""
    try:
        with open_to_read(path) as database:
            (behind,) = database.execute("PRAGMA user_version").fetchone()
            return bool(behind == len(STEPS) and _algorithm(database) == str(ALGORITHM))
    except (sqlite3.DatabaseError, TypeError):
        return False


def _algorithm(database: sqlite3.Connection) -> str:
    found: tuple[str] = database.execute("SELECT value FROM meta WHERE key = 'algorithm'").fetchone()
    return found[0]


def damaged(
    path: Path | str, problem: str, cure: str = "move it away: it is made anew from the records"
) -> DamagedFileError:
    """The error of an index that cannot be used."""
    return DamagedFileError(str(path), problem, cure)


def _bring_forward(database: sqlite3.Connection, path: str) -> None:
    (behind,) = database.execute("PRAGMA user_version").fetchone()
    if behind > len(STEPS):
        raise damaged(path, f"was made by a newer program (form {behind}, known here: {len(STEPS)})")
    for number, step in enumerate(STEPS[behind:], start=behind + 1):
        database.executescript(f"BEGIN; {step} PRAGMA user_version = {number}; COMMIT;")
    if (found := _algorithm(database)) != str(ALGORITHM):
        raise damaged(path, f"has fingerprints of algorithm {found}, not {ALGORITHM}")

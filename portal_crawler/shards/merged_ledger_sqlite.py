"""Merged ledger: the ledger of a whole crawl, made of those of its shards: every address once, in one state.

An address that was asked for has its row in its owner's ledger, and nowhere else one that is not handed over. One that
a rule refused may have been refused by several shards. So of the rows of an address the first counts: fetched, failed,
queued, refused; then the least deep one, then by the page it was found on. Addresses get their numbers in order of
depth and key: the same rows give the same ledger, whatever the order in which they came.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from portal_crawler.disk import check_database, sync_file
from portal_crawler.frontier.ledger_file_sqlite import LEDGER, create_ledger
from portal_crawler.frontier.ownership import HANDED_OVER

_ROW = (
    *("url_key", "url", "host", "state", "priority", "depth", "hops", "via", "tries", "due", "reason", "rule"),
    *("warc_file", "warc_offset", "status", "digest", "parent", "pattern", "doubt", "find"),
)
_COLUMNS = ", ".join(_ROW)
_PATTERN = "pages, finds, run, repeats, dead, inner, outer, back, same, other, texts, rank, waiting"
_FOUND = f"""
CREATE TEMP TABLE found (shard INTEGER, old INTEGER, {", ".join(_ROW)});
CREATE TEMP TABLE area (shard INTEGER, old INTEGER, name TEXT, host TEXT, tried INTEGER, waiting INTEGER);
CREATE TEMP TABLE pattern (shard INTEGER, old INTEGER, area INTEGER, name TEXT, {_PATTERN});
"""
_TAKE = (
    f"INSERT INTO found SELECT ?1, id, {_COLUMNS} FROM shard.frontier WHERE reason IS NOT '{HANDED_OVER}'",  # noqa: S608
    "INSERT INTO area SELECT ?1, id, name, host, tried, waiting FROM shard.areas",
    f"INSERT INTO pattern SELECT ?1, id, area, name, {_PATTERN} FROM shard.patterns",  # noqa: S608
    # What is known of a host, of its pages and of its texts; a text that several shards have seen is seen.
    *(
        f"INSERT OR IGNORE INTO main.{table} SELECT * FROM shard.{table} WHERE ?1 >= 0"  # noqa: S608
        for table in ("hosts", "visits", "redirects", "seen_texts", "tokens")
    ),
    "INSERT INTO main.outputs SELECT * FROM shard.outputs WHERE file LIKE 'archive/%' AND ?1 >= 0",
)
_MERGE = f"""
CREATE TEMP TABLE kept AS
SELECT row_number() OVER (ORDER BY depth, url_key) AS number, shard, old, url_key FROM (
    SELECT *, row_number() OVER (
        PARTITION BY url_key ORDER BY CASE state WHEN 'done' THEN 0 WHEN 'failed' THEN 1
        WHEN 'skipped' THEN 3 ELSE 2 END, depth, coalesce(via, ''), shard
    ) AS place FROM found
) WHERE place = 1;
CREATE UNIQUE INDEX temp.kept_row ON kept (shard, old);
CREATE UNIQUE INDEX temp.kept_key ON kept (url_key);
CREATE UNIQUE INDEX temp.area_row ON area (shard, old);
CREATE UNIQUE INDEX temp.pattern_row ON pattern (shard, old);
INSERT OR IGNORE INTO main.areas (name, host, tried, waiting)
SELECT name, host, tried, waiting FROM area ORDER BY name, shard;
INSERT OR IGNORE INTO main.patterns (area, name, {_PATTERN})
SELECT a.id, p.name, {", ".join(f"p.{name}" for name in _PATTERN.split(", "))} FROM pattern AS p
JOIN area AS o ON o.shard = p.shard AND o.old = p.area JOIN main.areas AS a ON a.name = o.name ORDER BY p.name, p.shard;
INSERT INTO main.frontier (id, {_COLUMNS})
SELECT k.number, {", ".join(f"f.{name}" for name in _ROW if name not in ("parent", "pattern", "doubt", "find"))},
    above.number, m.id, f.doubt, f.find
FROM kept AS k JOIN found AS f ON f.shard = k.shard AND f.old = k.old
LEFT JOIN kept AS above ON above.shard = f.shard AND above.old = f.parent
LEFT JOIN pattern AS p ON p.shard = f.shard AND p.old = f.pattern LEFT JOIN main.patterns AS m ON m.name = p.name
ORDER BY k.number;
"""  # noqa: S608
_CURE = "free some space and run the same command again: it goes on from here"


class MergedLedger:
    """The ledger that is being made in ``folder``, of the shards in their order. Use from one thread; close after use.

    :raises DiskFullError: where there is no room for it.
    """

    def __init__(self, folder: Path, shards: Sequence[Path]) -> None:
        self.path = folder / LEDGER
        self._sums: Counter[str] = Counter()
        self.path.unlink(missing_ok=True)
        create_ledger(self.path)
        self._db = sqlite3.connect(self.path.absolute().as_uri(), isolation_level=None, uri=True)
        try:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -16000"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_FOUND)
            for number, shard in enumerate(shards):
                self._take(number, shard / LEDGER)
            self._db.execute("CREATE UNIQUE INDEX temp.found_row ON found (shard, old)")
            self._db.executescript(f"BEGIN; {_MERGE} COMMIT;")
        except sqlite3.DatabaseError as error:
            self._db.close()
            check_database(error, str(self.path), _CURE)
            raise

    def _take(self, number: int, ledger: Path) -> None:
        self._db.execute("ATTACH ? AS shard", (f"{ledger.absolute().as_uri()}?mode=ro",))
        self._db.execute("BEGIN")
        for statement in _TAKE:
            self._db.execute(statement, (number,))
        for key, value in self._db.execute("SELECT key, value FROM shard.meta WHERE key IN ('articles', 'bytes')"):
            self._sums[key] += int(value)
        self._db.execute("COMMIT")
        self._db.execute("DETACH shard")

    def keeps(self, shard: int, url_key: str) -> bool:
        """Whether what a shard says of an address counts: no other shard's row took the place of its own."""
        row = self._db.execute("SELECT shard FROM kept WHERE url_key = ?", (url_key,)).fetchone()
        return row is None or row[0] == shard

    def archive(self) -> list[str]:
        """The archive's files."""
        return [name for (name,) in self._db.execute("SELECT file FROM outputs ORDER BY file")]

    def finish(self, started: datetime, lengths: Mapping[str, int]) -> Path:
        """Bring it to the disk, with the lengths of files that are to take their place from beside it; its path."""
        told = {"started": started.isoformat(), "seeded": "1", "replacing": json.dumps(dict(lengths))}
        told |= {key: str(value) for key, value in self._sums.items()}
        try:
            self._db.execute("BEGIN")
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", told.items())
            self._db.executemany("INSERT OR REPLACE INTO outputs VALUES (?, ?)", lengths.items())
            self._db.execute("COMMIT")
            self._db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.DatabaseError as error:
            check_database(error, str(self.path), _CURE)
            raise
        self.close()
        sync_file(self.path)
        return self.path

    def close(self) -> None:
        """Close it; safe to call twice."""
        self._db.close()

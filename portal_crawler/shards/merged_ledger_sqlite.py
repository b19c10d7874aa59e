"""Merged ledger: the ledger of a whole crawl, made of those of its shards: every address once, in one state.

An address that was asked for has its row in its owner's ledger, and nowhere else one that is not handed over; one that
its owner has not taken in yet is queued. One that a rule refused may have been refused by several shards. So of the
rows of an address the first counts: fetched, failed, queued, refused; then the least deep one, then by the page it was
found on. Addresses get their numbers in order of depth and key: the same rows give the same ledger, whatever the order
in which they came.
"""

from __future__ import annotations

import json
import posixpath
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from portal_crawler.database_sqlite import read_only
from portal_crawler.disk import check_database, sync_file
from portal_crawler.frontier.address import Discovery
from portal_crawler.frontier.handed_over_sqlite import rule_of
from portal_crawler.frontier.ledger_file_sqlite import LEDGER, create_ledger
from portal_crawler.frontier.ownership import HANDED_OVER
from portal_crawler.frontier.redirects_sqlite import Redirects
from portal_crawler.shards.ledger_lengths_sqlite import taken_in
from portal_crawler.shards.manifest_json import FOLDER as SHARDS

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
CREATE TEMP TABLE visit AS SELECT 0 AS shard, '' AS place, * FROM main.visits LIMIT 0;
"""  # noqa: S608
_TAKE = (
    f"INSERT INTO found SELECT ?1, id, {_COLUMNS} FROM shard.frontier WHERE reason IS NOT '{HANDED_OVER}'",  # noqa: S608
    "INSERT INTO visit SELECT ?1, crawl, * FROM shard.visits",
    "INSERT INTO area SELECT ?1, id, name, host, tried, waiting FROM shard.areas",
    f"INSERT INTO pattern SELECT ?1, id, area, name, {_PATTERN} FROM shard.patterns",  # noqa: S608
    # What is known of a host and of its texts; a text that several shards have seen is seen.
    *(
        f"INSERT OR IGNORE INTO main.{table} SELECT * FROM shard.{table} WHERE ?1 >= 0"  # noqa: S608
        for table in ("hosts", "redirects", "seen_texts", "tokens")
    ),
    "INSERT INTO main.outputs SELECT * FROM shard.outputs WHERE file LIKE 'archive/%' AND ?1 >= 0",
)
_NEW_ROW = ", ".join(
    {"state": "'queued'", "reason": "NULL", "rule": "NULL", "pattern": "NULL"}.get(name, name) for name in _ROW
)
_WAITING = f"""
INSERT INTO found SELECT ?1, id, {_NEW_ROW} FROM shard.frontier WHERE reason = '{HANDED_OVER}' AND rule = ?2 AND id > ?3
"""  # noqa: S608
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
_CROSSING = """
SELECT r.url_key FROM main.redirects AS r JOIN kept AS a ON a.url_key = r.url_key JOIN kept AS b ON b.url_key = r.target
WHERE a.shard != b.shard ORDER BY r.url_key
"""
_ROW_OF = """
SELECT url, url_key, host, priority, depth, via, coalesce(last_visit, 0) FROM main.frontier
LEFT JOIN main.visits USING (url_key) WHERE url_key = ?
"""
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
                self._take(number, shard / LEDGER, shard.name)
                self._take_waiting(number, shard / LEDGER, [taken_in(other, number) for other in shards])
            self._db.execute("CREATE UNIQUE INDEX temp.found_row ON found (shard, old)")
            self._db.executescript(f"BEGIN; {_MERGE}")
            self._keep_visits()
            self._db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            self._db.close()
            check_database(error, str(self.path), _CURE)
            raise

    def _take(self, number: int, ledger: Path, name: str) -> None:
        self._db.execute("ATTACH ? AS shard", (read_only(ledger),))
        self._db.execute("BEGIN")
        for statement in _TAKE:
            self._db.execute(statement, (number,))
        for key, value in self._db.execute("SELECT key, value FROM shard.meta WHERE key IN ('articles', 'bytes')"):
            self._sums[key] += int(value)
        self._name_earlier(number, name)
        self._db.execute("COMMIT")
        self._db.execute("DETACH shard")

    def _take_waiting(self, number: int, ledger: Path, taken: Sequence[int]) -> None:
        """What a limit kept its owner from taking in waits for whoever goes on."""
        self._db.execute("ATTACH ? AS shard", (read_only(ledger),))
        self._db.execute("BEGIN")
        for owner, last in enumerate(taken):
            self._db.execute(_WAITING, (number, rule_of(owner), last))
        self._db.execute("COMMIT")
        self._db.execute("DETACH shard")

    def _name_earlier(self, number: int, name: str) -> None:
        """Name the earlier crawls whose archives a shard's visits point into as the whole crawl's folder sees them."""
        earlier = "SELECT DISTINCT crawl FROM visit WHERE shard = ? AND crawl != ''"
        for (crawl,) in self._db.execute(earlier, (number,)).fetchall():
            place = posixpath.normpath(posixpath.join(SHARDS, name, crawl))
            self._db.execute("UPDATE visit SET place = ? WHERE shard = ? AND crawl = ?", (place, number, crawl))

    def _keep_visits(self) -> None:
        """Of an address that an earlier crawl knew, every shard has that visit; the owner has what came since."""
        names = [row[1] for row in self._db.execute("PRAGMA main.table_info(visits)")]
        values = ", ".join("v.place" if name == "crawl" else f"v.{name}" for name in names)
        visits = f"INSERT OR IGNORE INTO main.visits ({', '.join(names)}) SELECT {values} FROM visit AS v"  # noqa: S608
        self._db.execute(f"{visits} JOIN kept AS k ON k.shard = v.shard AND k.url_key = v.url_key")
        self._db.execute(f"{visits} ORDER BY v.shard")

    def keeps(self, shard: int, url_key: str) -> bool:
        """Whether what a shard says of an address counts: no other shard's row took the place of its own."""
        row = self._db.execute("SELECT shard FROM kept WHERE url_key = ?", (url_key,)).fetchone()
        return row is None or row[0] == shard

    def circles(self, most: int) -> Iterator[tuple[list[Discovery], datetime]]:
        """The circles of redirects that lead through several shards, of which none could tell: their addresses, and
        when the last one was fetched.

        :param most: redirects in a row that are followed.
        """
        redirects, told = Redirects(self._db), set[str]()
        for (key,) in self._db.execute(_CROSSING).fetchall():
            circle = redirects.circle(key, most) if key not in told else []
            told.update(circle)
            rows = [self._db.execute(_ROW_OF, (one,)).fetchone() for one in circle]
            if rows:
                latest = max(row[-1] for row in rows)
                yield [Discovery(*row[:-1]) for row in rows], datetime.fromtimestamp(latest, UTC)

    def archive(self) -> list[str]:
        """The archive's files."""
        return [name for (name,) in self._db.execute("SELECT file FROM outputs ORDER BY file")]

    def finish(self, started: datetime, since: str | None, lengths: Mapping[str, int]) -> Path:
        """Bring it to the disk, with the lengths of files that are to take their place from beside it; its path.

        :param since: the crawl that this one went on from, relative to its folder.
        """
        told = {
            **({"since": since} if since else {}),
            "started": started.isoformat(),
            "seeded": "1",
            "replacing": json.dumps(dict(lengths)),
        }
        told |= {key: str(value) for key, value in self._sums.items()}
        try:
            self._db.execute("BEGIN")
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", told.items())
            self._db.executemany("INSERT OR REPLACE INTO outputs VALUES (?, ?)", lengths.items())
            self._db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            check_database(error, str(self.path), _CURE)
            raise
        self.close()
        sync_file(self.path)
        return self.path

    def close(self) -> None:
        """Close it; safe to call twice."""
        self._db.close()

"""Ledger: the crawl's one SQLite file. Its frontier, and the committed length of every output, change together.

Whatever happens between two ``commit`` calls is one transaction: pages done, children queued, skips, claims, lengths.
A kill undoes it as a whole; opening then queues again what was in flight. The caller brings the outputs to the disk
first and passes their lengths, so no length is ever noted that is not on the disk. Use from one thread.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from portal_crawler.capture import WarcPlace
from portal_crawler.database_sqlite import fold_journal
from portal_crawler.disk import check_in_place
from portal_crawler.errors import DiskFullError, StateError
from portal_crawler.frontier.address import COLUMNS
from portal_crawler.frontier.address import Discovery as Discovery
from portal_crawler.frontier.address import FrontierRow as FrontierRow
from portal_crawler.frontier.doubts_sqlite import Doubts
from portal_crawler.frontier.handed_over_sqlite import HandedOver
from portal_crawler.frontier.host_facts_sqlite import host_facts
from portal_crawler.frontier.ledger_file_sqlite import (
    FORMAT,
    LEDGER,
    LOCK,
    bring_forward,
    create_ledger,
    lock_folder,
    trouble_with,
)
from portal_crawler.frontier.left_out_sqlite import LeftOut
from portal_crawler.frontier.ownership import HANDED_OVER
from portal_crawler.frontier.redirects_sqlite import Redirects
from portal_crawler.frontier.visits_sqlite import Visits

# A batch of bound variables well below SQLite's limit (32,766 since 3.32, https://sqlite.org/limits.html).
_BATCH = 500
# Seconds in which one who reads a ledger that is opened again is expected to be ready with it.
_PATIENCE = 60.0
# No address is put off for longer, in seconds.
_LONGEST_DUE = 3_600.0
_CLAIM = f"""
UPDATE frontier SET state = 'in_flight' WHERE id IN (SELECT id FROM frontier WHERE state = 'queued' AND doubt = 0
AND host = ? AND (due <= ? OR due > ?) ORDER BY priority DESC, id LIMIT ?) RETURNING {COLUMNS}, priority
"""  # noqa: S608
# What of a host waits to be fetched, by the index that knows it.
_QUEUED = "SELECT f.id FROM frontier AS f WHERE f.host = ? AND f.state = 'queued' AND f.doubt = 0"
_CLAIMED = "SELECT f.id FROM frontier AS f WHERE f.host = ? AND f.state = 'in_flight'"
_DOUBTED = """
SELECT f.id FROM areas AS a JOIN patterns AS p ON p.area = a.id AND p.waiting > 0 JOIN frontier AS f ON f.pattern = p.id
WHERE a.host = ? AND a.waiting > 0 AND f.doubt = 1 AND f.state = 'queued'
"""


class Ledger:
    """The open ledger of one crawl's folder; a second one there is refused.

    :raises StateError: where another process has it, its format is another version's, or the file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / LEDGER
        self._lock = lock_folder(folder)
        try:
            if not self.path.exists():
                create_ledger(self.path)
            self._db = sqlite3.connect(self.path.absolute().as_uri(), timeout=_PATIENCE, isolation_level=None, uri=True)
        except sqlite3.DatabaseError as error:
            self._lock.close()
            raise trouble_with(self.path, error) from error
        self._is_open = True
        self._facts: dict[str, dict[str, Any]] = {}  # of hosts, noted since the last commit
        self.visits = Visits(self._db)
        self.redirects = Redirects(self._db)
        self.doubts = Doubts(self._db)
        self.handed_over = HandedOver(self._db)
        self.left_out = LeftOut(self._db)
        try:
            self._prepare()
        except (sqlite3.DatabaseError, StateError) as error:
            self._db.close()
            self._lock.close()
            if isinstance(error, StateError):
                raise
            raise trouble_with(self.path, error) from error

    def _prepare(self) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -4000", "wal_autocheckpoint = 4000"):
            self._db.execute(f"PRAGMA {pragma}")
        found = bring_forward(self._db, self.meta("format"))
        if found != FORMAT:
            raise StateError(str(self.path), f"is of format {found}, not {FORMAT}", "use the version that made it")
        self._db.execute("BEGIN")
        self.doubts.requeue()
        self._db.execute("UPDATE frontier SET state = 'queued' WHERE state = 'in_flight'")
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    # -- addresses

    def unknown(self, keys: Iterable[str]) -> set[str]:
        """Those of ``keys`` that have no row yet."""
        wanted = list(dict.fromkeys(keys))
        known: set[str] = set()
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            marks = ",".join("?" * len(part))
            rows = self._db.execute(f"SELECT url_key FROM frontier WHERE url_key IN ({marks})", part)  # noqa: S608
            known.update(key for (key,) in rows)
        return set(wanted) - known

    def add(self, found: Sequence[Discovery]) -> None:
        """Add addresses; one that has a row keeps it."""
        self._db.executemany(
            "INSERT OR IGNORE INTO frontier"
            " (url, url_key, host, priority, depth, via, hops, reason, rule, parent, pattern, doubt, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(d.url, d.url_key, d.host, d.priority, d.depth, d.via, d.hops, d.reason, d.rule),
                    *(d.parent, d.pattern, int(d.doubt), "skipped" if d.reason else "queued"),
                )
                for d in found
            ],
        )

    def queued_by_host(self) -> dict[str, int]:
        """The number of addresses to fetch on each host, without those in doubt."""
        query = "SELECT host, count(*) FROM frontier WHERE state = 'queued' AND doubt = 0 GROUP BY host"
        return dict(self._db.execute(query).fetchall())

    def claim(self, host: str, count: int, now: float) -> list[FrontierRow]:
        """Take the next addresses of a host in hand, none in doubt: highest priority first, then as they were found."""
        # A clock that was set back would hold addresses until it is as late as it was.
        rows = self._db.execute(_CLAIM, (host, now, now + _LONGEST_DUE, count)).fetchall()
        return [FrontierRow(*row[:-1]) for row in sorted(rows, key=lambda row: (-row[-1], row[0]))]

    def next_due(self, host: str) -> float | None:
        """When the first of a host's queued addresses is due (seconds since the epoch), none in doubt."""
        query = "SELECT min(due) FROM frontier WHERE host = ? AND state = 'queued' AND doubt = 0"
        due: float | None = self._db.execute(query, (host,)).fetchone()[0]
        return due

    def done(self, number: int, status: int, digest: str, warc: WarcPlace | None = None) -> None:
        """An address was answered, and its exchange and its page are in the outputs."""
        place = (warc.file, warc.offset) if warc else (None, None)
        self._db.execute(
            "UPDATE frontier SET state = 'done', status = ?, digest = ?, warc_file = ?, warc_offset = ?, reason = NULL"
            " WHERE id = ?",
            (status, digest, *place, number),
        )

    def failed(self, number: int, reason: str) -> None:
        """An address gave no answer, after all its tries."""
        self._db.execute(
            "UPDATE frontier SET state = 'failed', tries = tries + 1, reason = ? WHERE id = ?", (reason, number)
        )

    def retry_failed(self) -> None:
        """Queue again every address that failed, with all its tries."""
        self._db.execute("UPDATE frontier SET state = 'queued', tries = 0, due = 0, doubt = 0 WHERE state = 'failed'")

    def skip(self, number: int, reason: str, rule: str) -> None:
        """An address in hand is not to be fetched after all."""
        self._db.execute(
            "UPDATE frontier SET state = 'skipped', reason = ?, rule = ? WHERE id = ?", (reason, rule, number)
        )

    def again(self, number: int, due: float, reason: str) -> None:
        """Queue an address in hand once more, not before ``due`` (seconds since the epoch); this try counts."""
        self._db.execute(
            "UPDATE frontier SET state = 'queued', tries = tries + 1, due = ?, doubt = 0, reason = ? WHERE id = ?",
            (due, reason, number),
        )

    def drop(self, number: int) -> None:
        """Forget an address, which was asked for to learn something and is none of the portal's."""
        self._db.execute("DELETE FROM frontier WHERE id = ?", (number,))

    def put_back(self, number: int) -> None:
        """Queue an address in hand as it was: it was not asked for."""
        self._db.execute("UPDATE frontier SET state = 'queued', doubt = 0 WHERE id = ?", (number,))

    def fail_host(self, host: str, reason: str, besides: Sequence[int] = ()) -> Iterator[list[FrontierRow]]:
        """No address of a host is asked for any more: it gave no answer. Those that waited, a heap at a time.

        :param besides: ids of addresses in hand, which have their own end.
        """
        return self._end_host("UPDATE frontier SET state = 'failed', reason = ?", (reason,), host, besides)

    def skip_host(self, host: str, reason: str, rule: str, besides: Sequence[int] = ()) -> Iterator[list[FrontierRow]]:
        """No address of a host is asked for any more, by a rule. Those that waited; ``besides`` as above."""
        update = "UPDATE frontier SET state = 'skipped', doubt = 0, reason = ?, rule = ?"
        return self._end_host(update, (reason, rule), host, besides)

    def _end_host(
        self, update: str, values: tuple[str, ...], host: str, besides: Sequence[int]
    ) -> Iterator[list[FrontierRow]]:
        for waiting in (_QUEUED, _CLAIMED, _DOUBTED):
            held = ",".join(map(str, map(int, besides)))
            query = f"{update} WHERE id IN ({waiting} AND f.id NOT IN ({held}) LIMIT {_BATCH}) RETURNING {COLUMNS}"
            while rows := self._db.execute(query, (*values, host)).fetchall():
                yield [FrontierRow(*row) for row in sorted(rows)]
        self.doubts.forget(host)

    def moved(self, number: int, url: str, hops: str) -> None:
        """Queue an address in hand once more, by another spelling of it to which it redirects."""
        self._db.execute(
            "UPDATE frontier SET state = 'queued', url = ?, hops = ?, due = 0, doubt = 0 WHERE id = ?",
            (url, hops, number),
        )

    def refusal(self, key: str) -> tuple[str, str] | None:
        """Reason and rule of an address that is skipped; what was handed over is another shard's to judge."""
        query = (
            "SELECT reason, coalesce(rule, '') FROM frontier WHERE url_key = ? AND state = 'skipped' AND reason != ?"
        )
        row = self._db.execute(query, (key, HANDED_OVER)).fetchone()
        return None if row is None else (row[0], row[1])

    def rows_of(self, keys: Sequence[str]) -> list[FrontierRow]:
        """The addresses of a few keys, in order of discovery."""
        query = f"SELECT {COLUMNS} FROM frontier WHERE url_key IN ({','.join('?' * len(keys))}) ORDER BY id"  # noqa: S608
        return [FrontierRow(*row) for row in self._db.execute(query, list(keys)).fetchall()]

    def counts(self) -> dict[str, int]:
        """The number of rows in each state."""
        return dict(self._db.execute("SELECT state, count(*) FROM frontier GROUP BY state").fetchall())

    def failures(self, limit: int = 5) -> list[tuple[str, str]]:
        """(URL, reason) of addresses that failed, the first few."""
        return self._db.execute(
            "SELECT url, coalesce(reason, '') FROM frontier WHERE state = 'failed' ORDER BY id LIMIT ?", (limit,)
        ).fetchall()

    def seed_states(self) -> list[tuple[str, str, str]]:
        """(URL, state, reason) of every address that the profile names."""
        return self._db.execute(
            "SELECT url, state, coalesce(reason, '') FROM frontier WHERE via IS NULL ORDER BY id"
        ).fetchall()

    # -- facts

    def meta(self, key: str) -> str | None:
        """A fact about the crawl."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Note a fact about the crawl."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def host_facts(self, host: str) -> dict[str, Any]:
        """What is known of a host (its robots.txt)."""
        if host in self._facts:
            row = (json.dumps(self._facts[host]),)  # so that it is told as from the file
        else:
            row = self._db.execute("SELECT facts FROM hosts WHERE host = ?", (host,)).fetchone()
        facts: dict[str, Any] = json.loads(row[0]) if row else {}
        return facts

    def all_host_facts(self, prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the last transactions noted under a name that begins so: (the rest of the name, facts)."""
        return host_facts(self._db, prefix)

    def set_host_facts(self, host: str, facts: Mapping[str, Any]) -> None:
        """Note what is known of a host. Written with the transaction's end: it changes with each answer."""
        self._facts[host] = dict(facts)

    # -- outputs and the commit

    def lengths(self) -> dict[str, int]:
        """The committed length of every output, in bytes."""
        return dict(self._db.execute("SELECT file, committed_length FROM outputs").fetchall())

    def commit(self, lengths: Mapping[str, int] | None = None) -> None:
        """End the transaction with the outputs' lengths, which are on the disk, and begin the next.

        :raises DiskFullError: where the ledger cannot grow.
        :raises StateError: where the crawl's folder was removed or moved.
        """
        check_in_place(self.path.with_name(LOCK), self._lock)
        try:
            self.doubts.flush()
            hosts = [(host, json.dumps(facts)) for host, facts in self._facts.items()]
            self._db.executemany("INSERT OR REPLACE INTO hosts VALUES (?, ?)", hosts)
            self._db.executemany("INSERT OR REPLACE INTO outputs VALUES (?, ?)", list((lengths or {}).items()))
            self._db.execute("COMMIT")
            self._db.execute("BEGIN")
            self._facts.clear()
        except sqlite3.DatabaseError as error:
            if not self._db.in_transaction:
                # SQLite has rolled back by itself. Without a transaction, what pages in flight still note would stay.
                self._db.execute("BEGIN")
            raise trouble_with(self.path, error) from error

    def finalize(self, lengths: Mapping[str, int]) -> None:
        """Commit the lengths of settled files that are about to take the place of the old ones."""
        self.set_meta("replacing", json.dumps(dict(lengths)))
        self.commit(lengths)

    def replaced(self) -> None:
        """The settled files are in their place."""
        self._db.execute("DELETE FROM meta WHERE key = 'replacing'")
        self.commit()

    @property
    def replacing(self) -> dict[str, int]:
        """The settled files that a kill may have left beside the old ones, with their lengths."""
        lengths: dict[str, int] = json.loads(self.meta("replacing") or "{}")
        return lengths

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """(url_key, URL, state) of every address, in order of discovery."""
        yield from self._db.execute("SELECT url_key, url, state FROM frontier ORDER BY id")

    def trouble(self, error: sqlite3.DatabaseError) -> StateError | DiskFullError:
        """What an error of the database means for a person: a full disk, or a damaged file."""
        return trouble_with(self.path, error)

    def close(self) -> None:
        """Undo what is not committed, close the file and free the lock; safe to call twice."""
        if self._is_open:
            self._is_open = False  # first: an interrupt may end this anywhere, and then it is called once more
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            fold_journal(self._db)
            self._db.close()
        self._lock.close()

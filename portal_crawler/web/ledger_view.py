"""Ledger view: what a crawl's frontier holds, read beside the crawl that writes it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal_crawler.database_sqlite import open_to_read
from portal_crawler.errors import StateError
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.frontier.ownership import HANDED_OVER
from portal_crawler.shards.manifest_json import parts_of

# The bins of an address, in the order in which they are shown; those in flight are queued once more after a kill.
STATES = ("done", "failed", "skipped", "queued", "in_flight")
# Hosts that are told one by one.
_HOSTS = 30
# What was handed over counts where it is asked for.
_COUNTED = f"""
SELECT host, depth, state, count(*) FROM frontier WHERE reason IS NOT '{HANDED_OVER}' GROUP BY host, depth, state
"""  # noqa: S608 - our own word


@dataclass(frozen=True, slots=True)
class Frontier:
    """Addresses by state, and those of each host and depth by state; hosts with the most to do come first."""

    states: dict[str, int] = field(default_factory=dict)
    hosts: tuple[tuple[str, dict[str, int]], ...] = ()
    depths: tuple[tuple[int, dict[str, int]], ...] = ()

    @property
    def discovered(self) -> int:
        """All addresses."""
        return sum(self.states.values())

    @property
    def waiting(self) -> int:
        """Addresses that are to be fetched."""
        return self.states.get("queued", 0) + self.states.get("in_flight", 0)


def has_ledger(folder: Path) -> bool:
    """Whether the folder is that of a crawl, and not of records read again from archives."""
    return (folder / LEDGER).exists()


def frontier_of(folder: Path) -> Frontier:
    """The frontier by state, host and depth; of a crawl by several processes that are at work, that of all.

    :raises StateError: where the ledger cannot be read.
    """
    parts = tuple(part for part in parts_of(folder) if has_ledger(part))
    return _frontier(parts, tuple(map(_stamp, parts)))


def _stamp(folder: Path) -> tuple[int, ...]:
    """What changes when the ledger does."""
    files = (folder / LEDGER, folder / f"{LEDGER}-wal")
    return tuple(file.stat().st_mtime_ns for file in files if file.exists())


@lru_cache(8)
def _frontier(parts: tuple[Path, ...], stamps: tuple[tuple[int, ...], ...]) -> Frontier:
    """The frontier, counted once for each state of the ledgers."""
    rows: list[tuple[str, int, str, int]] = []
    for part in parts:
        with _reading(part) as ledger:
            rows += ledger.execute(_COUNTED).fetchall()
    states: dict[str, int] = defaultdict(int)
    hosts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    depths: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for host, depth, state, many in rows:
        states[state] += many
        hosts[host][state] += many
        depths[depth][state] += many
    busiest = sorted(hosts.items(), key=lambda one: (-_to_do(one[1]), -one[1].get("done", 0), one[0]))
    return Frontier(dict(states), tuple(busiest[:_HOSTS]), tuple(sorted(depths.items())))


def row_of(folder: Path, url_key: str) -> dict[str, Any] | None:
    """The frontier's row of an address.

    :raises StateError: where the ledger cannot be read.
    """
    if not has_ledger(folder):
        return None
    with _reading(folder) as ledger:
        ledger.row_factory = sqlite3.Row
        row = ledger.execute("SELECT * FROM frontier WHERE url_key = ?", (url_key,)).fetchone()
    return dict(row) if row else None


def _to_do(states: dict[str, int]) -> int:
    return states.get("queued", 0) + states.get("in_flight", 0)


@contextmanager
def _reading(folder: Path) -> Iterator[sqlite3.Connection]:
    path = folder / LEDGER
    try:
        with open_to_read(path) as ledger:
            yield ledger
    except sqlite3.DatabaseError as error:
        cure = "check the crawl: portal-crawler verify"
        raise StateError(str(path), f"cannot be read ({error})", cure) from error

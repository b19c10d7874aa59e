"""Handed over: the addresses that a shard found and another shard asks for, from ledger to ledger.

A shard's outbox is its frontier: an address of another shard's host is a row that is skipped, with the reason
``handed_over`` and the owner as the rule. It is written in the transaction of the page it stands on, and never again,
since the frontier knows it. The owner reads it there and adds it to its own frontier in one transaction with the number
up to which it has read. So a kill at any moment of either neither loses an address nor gives it twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from portal_crawler.database_sqlite import read_only
from portal_crawler.frontier.address import Discovery
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.frontier.ownership import HANDED_OVER, shard_name

# Without it the search for what is new would read the whole frontier.
_INDEX = f"CREATE INDEX IF NOT EXISTS frontier_handed_over ON frontier (rule, id) WHERE reason = '{HANDED_OVER}'"
_FROM = f"FROM frontier WHERE reason = '{HANDED_OVER}' AND rule = ?"
_NEW = f"SELECT id, url, url_key, host, priority, depth, via, hops {_FROM} AND id > ? ORDER BY id LIMIT ?"
_LAST = f"SELECT max(id) {_FROM}"
# Addresses that are taken in together.
_HEAP = 1_000


def rule_of(owner: int) -> str:
    """The rule of an address that a shard was handed over."""
    return f"shard {shard_name(owner)}"


class HandedOver:
    """What a ledger knows of addresses that it handed over and took in. Changes within its transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def prepare(self) -> None:
        """Make the ledger that of a shard."""
        self._db.execute(_INDEX)

    def sent(self, owner: int) -> int:
        """The number of the last address that was handed over to a shard; 0 where none was."""
        return int(self._db.execute(_LAST, (rule_of(owner),)).fetchone()[0] or 0)

    def taken(self, giver: int) -> int:
        """The number of the last address that was taken in from a shard; 0 where none was."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (taken_key(giver),)).fetchone()
        return int(row[0]) if row else 0

    def set_taken(self, giver: int, number: int) -> None:
        """Addresses were taken in from a shard, up to that number."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (taken_key(giver), str(number)))


def taken_key(giver: int) -> str:
    """The name of the fact up to which number a shard was read."""
    return f"taken from {shard_name(giver)}"


class Outboxes:
    """The ledgers of the other shards, as one shard reads them. Use from one thread; close after use.

    :param folders: their folders, by their numbers.
    :param owner: the shard that reads.
    """

    def __init__(self, folders: Mapping[int, Path], owner: int) -> None:
        self._folders, self._rule = folders, rule_of(owner)
        self._open: dict[int, sqlite3.Connection] = {}

    def after(self, giver: int, number: int) -> list[tuple[int, Discovery]]:
        """The next addresses, each with its number, that a shard has handed over and committed.

        :param number: that of the last one which was taken in.
        """
        ledger = self._ledger(giver)
        rows = [] if ledger is None else ledger.execute(_NEW, (self._rule, number, _HEAP)).fetchall()
        return [(row[0], Discovery(*row[1:])) for row in rows]

    def _ledger(self, giver: int) -> sqlite3.Connection | None:
        """A shard's ledger; ``None`` while it has none that can be asked."""
        if giver in self._open:
            return self._open[giver]
        path = self._folders[giver] / LEDGER
        if not path.exists():
            return None
        ledger = sqlite3.connect(read_only(path), uri=True, isolation_level=None)
        if not ledger.execute("SELECT 1 FROM sqlite_master WHERE name = 'frontier_handed_over'").fetchone():
            ledger.close()  # it is just being made
            return None
        self._open[giver] = ledger
        return ledger

    def close(self) -> None:
        """Close them."""
        for ledger in self._open.values():
            ledger.close()
        self._open.clear()

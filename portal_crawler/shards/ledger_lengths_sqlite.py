"""What a shard's ledger says while no process has it: the committed lengths of its outputs, how its starts stand."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from portal_crawler.database_sqlite import open_to_read
from portal_crawler.frontier.handed_over_sqlite import taken_key
from portal_crawler.frontier.ledger_file_sqlite import LEDGER, trouble_with


def committed_lengths(shard: Path) -> dict[str, int]:
    """The committed length of every output, in bytes.

    :raises StateError: where the ledger cannot be read.
    """
    return dict(_asked(shard, "SELECT file, committed_length FROM outputs"))


def seed_states(shard: Path) -> list[tuple[str, str, str]]:
    """(URL, state, reason) of every address that the profile names and the shard owns.

    :raises StateError: where the ledger cannot be read.
    """
    return _asked(shard, "SELECT url, state, coalesce(reason, '') FROM frontier WHERE via IS NULL ORDER BY id")


def pages(shard: Path) -> int:
    """How many addresses were fetched; 0 where there is no ledger yet.

    :raises StateError: where the ledger cannot be read.
    """
    if not (shard / LEDGER).exists():
        return 0
    return int(_asked(shard, "SELECT count(*) FROM frontier WHERE state = 'done'")[0][0])


def taken_in(shard: Path, giver: int) -> int:
    """The number of the last address that it took in from another shard; 0 where none was.

    :raises StateError: where the ledger cannot be read.
    """
    found = _asked(shard, f"SELECT value FROM meta WHERE key = '{taken_key(giver)}'")  # noqa: S608 - our own words
    return int(found[0][0]) if found else 0


def handed_over(shard: Path) -> int:
    """How many addresses it found that are other shards' to ask for.

    :raises StateError: where the ledger cannot be read.
    """
    return int(_asked(shard, "SELECT count(*) FROM frontier WHERE reason = 'handed_over'")[0][0])


def _asked(shard: Path, query: str) -> list[tuple]:  # type: ignore[type-arg]  # as the query has it
    path = shard / LEDGER
    try:
        with open_to_read(path) as ledger:
            return ledger.execute(query).fetchall()
    except sqlite3.DatabaseError as error:
        raise trouble_with(path, error) from error

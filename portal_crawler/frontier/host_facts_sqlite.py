"""Host facts: what a ledger knows of hosts, read from its database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal_crawler.database_sqlite import open_to_read
from portal_crawler.frontier.ledger_file_sqlite import LEDGER

_NAMED = "SELECT host, facts FROM hosts WHERE substr(host, 1, ?) = ?"


def host_facts(ledger: sqlite3.Connection, prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What stands under the names that begin so: (the rest of the name, facts)."""
    for name, facts in ledger.execute(_NAMED, (len(prefix), prefix)):
        yield name.removeprefix(prefix), json.loads(facts)


def host_facts_in(folder: Path, prefix: str) -> list[tuple[str, dict[str, Any]]]:
    """The same of a crawl's folder, whether the crawl runs or not; nothing where it has no ledger."""
    path = folder / LEDGER
    if not path.exists():
        return []
    with open_to_read(path) as ledger:
        return list(host_facts(ledger, prefix))

"""Crawl state: what a crawl's folder says of its crawl at this moment. Read only, and harmless while it runs."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from portal_crawler import __version__
from portal_crawler.database_sqlite import open_to_read
from portal_crawler.errors import DamagedFileError, StateError
from portal_crawler.frontier.ledger_file_sqlite import LEDGER, LOCK
from portal_crawler.records.manifest_json import read_crawl
from portal_crawler.report.metrics import CrawlState

_ARCHIVE = "archive"


def crawl_state(folder: Path) -> CrawlState:
    """The state of the crawl in a folder.

    :raises StateError: where it has no ledger, or the ledger cannot be read.
    """
    path = folder / LEDGER
    if not path.exists():
        raise StateError(str(path), "is missing", "name the folder of a crawl")
    facts = _facts(folder)
    try:
        with open_to_read(path) as ledger:
            counted = _counted(ledger)
    except sqlite3.DatabaseError as error:
        raise StateError(str(path), f"cannot be read ({error})", "restore the folder from a copy") from error
    reason = str(facts.get("finish_reason") or "")
    counts = facts.get("counts")
    return CrawlState(
        profile=str(facts.get("profile") or ""),
        crawl=folder.resolve().name,
        version=__version__,
        started=_time(facts.get("started")),
        finished=_time(facts.get("finished")),
        reason=reason,
        unique=counts.get("unique") if isinstance(counts, dict) and reason not in ("", "interrupted") else None,
        running=not reason and _is_alive(folder),
        **counted,
    )


def _facts(folder: Path) -> dict[str, Any]:
    """``crawl.json``; nothing where the crawl is just beginning, or was killed while it did."""
    try:
        return read_crawl(folder) or {}
    except DamagedFileError:
        return {}


def _counted(ledger: sqlite3.Connection) -> dict[str, Any]:
    """What the ledger counts, in one look at it."""
    ledger.execute("BEGIN")
    meta = dict(ledger.execute("SELECT key, value FROM meta WHERE key IN ('articles', 'bytes')").fetchall())
    written: Counter[str] = Counter()
    for name, length in ledger.execute("SELECT file, committed_length FROM outputs"):
        written[_ARCHIVE if name.startswith(f"{_ARCHIVE}/") else name] += length
    return {
        "articles": int(meta.get("articles", 0)),
        "body_bytes": int(meta.get("bytes", 0)),
        "states": _counts(ledger, "state", "1"),
        "statuses": _counts(ledger, "status", "state = 'done' AND status IS NOT NULL"),
        "skipped": _counts(ledger, "reason", "state = 'skipped' AND reason IS NOT NULL"),
        "queued": _counts(ledger, "host", "state = 'queued'"),
        "written": dict(written),
    }


def _counts(ledger: sqlite3.Connection, column: str, where: str) -> dict[str, int]:
    rows = ledger.execute(f"SELECT {column}, count(*) FROM frontier WHERE {where} GROUP BY 1")  # noqa: S608 - our own names
    return {str(name): count for name, count in rows}


def _time(text: object) -> datetime | None:
    """A time of ``crawl.json``; ``None`` where it is none."""
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _is_alive(folder: Path) -> bool:
    """Whether the process that last opened the crawl lives. The lock itself is not touched: to try it would hold up a
    crawl that begins at this moment.
    """
    try:
        number = int((folder / LOCK).read_text(encoding="ascii").strip())
        if number <= 0:
            return False  # a group of processes, and no process
        os.kill(number, 0)
    except PermissionError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return True

"""Standing: what a crawl's folder holds right after a death, before anything has opened it again."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from portal_crawler.records.sinks import KNOWN

LEDGER = "ledger.sqlite"
_JOURNALS = ("", "-wal", "-journal")


@dataclass(frozen=True, slots=True)
class Standing:
    """Pages done, tries without a page, the committed length of each file, and ``replacing`` as the ledger has it.

    ``problem`` is what SQLite finds wrong with the ledger, or "".
    """

    done: int = 0
    tries: int = 0
    lengths: dict[str, int] = field(default_factory=dict)
    replacing: dict[str, int] = field(default_factory=dict)
    problem: str = ""


def standing(folder: Path) -> Standing:
    """Read from a copy: SQLite would mend the ledger while it reads it, and the crawl is to do that itself."""
    if not (folder / LEDGER).exists():
        return Standing()
    with tempfile.TemporaryDirectory() as room:
        for tail in _JOURNALS:
            if (folder / (LEDGER + tail)).exists():
                shutil.copy(folder / (LEDGER + tail), room)
        with closing(sqlite3.connect(Path(room) / LEDGER)) as ledger:
            try:
                return _read(ledger)
            except sqlite3.DatabaseError as error:
                return Standing(problem=str(error))


def _read(ledger: sqlite3.Connection) -> Standing:
    if not ledger.execute("SELECT 1 FROM sqlite_master WHERE name = 'outputs'").fetchone():
        return Standing()
    (problem,) = ledger.execute("PRAGMA integrity_check").fetchone()
    done, tries = ledger.execute("SELECT count(*) FILTER (WHERE state = 'done'), total(tries) FROM frontier").fetchone()
    lengths = dict(ledger.execute("SELECT file, committed_length FROM outputs"))
    noted = ledger.execute("SELECT value FROM meta WHERE key = 'replacing'").fetchone()
    return Standing(
        done, int(tries), lengths, json.loads(noted[0]) if noted else {}, "" if problem == "ok" else problem
    )


def harm(folder: Path, told: int, before: Standing, now: Standing) -> list[str]:
    """What of the committed state is not there any more.

    :param told: pages that the crawl has said to be committed.
    """
    found = [f"the ledger: {now.problem}"] if now.problem else []
    if now.done < max(told, before.done):
        found.append(f"{max(told, before.done)} pages were committed, {now.done} are in the ledger")
    for name, length in now.lengths.items():
        size, last = _committed(folder, name, length, now)
        if size < length:
            found.append(f"{name}: {length} bytes were committed, {size} are there")
        elif length and last != b"\n" and "archive/" not in name and name != KNOWN:
            found.append(f"{name}: the committed part does not end with a line")
    pages = folder / "pages.jsonl"
    if pages.exists():
        lines = Counter(pages.read_bytes()[: now.lengths.get("pages.jsonl", 0)])[ord("\n")]
        if lines != now.done:
            found.append(f"pages.jsonl: {now.done} pages are done, {lines} lines are committed")
    return found


def _committed(folder: Path, name: str, length: int, now: Standing) -> tuple[int, bytes]:
    """The size of a file, by whatever name it has at the moment, and its last committed byte."""
    names = [name + ".open", name]
    if now.replacing.get(name) == length:  # the successor that is to take its place, or has taken it
        names = [name + ".new", name]
    path = next((folder / one for one in names if (folder / one).exists()), None)
    if path is None:
        return 0, b""
    if length == 0:
        return path.stat().st_size, b""
    with path.open("rb") as file:
        file.seek(length - 1)
        return path.stat().st_size, file.read(1)

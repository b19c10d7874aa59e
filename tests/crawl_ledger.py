"""The ledger of a crawl that was written without an engine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from portal_crawler.records.jsonl import read_lines
from tests.story_readings import key


def write_ledger(folder: Path, skipped: Iterable[str] = (), queued: Iterable[str] = ()) -> None:
    """A ledger that fits the files of a folder: every page done, every output committed."""
    ledger = sqlite3.connect(folder / "ledger.sqlite")
    with ledger:
        ledger.execute("CREATE TABLE frontier(id INTEGER PRIMARY KEY, url_key TEXT UNIQUE, url TEXT, state TEXT)")
        ledger.execute("CREATE TABLE outputs(file TEXT PRIMARY KEY, committed_length INTEGER)")
        rows = [(page["url_key"], page["url"], "done") for _, _, page in read_lines(folder / "pages.jsonl")]
        rows += [(key(url), url, "skipped") for url in skipped]
        rows += [(key(url), url, "queued") for url in queued]
        ledger.executemany("INSERT INTO frontier(url_key, url, state) VALUES(?, ?, ?)", rows)
        files = [*folder.glob("*.jsonl"), folder / "work/stories.jsonl"]
        lengths = [(file.relative_to(folder).as_posix(), file.stat().st_size) for file in files]
        ledger.executemany("INSERT INTO outputs VALUES(?, ?)", lengths)
    ledger.close()

"""Address counts: what became of the known addresses of each section, from the crawl's ledger."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from portal_crawler.database_sqlite import open_to_read
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.report.ledger_counts_sqlite import readable
from portal_crawler.report.summary import OUT_OF_SCOPE
from portal_crawler.urls import section_of_key

OUTSIDE = "outside"


def address_counts(folder: Path) -> Counter[tuple[str, str]]:
    """Addresses by (section, state): ``done``, ``failed``, ``skipped``, ``queued`` or, of those that the scope refused,
    ``outside``.

    :raises StateError: where the folder has no ledger, or it cannot be read.
    :raises DiskFullError: where SQLite finds no room for what it needs beside it.
    """
    path = folder / LEDGER
    counts: Counter[tuple[str, str]] = Counter()
    with readable(path), open_to_read(path) as ledger:
        for key, state, reason in ledger.execute("SELECT url_key, state, reason FROM frontier"):
            told = OUTSIDE if state == "skipped" and reason in OUT_OF_SCOPE else state
            counts[section_of_key(key), "queued" if told == "in_flight" else told] += 1
    return counts

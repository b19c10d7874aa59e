"""Opening: what stands in a crawl's folder already: its ledger, made good after a kill, and what it has counted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from portal_crawler.disk import make_folder
from portal_crawler.engine.limits import Tally
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.records.replace_jsonl import finish_replacing
from portal_crawler.records.takedown_journal_json import finish_takedown


def opened_ledger(folder: Path) -> Ledger:
    """The ledger of a crawl's folder; both are made where they are missing."""
    make_folder(folder)
    finish_takedown(folder)
    ledger = Ledger(folder)
    if lengths := ledger.replacing:  # killed while the settled files took their place
        ledger.finalize(lengths)  # the killed process may have written it without a sync
        finish_replacing(folder, lengths)
        ledger.replaced()
    if ledger.meta("started") is None:
        ledger.set_meta("started", datetime.now(UTC).isoformat())
    return ledger


def tally_of(ledger: Ledger, *, retry: bool = True) -> Tally:
    """What the earlier runs of a crawl came to. Where none of its addresses answered, all are to be tried again: the
    same command is there for that.

    :param retry: whether they are.
    """
    states = ledger.counts()
    if retry and not states.get("done") and states.get("failed"):
        ledger.retry_failed()
        states = ledger.counts()
    return Tally(
        pages=states.get("done", 0),
        failed=states.get("failed", 0),
        articles=int(ledger.meta("articles") or 0),
        bytes=int(ledger.meta("bytes") or 0),
    )

"""Skip log: the lines of ``skipped.jsonl``, as a running crawl writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from portal_crawler.frontier.ledger_sqlite import Discovery, FrontierRow
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.records.skip_record import skip_record


class SkipLog:
    """Explains every address that is not fetched, or whose answer is not kept."""

    def __init__(self, sink: JsonlFile) -> None:
        self._sink = sink

    def discoveries(self, refused: Iterable[Discovery]) -> None:
        """Addresses that a rule refused when they were found."""
        now = datetime.now(UTC)
        self._sink.append_all([
            skip_record(
                one.url, one.reason or "", now, url_key=one.url_key, via=one.via, depth=one.depth, rule=one.rule
            )
            for one in refused
        ])  # fmt: skip

    def rows(self, rows: Iterable[FrontierRow], reason: str, rule: str) -> None:
        """Addresses that had a place in the frontier."""
        now = datetime.now(UTC)
        self._sink.append_all([
            skip_record(row.url, reason, now, url_key=row.url_key, via=row.via, depth=row.depth, rule=rule)
            for row in rows
        ])  # fmt: skip

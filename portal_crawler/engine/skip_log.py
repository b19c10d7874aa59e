"""Skip log: the lines of ``skipped.jsonl`` of a running crawl, which are committed with the ledger's rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from portal_crawler.frontier.ledger_sqlite import Discovery, FrontierRow
from portal_crawler.frontier.scope import Refusal
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.records.skip_record import Bin, skip_record


class SkipLog:
    """Writes why addresses gave no document. Use from one thread."""

    def __init__(self, file: JsonlFile) -> None:
        self._file = file

    def write(self, refused: Iterable[Discovery], counted: Bin = Bin.SKIPPED) -> None:
        """A line for each address, whose row is or will be in the ledger."""
        now = datetime.now(UTC)
        self._file.append_all([
            skip_record(
                one.url,
                one.reason or "",
                now,
                url_key=one.url_key,
                via=one.via,
                depth=one.depth,
                rule=one.rule,
                counted=counted,
            )
            for one in refused
        ])  # fmt: skip

    def tell(self, row: FrontierRow, why: Refusal, counted: Bin) -> None:
        """The line of an address in hand."""
        self.tell_all([row], why, counted)

    def tell_all(self, rows: Iterable[FrontierRow], why: Refusal, counted: Bin) -> None:
        """The lines of addresses that had a place in the frontier."""
        found = (
            Discovery(row.url, row.url_key, row.host, 0, row.depth, row.via, reason=why.reason, rule=why.rule)
            for row in rows
        )
        self.write(found, counted)

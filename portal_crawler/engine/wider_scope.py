"""Wider scope: what the scope of an earlier run left out of a crawl is queued when it goes on with a wider one.

An address has one end: its line of ``skipped.jsonl`` goes when its row of the ledger is queued. The file without these
lines is written beside the old one, and takes its place as settled files do: the commit that queues the rows names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import orjson

from portal_crawler.engine.share import WHOLE, Share
from portal_crawler.frontier.hops import in_a_row
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.frontier.scope import ScopeRule
from portal_crawler.frontier.trap_rule import TrapOptions
from portal_crawler.frontier.traps import trap
from portal_crawler.frontier.url_pattern import pattern_of
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.records.replace_jsonl import NEW, finish_replacing
from portal_crawler.records.sinks import PAGES, SKIPPED
from portal_crawler.records.skip_record import Bin, bin_of
from portal_crawler.records.tombstones_jsonl import withdrawn_for
from portal_crawler.sites.profile import SiteProfile

_MARK = "scope"
# Lines that are looked at together.
_HEAP = 500


def take_up_left_out(folder: Path, profile: SiteProfile, ledger: Ledger, share: Share = WHOLE) -> int:
    """Queue what an earlier scope left out, where this one does not; how many addresses.

    A shard takes up nothing: the hosts of what it left out may be another's. Before any file of the crawl is open.
    """
    scope = ScopeRule(profile, withdrawn_for(folder).rule_of)
    before = ledger.meta(_MARK)
    if before == scope.mark:
        return 0
    ledger.set_meta(_MARK, scope.mark)
    if before is None or share.ownership is not None:
        ledger.commit()
        return 0
    count = _queued(folder, profile, ledger, scope)
    lengths = _without_their_lines(folder, ledger) if count else {}
    if not lengths:
        ledger.commit()
        return count
    ledger.finalize(lengths)
    finish_replacing(folder, lengths)
    ledger.replaced()
    return count


def _queued(folder: Path, profile: SiteProfile, ledger: Ledger, scope: ScopeRule) -> int:
    traps, count = TrapOptions.of(profile.traps), 0
    closed: frozenset[str] | None = None
    for rows in ledger.left_out.rows():
        wanted = [
            row
            for row in rows
            if scope.refusal(row.url, row.url_key, row.depth) is None
            and in_a_row(row.hops) <= profile.limits.redirects
            and (traps.vouches_for(row.url) or trap(row.url) is None)
        ]
        if wanted and closed is None:
            closed = _pages_with_nofollow(folder, ledger) if profile.politeness.meta_robots == "obey" else frozenset()
        wanted = [row for row in wanted if row.via not in (closed or ())]
        # A trap that the scope kept out is one still: each has its pattern, as if it were found now.
        patterns = [
            ledger.doubts.state_of(pattern_of(row.host, row.url), row.host).id if traps.enabled else None
            for row in wanted
        ]
        ledger.left_out.take_up((row.id, pattern) for row, pattern in zip(wanted, patterns, strict=True))
        count += len(wanted)
    return count


def _without_their_lines(folder: Path, ledger: Ledger) -> dict[str, int]:
    """Write ``skipped.jsonl`` anew, beside the old one; its length, by its name."""
    with closing(JsonlFile(folder / (SKIPPED + NEW), committed=0)) as new:
        lines = _committed_lines(folder / SKIPPED, ledger.lengths().get(SKIPPED, 0))
        while heap := [(line, orjson.loads(line)) for line in islice(lines, _HEAP)]:
            keys = [told["url_key"] for _, told in heap if bin_of(told) == Bin.SKIPPED and told["url_key"]]
            queued = ledger.left_out.queued_among(keys)
            new.write(
                b"".join(line for line, told in heap if bin_of(told) != Bin.SKIPPED or told["url_key"] not in queued)
            )
        return {SKIPPED: new.sync()}


def _pages_with_nofollow(folder: Path, ledger: Ledger) -> frozenset[str]:
    lines = _committed_lines(folder / PAGES, ledger.lengths().get(PAGES, 0))
    told = (orjson.loads(line) for line in lines if b"nofollow" in line)
    return frozenset(page["url"] for page in told if "nofollow" in page["robots"])


def _committed_lines(path: Path, length: int) -> Iterator[bytes]:
    if not length:
        return
    with path.open("rb") as file:
        while file.tell() < length and (line := file.readline()):
            yield line

"""What a crawl came to, for people: the loss funnel, its end, the folder and the next command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from portal_crawler.cli.folders import argument, crawl_facts, shown
from portal_crawler.cli.terminal import Terminal, duration, number
from portal_crawler.errors import ExitCode
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.skip_record import Bin, bin_of

# Seeds that led nowhere: the first are told, all are in skipped.jsonl.
_TOLD = 3
# What ends a crawl before its end, and what to do about it (exit code -> clauses).
_ENDINGS = {
    ExitCode.INTERRUPTED: ("interrupted", "the same command goes on where it stopped"),
    ExitCode.TOO_MANY_FAILED: ("ended", "too many pages failed"),
    ExitCode.SIZE_LIMIT: ("ended at the limit of bytes", "the same command with a higher one goes on"),
    ExitCode.TIME_OR_PAGE_LIMIT: ("ended at the limit of pages or time", "the same command with a higher one goes on"),
    ExitCode.GATE_FAILED: ("finished", "a gate of the profile is broken, but the data is there"),
}


def show_summary(
    folder: Path,
    out: Terminal,
    at_end: Callable[[], None] = lambda: None,
    code: ExitCode = ExitCode.OK,
    pages_before: int | None = None,
) -> ExitCode:
    """Tell the end of a crawl; with ``--json`` the summary is an object on stdout. Gives the exit code back.

    :param at_end: runs before the last line.
    :param pages_before: pages fetched before this run, of which the speed is told; ``None`` where none ran.
    :raises StateError: where the folder's ledger cannot be read.
    """
    from portal_crawler.report.summary_text import summary_lines
    from portal_crawler.shards.figures import summary_of

    facts, summary = crawl_facts(folder), summary_of(folder)
    if out.json:
        out.record({"folder": str(folder), "exit_code": int(code), **facts, "counts": summary.counts()})
        return code
    out.say()
    for line in summary_lines(summary):
        out.say(line)
    for gate in facts.get("gates") or ():
        out.say(str(gate["told"]))
    for mirror in facts.get("mirrors") or ():
        out.say("{host} repeats {of}: the same text under {agreeing} of {paths} paths".format(**mirror))
    for line in led_nowhere(folder, len(facts.get("seeds") or ()), summary.fetched):
        out.say(line)
    out.say()
    pages = None if pages_before is None else summary.fetched - pages_before
    out.say(ending(facts, pages, code))
    at_end()
    out.result(shown(folder), _next(folder, code))
    return code


def led_nowhere(folder: Path, seeds: int, fetched: int) -> Iterator[str]:
    """Why a crawl of hardly more than its seeds found nothing: where they were sent on to, and why it did not follow.

    :param seeds: how many starts the crawl had; ``fetched`` how many pages it has.
    """
    if not 0 < fetched <= seeds:
        return
    path = folder / "skipped.jsonl"
    rows = (row for _, _, row in read_lines(path)) if path.exists() else ()
    for row in islice((row for row in rows if bin_of(row) == Bin.FETCHED), _TOLD):
        yield f"{row['url']} leads nowhere: {row['rule']}"


def ending(facts: dict[str, Any], pages: int | None, code: ExitCode) -> str:
    """How the crawl ended; how long its last run took and, with the pages of that run, how fast it was; what to do.

    >>> ending({"timings": {"fetching": 30.0}}, 100, ExitCode.INTERRUPTED)
    'interrupted after 30.0 s, 200 pages/min; the same command goes on where it stopped'
    """
    words, cure = _ENDINGS.get(code, (str(facts.get("finish_reason") or "not finished"), ""))
    busy = sum(facts.get("timings", {}).values())
    took = f" after {duration(busy)}" if busy else ""
    speed = f", {number(60 * pages / busy)} pages/min" if busy and pages else ""
    return f"{words}{took}{speed}" + (f"; {cure}" if cure else "")


def _next(folder: Path, code: ExitCode) -> str:
    if code in (ExitCode.INTERRUPTED, ExitCode.SIZE_LIMIT, ExitCode.TIME_OR_PAGE_LIMIT):
        return "the same command"
    return f"portal-crawler verify {argument(folder)}"

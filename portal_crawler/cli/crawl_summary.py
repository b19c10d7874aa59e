"""What a crawl came to, for people: the loss funnel, its end, the folder and the next command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal_crawler.cli.folders import crawl_facts, shown
from portal_crawler.cli.terminal import Terminal, duration, number
from portal_crawler.errors import ExitCode

# Seconds between the start as crawl.json has it and the first measured one.
_START_UP = 5.0
# What ends a crawl, in words that say what to do (exit code -> clause).
_ENDINGS = {
    ExitCode.INTERRUPTED: "interrupted; the same command goes on where it stopped",
    ExitCode.TOO_MANY_FAILED: "ended, but too many pages failed",
    ExitCode.SIZE_LIMIT: "ended at the limit of bytes; the same command with a higher one goes on",
    ExitCode.TIME_OR_PAGE_LIMIT: "ended at the limit of pages or time; the same command with a higher one goes on",
    ExitCode.GATE_FAILED: "finished, but a gate of the profile is broken; the data is there",
}


def show_summary(
    folder: Path, out: Terminal, at_end: Callable[[], None] = lambda: None, code: ExitCode = ExitCode.OK
) -> ExitCode:
    """Tell the end of a crawl; with ``--json`` the summary is an object on stdout. Gives the exit code back.

    :raises StateError: where the folder's ledger cannot be read.
    """
    from portal_crawler.report.summary import from_crawl
    from portal_crawler.report.summary_text import summary_lines

    facts, summary = crawl_facts(folder), from_crawl(folder)
    if out.json:
        out.record({"folder": str(folder), "exit_code": int(code), **facts, "counts": summary.counts()})
        return code
    out.say()
    for line in summary_lines(summary):
        out.say(line)
    out.say()
    out.say(ending(facts, summary.fetched, code))
    at_end()
    out.result(shown(folder), _next(folder, code))
    return code


def ending(facts: dict[str, Any], pages: int, code: ExitCode) -> str:
    """How the crawl ended, and how long its last run took; how fast it was, where there was one run alone."""
    words = _ENDINGS.get(code, str(facts.get("finish_reason") or "not finished"))
    busy = sum(facts.get("timings", {}).values())
    if not busy:
        return words
    # Between the start and the end of a crawl that was taken up again lies time in which nothing ran.
    at_once = (facts.get("seconds") or 0) < busy + _START_UP
    return f"{words} after {duration(busy)}" + (f", {number(60 * pages / busy)} pages/min" if at_once else "")


def _next(folder: Path, code: ExitCode) -> str:
    if code in (ExitCode.INTERRUPTED, ExitCode.SIZE_LIMIT, ExitCode.TIME_OR_PAGE_LIMIT):
        return "the same command"
    return f"portal-crawler verify {shown(folder)}"

"""What a crawl came to, for people: the loss funnel, its end, the folder and the next command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal_crawler.cli.folders import crawl_facts, shown
from portal_crawler.cli.terminal import Terminal, duration, number
from portal_crawler.errors import ExitCode

# What ends a crawl, in words that say what to do (exit code -> clause).
_ENDINGS = {
    ExitCode.INTERRUPTED: "interrupted; the same command goes on where it stopped",
    ExitCode.TOO_MANY_FAILED: "ended, but too many pages failed",
    ExitCode.SIZE_LIMIT: "ended at the size limit",
    ExitCode.TIME_OR_PAGE_LIMIT: "ended at the time or page limit; the same command with a higher one goes on",
    ExitCode.GATE_FAILED: "finished, but a gate of the profile is broken; the data is there",
}


def show_summary(
    folder: Path, out: Terminal, at_end: Callable[[], None] = lambda: None, code: ExitCode = ExitCode.OK
) -> ExitCode:
    """Tell the end of a crawl; with ``--json`` the summary is an object on stdout. Gives the exit code back."""
    facts = crawl_facts(folder)
    if out.json:
        out.record({"folder": str(folder), "exit_code": int(code), **facts})
        return code
    out.say()
    out.table(funnel(facts.get("counts", {})))
    out.say(ending(facts, code))
    at_end()
    out.result(shown(folder), f"portal-crawler verify {shown(folder)}")
    return code


def funnel(counts: dict[str, int]) -> list[tuple[str, ...]]:
    """From everything discovered down to distinct articles, with what was lost at each step."""
    steps = ("discovered", "in_scope", "fetched", "article", "unique")
    rows: list[tuple[str, ...]] = []
    before: int | None = None
    for step in steps:
        if (count := counts.get(step)) is not None:
            lost = "" if before is None else f"-{number(before - count)}"
            rows.append((step.replace("_", " "), number(count), lost))
            before = count
    return rows


def ending(facts: dict[str, Any], code: ExitCode) -> str:
    """How the crawl ended and how long it took."""
    words = _ENDINGS.get(code, str(facts.get("finish_reason", "ended")))
    seconds = facts.get("seconds")
    return f"{words} after {duration(float(seconds))}" if seconds is not None else words

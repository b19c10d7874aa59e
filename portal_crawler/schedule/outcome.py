"""Outcome: what the exit code of a crawl means for its run. Pure."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal_crawler.errors import ExitCode
from portal_crawler.schedule.run import RunState

# Exit code -> the state of the run, and what happened beyond that.
_MEANINGS: dict[int, tuple[RunState, str]] = {
    ExitCode.OK: (RunState.FINISHED, ""),
    ExitCode.UNEXPECTED: (RunState.FAILED, "an error that nobody foresaw"),
    ExitCode.USAGE: (RunState.FAILED, "a wrong argument, profile or folder"),
    ExitCode.DISK_FULL: (RunState.FAILED, "the disk or quota is full"),
    ExitCode.SEEDS_UNREACHABLE: (RunState.FAILED, "no seed could be fetched"),
    ExitCode.INTERRUPTED: (RunState.INTERRUPTED, "interrupted, goes on at the next tick"),
    ExitCode.TOO_MANY_FAILED: (RunState.FAILED, "too many pages failed"),
    ExitCode.SIZE_LIMIT: (RunState.FINISHED, "ended at the limit of bytes"),
    ExitCode.TIME_OR_PAGE_LIMIT: (RunState.FINISHED, "ended at the limit of pages or time"),
    ExitCode.STATE: (RunState.FAILED, "the crawl's folder is damaged, or in use by another process"),
    ExitCode.ROBOTS_REFUSED: (RunState.FAILED, "robots.txt refused every seed"),
    ExitCode.GATE_FAILED: (RunState.GATE_FAILED, "a gate of the profile is broken; the data is there"),
    ExitCode.VERIFICATION_FAILED: (RunState.FAILED, "a check found a difference"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run's process ended, in the history's words; ``reason`` is "" where the state says it all."""

    state: RunState
    reason: str


def outcome_of(exit_code: int, error: str = "", gates: Sequence[str] = ()) -> Outcome:
    """What an exit code means; negative ones are signals, as ``subprocess`` has them.

    :param error: the crawl's last line about an error, ``gates`` the gates that it broke, in words.

    >>> outcome_of(-9).reason, outcome_of(2, "portal.toml: there is no such file; check the path").state.value
    ('killed by SIGKILL, goes on at the next tick', 'failed')
    """
    if exit_code < 0:
        return Outcome(RunState.INTERRUPTED, f"killed by {_signal_name(-exit_code)}, goes on at the next tick")
    state, words = _MEANINGS.get(exit_code, (RunState.FAILED, "an exit code that is not known"))
    if state is RunState.GATE_FAILED and gates:
        words = "; ".join(gates)
    if state is RunState.FAILED:
        words = f"exit code {exit_code}, {words}" + (f": {error}" if error else "")
    return Outcome(state, words)


def gates_told(facts: Mapping[str, Any]) -> list[str]:
    """The gates that a crawl broke, in words, from its ``crawl.json``."""
    broken = facts.get("gates")
    return [str(one["told"]) for one in broken if "told" in one] if isinstance(broken, list) else []


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

"""Run worker: the process that watches over one run: it starts the crawl, passes on a stop, and writes down the end.

It outlives the tick that started it, and a crawl outlives it: what is left undone by a kill, the next tick finds by the
lock on the run's log (``run_log_disk``).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from portal_crawler.errors import PortalCrawlerError
from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.outcome import gates_told, outcome_of
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.process_disk import started_at
from portal_crawler.schedule.run import Run, RunState
from portal_crawler.schedule.run_log_disk import last_error
from portal_crawler.schedule.starts import quick_ends_after


def start_worker(place: Place, run: int, log: int) -> subprocess.Popen[bytes]:
    """Start the process that watches over a run, in a session of its own, with the log as its output."""
    program = [sys.executable, "-m", __name__, str(place.schedule), str(place.history), str(run)]
    return subprocess.Popen(  # noqa: S603 - our own module
        program, cwd=place.root, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )


@dataclass(slots=True)
class _Stop:
    """Passes a wish to stop on to the crawl: once for an interrupt, as often as it comes for a termination."""

    crawl: subprocess.Popen[bytes] | None = None
    wished: int = 0

    def hear(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGTERM or not self.wished:
            self.wished += 1
            self.pass_on()

    def pass_on(self) -> None:
        if self.crawl is not None and self.crawl.poll() is None:
            self.crawl.send_signal(signal.SIGINT)


def watch(place: Place, identifier: int) -> int:
    """Crawl, and write down how it ended; the crawl's exit code."""
    stop = _Stop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop.hear)
    with History.writing(place.history) as history:
        history.watch(identifier, os.getpid(), started_at(os.getpid()))
        run = history.run(identifier)
        if run is None:
            return 0
        began = datetime.now(UTC)
        print(f"[{began:%Y-%m-%dT%H:%M:%SZ}] attempt {run.attempts}: {' '.join(run.command)}", flush=True)  # noqa: T201 - this process's output is the run's log
        code = _crawl(run, place.root, stop)
        _write_end(history, place, run, code, began)
    if run.follow_up:
        _after(place, run)
    return code


def _crawl(run: Run, root: Path, stop: _Stop) -> int:
    try:
        stop.crawl = subprocess.Popen(run.command, cwd=root, stdin=subprocess.DEVNULL)  # noqa: S603 - the crawl's own line
    except (OSError, ValueError) as error:  # ValueError: an argument with a NUL in it
        print(f"portal-crawler: {run.command[0]}: cannot be started ({error})", flush=True)  # noqa: T201 - as above
        return 1
    if stop.wished:
        stop.pass_on()
    return stop.crawl.wait()


def _write_end(history: History, place: Place, run: Run, code: int, began: datetime) -> None:
    now = datetime.now(UTC)
    gates = gates_told(_facts(place.root / run.folder)) if run.folder and code > 0 else []
    error = last_error(place.root / run.log) if run.log else ""
    outcome = outcome_of(code, error, gates)
    quick = quick_ends_after(run, began, now) if outcome.state is RunState.INTERRUPTED else 0
    with history.transaction():
        history.end(
            run.id, outcome.state, outcome.reason, now, code, quick, notice=run.follow_up and not outcome.state.is_open
        )


def _facts(folder: Path) -> dict[str, object]:
    from portal_crawler.schedule.crawl_command_disk import facts_of  # heavy: it reads profiles too

    return facts_of(folder)


def _after(place: Place, run: Run) -> None:
    """What follows an end: crawls that are kept no more are removed, and those who asked for it are told."""
    from portal_crawler.schedule.afterwards import afterwards

    try:
        for told in afterwards(place, run.job, datetime.now(UTC)):
            print(told, flush=True)  # noqa: T201 - as above
    except PortalCrawlerError as error:  # the schedule was changed meanwhile: the next tick says so to a person
        print(f"portal-crawler: {error}", flush=True)  # noqa: T201 - as above


if __name__ == "__main__":
    watch(Place(Path(sys.argv[1]), Path(sys.argv[2])), int(sys.argv[3]))

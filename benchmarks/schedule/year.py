"""A simulated year of a schedule, whose ticking process is killed again and again: what was due, what became of it.

    python benchmarks/schedule/year.py [--kills 50] [--seed 1] [--days 365]

Real: planner, history (SQLite), locks, the ticking process and its deaths by SIGKILL. Simulated: the clock, which
leaps from event to event, and the crawls, which last some simulated minutes to hours and leave a mark when their work
is done. What must have been due is found without the program's own reading of cron (``expected``). Exits 1 where a due
time is missing, stands twice, was worked on twice, or was skipped without a reason.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

from expected import expected

from portal_crawler.schedule.crawl_command_disk import CrawlCommand
from portal_crawler.schedule.due_times import next_due
from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.job import Job
from portal_crawler.schedule.outcome import outcome_of
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.run import Run, RunState
from portal_crawler.schedule.schedule_toml import load_schedule
from portal_crawler.schedule.tick import tick

# Name -> cron, zone, further keys. Both changes of the clock fall into the hours of most of them.
JOBS: dict[str, tuple[str, str, str]] = {
    "berlin-gap": ("30 2 * * *", "Europe/Berlin", 'catch_up = "all"'),
    "berlin-hours": ("0 * * * *", "Europe/Berlin", 'overlap = "skip"'),
    "berlin-night": ("15,45 1-3 * * *", "Europe/Berlin", 'overlap = "queue"'),
    "berlin-clock": ("*/30 2 * * *", "Europe/Berlin", 'overlap = "replace"'),
    "york-gap": ("30 2 * * *", "America/New_York", 'catch_up = "none"'),
    "york-fold": ("30 1 * * *", "America/New_York", 'group = "night"'),
    "york-weekly": ("0 4 * * MON", "America/New_York", "jitter = 3600"),
    "york-days": ("0 6 1,15 * FRI", "America/New_York", 'overlap = "replace"'),
    "shanghai": ("30 2 * * *", "Asia/Shanghai", 'group = "night"'),
    "shanghai-often": ("10 */6 * * *", "Asia/Shanghai", 'group = "night"\noverlap = "queue"'),
    "lord-howe-gap": ("15 2 * * *", "Australia/Lord_Howe", ""),
    "lord-howe-fold": ("45 1 * * *", "Australia/Lord_Howe", 'catch_up = "all"'),
    "lord-howe-clock": ("15 */3 * * *", "Australia/Lord_Howe", 'overlap = "queue"\ncatch_up = "all"'),
}
_GROUPS = '[group.night]\nhours = ["22:00-07:00"]\ntime_zone = "Asia/Shanghai"\nat_most = 2\n'
_MINUTE = timedelta(minutes=1)
# A folder in memory: what a kill leaves there is what it leaves on a disk, and a year has many commits.
_MEMORY = Path("/dev/shm")


def write_schedule(folder: Path) -> Place:
    """The schedule of the year."""
    jobs = [
        f'[job.{name}]\nprofile = "none"\ncron = "{cron}"\ntime_zone = "{zone}"\n{more}\n'
        for name, (cron, zone, more) in JOBS.items()
    ]
    (folder / "schedule.toml").write_text("\n".join([*jobs, _GROUPS]))
    return Place.of(folder / "schedule.toml")


@dataclass(slots=True)
class Standin:
    """Crawls that take simulated time: a run's lock is held by this process until its crawl's end."""

    place: Place
    now: datetime
    running: dict[int, tuple[datetime, int]] = field(default_factory=dict)
    stops: int = 0

    def command(self, root: Path, job: Job, due: datetime, now: datetime) -> CrawlCommand:
        return CrawlCommand(("none",), f"work/{job.name}/{due:%Y%m%dT%H%M}")

    def start(self, place: Place, run: int, log: int) -> None:
        with History.writing(place.history) as history:
            history.watch(run, os.getpid(), None)
            found = history.run(run)
        assert found is not None
        line = f"{os.getpid()} {found.job} {found.due:%Y%m%dT%H%M} {found.attempts}\n"
        journal = os.open(place.root / "begun.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(journal, line.encode())
        os.close(journal)
        self.running[run] = (self.now + _lasts(found), os.dup(log))

    def hear(self, *_: object) -> None:
        self.stops += 1

    def end_what_is_over(self) -> None:
        """End the crawls whose time is over, and those that were asked to stop."""
        stops, self.stops = self.stops, 0
        for identifier, (over, log) in list(self.running.items()):
            with History.writing(self.place.history) as history:
                run = history.run(identifier)
                assert run is not None
                stopped = bool(stops) and run.stop_for is not None
                if not stopped and over > self.now:
                    continue
                if not stopped:
                    _work_once(self.place.root / str(run.folder))
                outcome = outcome_of(11 if stopped else 0)
                with history.transaction():
                    history.end(run.id, outcome.state, outcome.reason, self.now, 11 if stopped else 0)
            os.close(log)
            del self.running[identifier]

    def next_end(self) -> datetime:
        return min((over for over, _ in self.running.values()), default=self.now + timedelta(days=9))


def _lasts(run: Run) -> timedelta:
    """Between five minutes and three hours, the same whenever it is asked."""
    digest = hashlib.sha256(f"{run.job} {run.due}".encode()).digest()
    return timedelta(minutes=5 + digest[0] * 175 // 255)


def _work_once(folder: Path) -> None:
    """What a finished crawl is: there once, and a crawl that is resumed finds it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir()
    except FileExistsError:
        return  # killed between the end of the work and the word of it
    done = os.open(folder.parents[2] / "done.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(done, f"{folder.parent.name} {folder.name}\n".encode())
    os.close(done)


def keep(place: Place, start: datetime, until: datetime, told: Path) -> None:
    """Tick through simulated time; ``told`` has the time of the tick that is under way."""
    standin = Standin(place, start)
    signal.signal(signal.SIGINT, standin.hear)
    schedule = load_schedule(place.schedule)
    while standin.now <= until:
        told.write_text(standin.now.isoformat())
        with History.writing(place.history) as history:
            tick(place, schedule, history, standin.now, standin.start, standin.command)
        standin.end_what_is_over()
        dues = [due for job in schedule.jobs for due in next_due(job, standin.now)]
        # A look at least every half hour, for hours of groups, jitter, and what waits for another's end.
        wakes = min([*dues, standin.next_end(), standin.now + 30 * _MINUTE])
        standin.now = max(standin.now + _MINUTE, wakes)
        standin.end_what_is_over()
    told.write_text(standin.now.isoformat())


@dataclass(frozen=True, slots=True)
class YearResult:
    """What a year came to: counts by state, skips by reason, and what is wrong."""

    due: int
    states: Counter[str]
    reasons: Counter[str]
    resumed: int
    wrong: tuple[str, ...]


def simulate(folder: Path, start: datetime, until: datetime, kills: int, seed: int) -> None:
    """Let a process keep the schedule, and kill it at so many moments, after which it is away for a while."""
    chance = random.Random(seed)
    span = (until - start) / max(1, kills)
    moments = sorted(start + span * (n + chance.random()) for n in range(kills))
    told, at = folder / "told.txt", start
    told.write_text(at.isoformat())
    for moment in [*moments, None]:
        if moment is not None and moment <= at:
            moment = at + _MINUTE
        command = [sys.executable, __file__, "--keep", str(folder), at.isoformat(), until.isoformat()]
        process = subprocess.Popen(command)
        if moment is None:
            assert process.wait() == 0
            return
        while process.poll() is None and _read(told, at) < moment:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.02)  # wherever it may be by then
        process.send_signal(signal.SIGKILL)
        process.wait()
        away = chance.choice((0, 1, 4, 17, 240, 3000))
        at = min(_read(told, at) + away * _MINUTE, until)


def _read(told: Path, before: datetime) -> datetime:
    try:
        return datetime.fromisoformat(told.read_text())
    except ValueError:  # it is just being written
        return before


def judged(place: Place, start: datetime, until: datetime) -> YearResult:
    """Hold the history against what must have been due."""
    jobs = {name: (cron, zone) for name, (cron, zone, _) in JOBS.items()}
    want = {(name, due) for name, dues in expected(jobs, start, until).items() for due in dues}
    history = History.reading(place.history)
    assert history is not None
    with history:
        runs = [run for run in history.runs() if run.due <= until]
    found = Counter((run.job, run.due) for run in runs)
    done = Counter((place.root / "done.txt").read_text().splitlines())
    begun = Counter((place.root / "begun.txt").read_text().splitlines())
    wrong = [f"lost: {job} {due}" for job, due in sorted(want - set(found))]
    wrong += [f"never due: {job} {due}" for job, due in sorted(set(found) - want)]
    wrong += [f"{count} times: {run}" for run, count in found.items() if count > 1]
    wrong += [f"done {count} times: {line}" for line, count in done.items() if count > 1]
    wrong += [f"attempt begun {count} times: {line}" for line, count in begun.items() if count > 1]
    starters = {(job, due) for _, job, due, _ in map(str.split, begun)}
    for run in runs:
        line, was_done = (run.job, f"{run.due:%Y%m%dT%H%M}"), done[f"{run.job} {run.due:%Y%m%dT%H%M}"]
        if run.state is RunState.FINISHED and not was_done:
            wrong.append(f"finished without its work: {line}")
        if run.state is RunState.SKIPPED and (was_done or line in starters or not run.reason):
            wrong.append(f"skipped, but begun or without a reason: {line} {run.reason}")
        if run.state in {RunState.FAILED, RunState.GATE_FAILED} or (
            run.state.is_open and until - run.due > timedelta(2)
        ):
            wrong.append(f"{run.state}: {line} {run.reason}")
    reasons = Counter(run.reason.partition(":")[0] for run in runs if run.state is RunState.SKIPPED)
    resumed = sum(run.attempts > 1 for run in runs)
    return YearResult(len(want), Counter(str(run.state) for run in runs), reasons, resumed, tuple(wrong))


def concurrent_ticks(rounds: int, at_once: int = 4) -> int:
    """In each round, so many processes tick at the same instant; how many rounds began a run other than once."""
    wrong = 0
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        place = write_schedule(Path(name))
        start = datetime(2026, 6, 1, tzinfo=UTC)
        _tick_in_children(place, start, 1)
        for number in range(1, rounds + 1):
            _tick_in_children(place, start + timedelta(days=number), at_once)
            lines = (place.root / "begun.txt").read_text().splitlines()
            begun = Counter(tuple(line.split()[1:3]) for line in lines)
            wrong += any(count > 1 for count in begun.values()) or len(begun) < len(JOBS) // 2
            (place.root / "begun.txt").unlink()
    return wrong


def _tick_in_children(place: Place, now: datetime, count: int) -> None:
    process = multiprocessing.get_context("fork")
    gate = process.Barrier(count)
    children = [process.Process(target=_tick_once, args=(place, now, gate)) for _ in range(count)]
    for child in children:
        child.start()
    for child in children:
        child.join()
        assert child.exitcode == 0


def _tick_once(place: Place, now: datetime, gate: Barrier) -> None:
    standin, schedule = Standin(place, now), load_schedule(place.schedule)
    with History.writing(place.history) as history:
        gate.wait()
        tick(place, schedule, history, now, standin.start, standin.command)
    gate.wait()  # what began keeps its locks, as a crawl does, until all have looked


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--days", type=int, default=365)
    options.add_argument("--rounds", type=int, default=50)
    options.add_argument("--keep", nargs=3, metavar=("FOLDER", "START", "UNTIL"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.keep:
        folder, start, until = Path(given.keep[0]), *map(datetime.fromisoformat, given.keep[1:])
        keep(Place.of(folder / "schedule.toml"), start, until, folder / "told.txt")
        return 0
    start = datetime(2025, 12, 31, 23, 59, tzinfo=UTC)
    until = start + timedelta(days=given.days)
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        place = write_schedule(Path(name))
        begun = time.monotonic()
        simulate(Path(name), start, until, given.kills, given.seed)
        result = judged(place, start, until)
        took = time.monotonic() - begun
        size = place.history.stat().st_size
    print(f"{result.due:,} due times of {len(JOBS)} jobs in {given.days} days, {given.kills} kills, {took:.0f} s")
    print(f"history: {size:,} bytes; runs that went on after a kill: {result.resumed}")
    for title, counts in (("state", result.states), ("skipped", result.reasons)):
        for what, count in counts.most_common():
            print(f"  {title:<8} {what:<60} {count:>7,}")
    print(f"wrong: {len(result.wrong)}", *result.wrong[:20], sep="\n  ")
    doubled = concurrent_ticks(given.rounds)
    print(f"four ticks at the same instant, {given.rounds} rounds: {doubled} began a run other than once")
    return 1 if result.wrong or doubled else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Kills of the real processes of a schedule: ticks, and those that watch over runs; what was due, what became of it.

    python benchmarks/schedule/kill.py [--kills 50] [--seed 1]

Everything is real but the clock, which goes on a minute with every tick, and the crawl, a shell script that works for
some tenths of a second, is idempotent in its folder as a crawl is, and tells if another works there. Exits 1 where a
due time is missing, where work was not done, or where two processes were at the same work.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal_crawler.schedule.crawl_command_disk import CrawlCommand
from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.job import Job
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.process_disk import is_running
from portal_crawler.schedule.run import Run, RunState
from portal_crawler.schedule.schedule_toml import load_schedule
from portal_crawler.schedule.tick import tick

_SCHEDULE = """
[defaults]
catch_up = "all"
overlap = "queue"
queue = 1000
[job.one]
profile = "none"
cron = "EVERY"
[job.two]
profile = "none"
cron = "EVERY_SECOND"
[job.skips]
profile = "none"
cron = "EVERY"
overlap = "skip"
"""
_LIVELY = {"EVERY_SECOND": "*/2 * * * *", "EVERY": "* * * * *"}
_QUIET = dict.fromkeys(_LIVELY, "0 0 1 1 *")
# $1 is the folder, $2 the seconds that the work takes.
_CRAWL = """
mkdir -p "$1"; exec 9>"$1/lock"
if ! flock -n 9; then echo "$1" >> twice.txt; exit 17; fi
[ -e "$1/done" ] && exit 0
echo "$1" >> begun.txt; sleep "$2"; mkdir "$1/done"
"""
_MINUTE = timedelta(minutes=1)


def command(root: Path, job: Job, due: datetime, now: datetime) -> CrawlCommand:
    """A stand-in for ``portal-crawler crawl``."""
    folder = f"work/{job.name}-{due:%Y%m%dT%H%M}"
    return CrawlCommand(("/bin/sh", "-c", _CRAWL, "sh", folder, str(0.05 + due.minute % 5 / 20)), folder)


def tick_in_child(place: Place, now: datetime, kill_after: float | None) -> None:
    """One tick in a process of its own, killed after some seconds."""
    if (pid := os.fork()) == 0:
        with History.writing(place.history) as history:
            tick(place, load_schedule(place.schedule), history, now, commander=command)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def kill_a_watcher(place: Place, chance: random.Random, *, crawl_too: bool) -> bool:
    """Kill one of the processes that watch over runs; its crawl goes on alone, or dies with it as at a power cut."""
    with History.writing(place.history) as history:
        watched = [run for run in history.open_runs() if run.pid and is_running(run.pid, run.pid_started)]
    if not watched:
        return False
    run = chance.choice(watched)
    assert run.pid
    (os.killpg if crawl_too else os.kill)(run.pid, signal.SIGKILL)
    return True


def soak(folder: Path, kills: int, seed: int) -> tuple[list[Run], datetime]:
    """Tick and kill until there were so many kills, then tick until nothing is left to do."""
    _write_schedule(folder, _LIVELY)
    place, chance, now = Place.of(folder / "schedule.toml"), random.Random(seed), datetime(2026, 3, 1, tzinfo=UTC)
    tick_in_child(place, now, None)
    done = 0
    while done < kills:
        now += _MINUTE
        how = chance.choice(("none", "tick", "watcher", "both"))
        tick_in_child(place, now, chance.random() * 0.06 if how == "tick" else None)
        time.sleep(chance.random() * 0.4)
        done += how == "tick" or (how in {"watcher", "both"} and kill_a_watcher(place, chance, crawl_too=how == "both"))
    until = now
    tick_in_child(place, until, None)
    _write_schedule(folder, _QUIET)
    while True:
        with History.writing(place.history) as history:
            runs = history.runs()
        if not any(run.state.is_open for run in runs):
            return [run for run in runs if run.due <= until], until
        now += timedelta(seconds=1)
        tick_in_child(place, now, None)
        time.sleep(0.05)


def _write_schedule(folder: Path, crons: dict[str, str]) -> None:
    text = _SCHEDULE
    for name, cron in crons.items():
        text = text.replace(f'"{name}"', f'"{cron}"')
    (folder / "schedule.toml").write_text(text)


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        begun = time.monotonic()
        runs, until = soak(Path(name), given.kills, given.seed)
        took = time.monotonic() - begun
        twice = (Path(name) / "twice.txt").exists()
        done = {path.parent.relative_to(name).as_posix() for path in Path(name).glob("work/*/done")}
        starts = Counter((Path(name) / "begun.txt").read_text().split())
    start = datetime(2026, 3, 1, tzinfo=UTC)
    minutes = [start + n * _MINUTE for n in range(1, int((until - start) / _MINUTE) + 1)]
    want = {(job, due) for job in ("one", "skips") for due in minutes}
    want |= {("two", due) for due in minutes if due.minute % 2 == 0}
    found = Counter((run.job, run.due) for run in runs)
    wrong = [f"lost: {one}" for one in sorted(want - set(found))]
    wrong += [f"never due: {one}" for one in sorted(set(found) - want)]
    wrong += ["two processes were at the same work"] * twice
    for run in runs:
        was_done = run.folder in done
        if was_done is (run.state is RunState.SKIPPED) or (run.state is RunState.SKIPPED and not run.reason):
            wrong.append(f"{run.job} {run.due}: {run.state}, work done: {was_done}; {run.reason}")
    states = Counter(f"{run.state}{' after several attempts' * (run.attempts > 1)}" for run in runs)
    print(
        f"{len(want)} due times, {given.kills} kills, {took:.0f} s; work begun again after a kill: "
        f"{sum(count > 1 for count in starts.values())}"
    )
    for what, count in states.most_common():
        print(f"  {what:<40} {count:>6,}")
    print(f"wrong: {len(wrong)}", *wrong[:20], sep="\n  ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

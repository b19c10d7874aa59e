"""Prune: crawls that a job's rules of retention let go are removed, unless something still needs them.

Removed is only a folder that this job's history made, below ``data/crawls``, whose crawl came to its end, which no
process works in, which is neither the newest nor ``latest`` of its profile, and on which no crawl that stays builds: a
crawl that went on from another (``--since``) or reads it (``--from``) has records that point into its archive, and into
those before it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from portal_crawler import disk
from portal_crawler.records.takedown_journal_json import JOURNAL
from portal_crawler.schedule.crawl_command_disk import CRAWLS, facts_of, newest_crawl
from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.job import Job
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.run import Run, RunState

_ENDED = [state for state in RunState if state.is_ended_crawl]
# How a folder is named while its files are removed: a kill leaves it to the next run.
_GOING = ".removed-"


@dataclass(frozen=True, slots=True)
class Removal:
    """A crawl that the rules let go: ``kept_for`` says why it stays all the same, "" where it goes."""

    run: Run
    folder: Path
    why: str
    kept_for: str = ""
    size: int = 0

    @property
    def told(self) -> str:
        """What becomes of it, in words."""
        if self.kept_for:
            return f"{self.folder}: stays although the rules let it go: {self.kept_for}"
        return f"{self.folder}: removed, {self.size:,} bytes ({self.why})"


def removals(place: Place, job: Job, history: History) -> list[Removal]:
    """The crawls of a job that its rules let go, the oldest first; nothing is removed yet."""
    runs = [run for run in history.runs(job.name, _ENDED) if run.folder and run.removed is None]
    there = {run.id: place.root / run.folder for run in runs if run.folder and (place.root / run.folder).is_dir()}
    runs = sorted((run for run in runs if run.id in there), key=lambda run: run.due)
    kept = job.retention.kept([run.due for run in runs])
    why = f"retention {job.retention}"
    found = [Removal(run, there[run.id], why) for run in runs if run.due not in kept]
    crawls = _begun(place.root, history) | _crawls(place.root)  # what a crawl itself says holds
    found = [replace(one, kept_for=_needed_itself(place.root, one.folder)) for one in found]
    going = {one.folder.resolve() for one in found if not one.kept_for}
    builders = _builders(crawls, going)
    return [
        replace(one, kept_for=one.kept_for or _built_on(builders.get(one.folder.resolve())), size=_size(one.folder))
        for one in found
    ]


def prune(place: Place, job: Job, history: History, now: datetime) -> list[Removal]:
    """Remove what ``removals`` finds, each written down in the history first; what became of each."""
    _finish_removals(place, history, job)
    done = []
    for one in removals(place, job, history):
        if not one.kept_for:
            with _alone_in(one.folder) as alone:
                if alone:
                    history.removed(one.run.id, one.why, now)
                    _remove(one.folder)
                else:
                    one = replace(one, kept_for="a process works in it")
        done.append(one)
    return done


def _needed_itself(root: Path, folder: Path) -> str:
    """Why a folder stays whatever the rules say, "" where nothing speaks for it."""
    crawls = (root / CRAWLS).resolve()
    own = folder.resolve()
    if folder.is_symlink() or own.parent.parent != crawls:
        return f"it does not lie in {CRAWLS}/<profile>"
    facts = facts_of(folder)
    if facts.get("finish_reason") in {None, "interrupted"}:
        return "its crawl did not come to its end"
    if (folder / JOURNAL).exists():
        return "a takedown was stopped in it, and has to be finished first"
    if own in (newest_crawl(root, own.parent.name), (own.parent / "latest").resolve()):
        return "it is the newest of its profile"
    return ""


def _crawls(root: Path) -> dict[Path, list[Path]]:
    """Every crawl below the schedule's folder, with those that it builds on."""
    found = {}
    # Also those that were given a folder of their own, with --out.
    for path in (path for depth in ("*", "*/*") for path in (root / CRAWLS).glob(f"{depth}/crawl.json")):
        if not path.parent.is_symlink():
            facts = facts_of(path.parent)
            read = facts.get("from") or []
            named = [facts.get("since"), *([read] if isinstance(read, str) else read)]
            found[path.parent.resolve()] = [(path.parent / one).resolve() for one in named if one]
    return found


def _begun(root: Path, history: History) -> dict[Path, list[Path]]:
    """The crawls that runs have begun and that may not say yet in their folders what they build on."""
    found = {}
    for run in history.open_runs():
        since = [value for name, value in pairwise(run.command) if name == "--since"]
        since += [one.removeprefix("--since=") for one in run.command if one.startswith("--since=")]
        if run.folder and since:
            found[(root / run.folder).resolve()] = [(root / one).resolve() for one in since]
    return found


def _builders(crawls: Mapping[Path, Sequence[Path]], going: Iterable[Path]) -> dict[Path, Path]:
    """The crawls that those which stay build on, directly or through others; of each, one that stays and does."""
    leave = set(going)
    found: dict[Path, Path] = {}
    ways = [(crawl, crawl) for crawl in crawls if crawl not in leave]
    while ways:
        stays, at = ways.pop()
        for named in crawls.get(at, ()):
            # An archive's file may be named, too.
            base = next((one for one in (named, *named.parents) if one in crawls), None)
            if base is not None and base != at and base not in found:
                found[base] = stays
                ways.append((stays, base))
    return found


def _built_on(by: Path | None) -> str:
    return f"{by.name} builds on it" if by is not None else ""


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


@contextmanager
def _alone_in(folder: Path) -> Iterator[bool]:
    """Whether no crawl works in a folder; none can begin to, meanwhile."""
    handle = os.open(folder / "ledger.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(handle)


def _remove(folder: Path) -> None:
    going = folder.with_name(_GOING + folder.name)
    with disk.writing(folder):
        folder.rename(going)
        shutil.rmtree(going)


def _finish_removals(place: Place, history: History, job: Job) -> None:
    """Remove what a kill left of folders that the history tells as removed."""
    for run in history.runs(job.name, _ENDED):
        if run.removed is None or not run.folder:
            continue
        folder = place.root / run.folder
        going = folder.with_name(_GOING + folder.name)
        if going.is_dir() and not going.is_symlink():
            with disk.writing(going):
                shutil.rmtree(going)
        elif folder.is_dir() and not _needed_itself(place.root, folder):
            _remove(folder)

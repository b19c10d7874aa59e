"""Watched: a crawl as a process of its own whose memory, and that of all its children, is looked at while it runs."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
# Memory that is taken and given back between two looks is not seen.
_LOOK = 0.1
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Watched:
    """How a crawl ended. ``peak`` is the largest sum of the resident memory of its processes, in bytes, ``largest``
    the largest of a single one; ``code`` is ``None`` where it was ended for taking too long.
    """

    code: int | None
    seconds: float
    peak: int
    largest: int
    processes: int
    words: str


def watched_crawl(profile: Path, out: Path, most: float, *flags: str) -> Watched:
    """Crawl a profile into a folder within ``most`` seconds."""
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(profile), "--out", str(out), "--progress", "plain"]
    said = out.with_name(out.name + ".said")
    begun = time.monotonic()
    with said.open("wb") as stream:
        child = subprocess.Popen(
            [*command, *flags], stdout=subprocess.DEVNULL, stderr=stream, start_new_session=True, env=_environment()
        )
    peaks, over = [0, 0, 0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(child.pid, peaks, over), daemon=True)
    watcher.start()
    code: int | None
    try:
        code = child.wait(timeout=most)
    except subprocess.TimeoutExpired:
        code = None
        _end(child)
    finally:
        over.set()
        if child.poll() is None:
            _end(child)
    watcher.join()
    peak, largest, processes = peaks
    return Watched(code, time.monotonic() - begun, peak, largest, processes, said.read_text(errors="replace"))


def verified(folder: Path) -> tuple[int, str]:
    """The exit code of ``verify`` on a crawl's folder, and its last line."""
    command = [sys.executable, "-m", "portal_crawler", "verify", str(folder)]
    end = subprocess.run(command, capture_output=True, text=True, env=_environment(), check=False)
    return end.returncode, next(iter(reversed((end.stdout + end.stderr).splitlines())), "")


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ask it to end, and then end it with all that it has started."""
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _watch(root: int, peaks: list[int], over: threading.Event) -> None:
    while not over.wait(_LOOK):
        sizes = resident(root)
        peaks[:] = (
            max(old, new) for old, new in zip(peaks, (sum(sizes), max(sizes, default=0), len(sizes)), strict=True)
        )


def pages_done(out: Path) -> int:
    """Pages that a crawl has committed, by its ledger; 0 before it has one."""
    try:
        with closing(sqlite3.connect(f"file:{out / 'ledger.sqlite'}?mode=ro", uri=True)) as ledger:
            return int(ledger.execute("SELECT count(*) FROM frontier WHERE state = 'done'").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def resident(root: int) -> list[int]:
    """Bytes of resident memory of a process and of everything below it."""
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.name)], sizes[int(entry.name)] = int(fields[1]), int(fields[21]) * _PAGE
    family = {root}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return [sizes[pid] for pid in family if pid in sizes]

"""Process tree: what a command costs, with all the processes that it starts.

CPU is user and system time of the command and of every descendant that it waited for, as the kernel adds them up
(wait4). Memory is looked at while it runs: the peak resident size of the command's own process (VmHWM), and the largest
sum over the tree: what each process has for itself, and what may be shared (libraries) of the one that has most of it.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_LOOK = 0.25
_MB = 1024  # kilobytes, as /proc has them
_LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")


@dataclass(frozen=True, slots=True)
class Cost:
    """``cpu`` and ``wall`` in seconds; ``main`` and ``tree`` in megabytes; ``output`` is what it printed."""

    cpu: float
    wall: float
    main: float
    tree: float
    output: str


def cost_of(command: list[str], folder: Path, root: Path, codes: tuple[int, ...] = (0,)) -> Cost:
    """Run a command in a folder; modules are found below ``root``.

    :raises SystemExit: where it ends with none of ``codes``.
    """
    # Compiled modules are kept, as everywhere but on a machine of tests: nobody pays for compiling at each start.
    env = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT} | {"PYTHONPATH": str(root)}
    said = folder / "said"
    begun = time.monotonic()
    with said.open("wb") as stream:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stream, cwd=folder, env=env)
    peaks, over = [0.0, 0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(child.pid, peaks, over), daemon=True)
    watcher.start()
    assert child.stdout is not None
    with child.stdout:
        output = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    over.set()
    watcher.join()
    if child.returncode not in codes:
        raise SystemExit(f"{' '.join(command[:4])} ended with {child.returncode}\n{said.read_text()[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, peaks[0], peaks[1], output)


def _watch(pid: int, peaks: list[float], over: threading.Event) -> None:
    while not over.wait(_LOOK):
        peaks[0] = max(peaks[0], _kilobytes(pid, "status", rb"VmHWM:\s+(\d+)") / _MB)
        sizes = [_sizes(one) for one in tree_of(pid)]
        tree = sum(own for own, _ in sizes) + max(shared for _, shared in sizes)
        peaks[1] = max(peaks[1], tree / _MB)


def tree_of(pid: int) -> list[int]:
    """A process and its descendants that live."""
    found = [pid]
    for one in found:  # grows while it is walked
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, path.read_text().split())
            except OSError:
                continue
    return found


def _sizes(pid: int) -> tuple[int, int]:
    """The kilobytes of memory that a process has for itself, and of what it may share with others."""
    whole = _kilobytes(pid, "smaps_rollup", rb"\nRss:\s+(\d+)")
    own = _kilobytes(pid, "smaps_rollup", rb"\nAnonymous:\s+(\d+)")
    return own, whole - own


def _kilobytes(pid: int, name: str, pattern: bytes) -> int:
    try:
        found = re.search(pattern, Path(f"/proc/{pid}/{name}").read_bytes())
    except OSError:
        return 0
    return int(found[1]) if found else 0

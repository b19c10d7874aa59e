"""Process tree: what a process and those that it started have used, from /proc."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Used:
    """What a process has used: seconds of processor time, bytes of memory at most."""

    seconds: float
    memory: int


def used_below(root: int) -> dict[int, Used]:
    """What a process and every one below it that lives has used, by its number."""
    parents: dict[int, int] = {}
    used: dict[int, Used] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            peak = re.search(r"VmHWM:\s+(\d+) kB", (folder / "status").read_text())
        except OSError:  # it has ended
            continue
        number = int(folder.name)
        seconds = (int(fields[11]) + int(fields[12])) / _TICK
        parents[number], used[number] = int(fields[1]), Used(seconds, int(peak[1]) * 1024 if peak else 0)
    return {number: one for number, one in used.items() if _descends(number, root, parents)}


def _descends(number: int, root: int, parents: dict[int, int]) -> bool:
    while number not in (root, 0):
        number = parents.get(number, 0)
    return number == root

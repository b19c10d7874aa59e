"""Process: whether the process of an id is the one that was meant: ids are given again, but with another start."""

from __future__ import annotations

import os
from pathlib import Path


def started_at(pid: int) -> int | None:
    """When a process started, in ticks of the clock since the system's boot; ``None`` where it does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[19])  # the 22nd field of proc_pid_stat(5)


def is_running(pid: int, started: int | None) -> bool:
    """Whether the process lives that had this id and started then."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return started is None or started_at(pid) == started


def send_signal(pid: int | None, started: int | None, signal_number: int) -> bool:
    """Send a signal to that process alone; whether it lives."""
    if pid is None or not is_running(pid, started):
        return False
    try:
        os.kill(pid, signal_number)
    except (ProcessLookupError, PermissionError):
        return False
    return True

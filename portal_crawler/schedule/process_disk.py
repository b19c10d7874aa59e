"""Process: whether the process of an id is the one that was meant: ids are given again, but with another start."""

from __future__ import annotations

import os
import signal
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


def ask_to_stop(pid: int | None, started: int | None) -> bool:
    """Ask a process that watches over a run, in a session of its own, to stop its crawl; whether there was any.

    Where the process itself is dead, what it left behind is asked: call it only while that holds the run's log, since
    the system gives the id of a group to nobody else as long as one of it lives.
    """
    if pid is None:
        return False
    try:
        if is_running(pid, started):
            os.kill(pid, signal.SIGINT)
        else:
            os.killpg(pid, signal.SIGINT)
    except (ProcessLookupError, PermissionError):
        return False
    return True

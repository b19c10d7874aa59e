"""Run log: what a run's processes print, and the lock by which they are known to live.

The log is locked (flock) before the run is taken in the history, and handed to its processes as their output: the lock
holds as long as any of them has it open, and the system gives it up when the last one ends, however it ends. Contains
no process ids, which are given to other processes in time.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from portal_crawler import disk

# Bytes at the end of a log in which its last line is looked for.
_END = 8192
_ERROR = "portal-crawler: "


def take_log(path: Path) -> int | None:
    """The log of a run, made where it is missing, open to be added to and locked; ``None`` where a process has it.

    :raises DiskFullError: where there is no room for it.
    :raises OutputError: where it cannot be written.
    """
    disk.make_folder(path.parent)
    with disk.writing(path):
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def is_held(path: Path) -> bool:
    """Whether a process of the run lives."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def last_error(path: Path) -> str:
    """The last line that tells of an error, without the program's name; "" where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _END))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    found = [line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR)]
    return found[-1] if found else ""

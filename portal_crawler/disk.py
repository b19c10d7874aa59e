"""Disk: what the system says of a failed write, as an error of ours; and names that outlive a power cut."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from portal_crawler.errors import DiskFullError, OpenFilesError, OutputError, StateError

# No space, no quota, and the limit that the system sets to a file (setrlimit, RLIMIT_FSIZE): more room is the cure.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: OSError) -> bool:
    """Whether a write failed for want of room."""
    return error.errno in _FULL


def check_in_place(path: Path, file: IO[Any]) -> None:
    """Whether an open file is still the one of its name: what is written to a removed one is lost without a word.

    :raises StateError: where it is not.
    """
    try:
        there = os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        there = False
    if not there:
        raise StateError(
            str(path),
            "was removed, moved or replaced while the crawl ran",
            "put the folder back as it was and run the same command again, or crawl into another --out",
        )


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the system says of a failed write into an error that names the file and the cure.

    :raises DiskFullError: where the disk, a quota or a limit is full.
    :raises OpenFilesError: where the process may open no more files.
    :raises OutputError: at any other failure.
    """
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise DiskFullError(
                str(path), "the disk is full", "free some space and run the same command again: it goes on from here"
            ) from error
        if error.errno in (errno.EMFILE, errno.ENFILE):
            raise OpenFilesError(
                str(path),
                "cannot be opened: too many files are open",
                "raise the limit (ulimit -n 1024) and run the same command again: it goes on from here",
            ) from error
        raise OutputError(
            str(path),
            f"cannot be written ({error.strerror or error})",
            "check the folder's permissions, or choose another",
        ) from error


def check_database(error: BaseException | None, subject: str, cure: str) -> None:
    """Of what SQLite raised, tell a database that cannot grow as an error that names it.

    :raises DiskFullError: where the disk, a quota or a limit is full.
    """
    import sqlite3  # which a command that only helps does without

    # What SQLite says of a full disk, and of a quota or limit.
    no_room = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
    if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in no_room:
        raise DiskFullError(subject, f"cannot grow ({error})", cure) from error


def sync_file(path: Path) -> int:
    """Bring a file that is written and closed to the disk, with its name; its length in bytes."""
    with writing(path), path.open("rb+") as file:
        os.fsync(file.fileno())
        length = os.fstat(file.fileno()).st_size
    sync_folder(path.parent)
    return length


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each safely on the disk.

    :raises DiskFullError: where there is no room for it.
    :raises OutputError: where it cannot be made otherwise.
    """
    with writing(folder):
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    for one in reversed(missing):
        sync_folder(one.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk: a new, renamed or removed file outlives a power cut only then."""
    with writing(folder):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

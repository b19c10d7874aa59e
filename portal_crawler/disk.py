"""Disk: what the system says of a failed write, as an error of ours. Writes nothing itself."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal_crawler.errors import DiskFullError, OutputError

# No space, no quota, and the limit that the system sets to a file (setrlimit, RLIMIT_FSIZE): more room is the cure.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the system says of a failed write into an error that names the file and the cure.

    :raises DiskFullError: where the disk, a quota or a limit is full.
    :raises OutputError: at any other failure.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(
                str(path), "the disk is full", "free some space and run the same command again: it goes on from here"
            ) from error
        raise OutputError(
            str(path),
            f"cannot be written ({error.strerror or error})",
            "check the folder's permissions, or choose another",
        ) from error

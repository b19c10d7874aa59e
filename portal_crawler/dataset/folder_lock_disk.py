"""Folder lock: one process at a time makes what is to stand in a folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal_crawler.disk import make_folder, writing
from portal_crawler.errors import StateError


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep others out for as long as the block runs; a kill opens the lock.

    The lock is a file beside the folder, which the folder's replacement does not touch and which goes with the block.

    :raises StateError: where another process is at it.
    """
    path = folder.with_name(f".{folder.name}.lock")
    make_folder(folder.parent)
    with writing(path):
        handle = path.open("a+b")
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = path.exists() and os.path.samestat(path.stat(), os.fstat(handle.fileno()))
        except OSError:
            mine = False
        if not mine:  # held, or removed by its holder just now
            raise StateError(str(folder), "another process writes there", "wait for its end, or name another with -o")
        try:
            yield
        finally:
            path.unlink(missing_ok=True)

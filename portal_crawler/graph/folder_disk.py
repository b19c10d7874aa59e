"""Folder: a folder of files that takes the place of another at once. A kill leaves the old one or the new one."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal_crawler.disk import make_folder, sync_folder, writing
from portal_crawler.errors import UsageError

# renameat2(2): relative to the working folder; exchange both names.
_HERE, _EXCHANGE = -100, 2


@contextmanager
def replaced_folder(folder: Path, mark: str) -> Iterator[Path]:
    """An empty folder to write into, which takes the place of ``folder`` at the end of the block.

    Where the system can exchange two names (Linux), there is no moment at which ``folder`` is neither. Elsewhere the
    old one may be found beside it after a kill, until ``settle`` puts it back.

    :param mark: a file that every such folder has: a folder with other files in it is nobody's to replace.
    :raises UsageError: where ``folder`` holds something else.
    :raises OutputError: where files cannot be written there; ``DiskFullError`` where there is no room.
    """
    settle(folder)
    refuse_another(folder, mark)
    fresh, old = _beside(folder, "new"), _beside(folder, "old")
    with writing(folder):
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            make_folder(fresh)
            yield fresh
            for path in sorted(fresh.rglob("*")):
                _sync(path)
            sync_folder(fresh)
            _take_place(fresh, folder, old)
            sync_folder(folder.parent)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)  # what was replaced, or what was not finished
            if folder.exists():
                shutil.rmtree(old, ignore_errors=True)


def refuse_another(folder: Path, mark: str) -> None:
    """Refuse a folder that has files, and not the one that every folder of its kind has.

    :raises UsageError: where ``folder`` holds something else.
    """
    if folder.exists() and not (folder / mark).exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(str(folder), f"holds something else than {mark}", "name an empty or new folder with --out")


def settle(folder: Path) -> None:
    """Put a folder back that a kill left under its second name (only where names cannot be exchanged)."""
    old = _beside(folder, "old")
    if old.exists() and not folder.exists():
        with writing(folder):
            old.rename(folder)


def _take_place(fresh: Path, folder: Path, old: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchanged(fresh, folder):
        folder.rename(old)
        fresh.rename(folder)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the system has exchanged the names of two folders, at once."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    return call is not None and call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


def _sync(path: Path) -> None:
    if path.is_dir():
        sync_folder(path)
        return
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _beside(folder: Path, mark: str) -> Path:
    return folder.with_name(f".{folder.name}.{mark}")

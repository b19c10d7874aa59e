"""Tombstones of a folder and of a workspace: ``takedowns.jsonl`` of a crawl, and ``data/takedowns.jsonl`` of all.

A crawl obeys those of its own folder, of the crawls that it goes on from or is made of, and of its workspace.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from portal_crawler.disk import make_folder, writing
from portal_crawler.errors import DamagedFileError
from portal_crawler.records.jsonl import dumps, read_lines, replace_file
from portal_crawler.records.manifest_json import read_crawl
from portal_crawler.records.tombstone import Tombstone, Withdrawn, tombstone_of

TAKEDOWNS = "takedowns.jsonl"
_DATA, _CRAWLS = "data", "crawls"


def read_tombstones(path: Path) -> tuple[Tombstone, ...]:
    """The tombstones of a file; none where it is not there.

    :raises DamagedFileError: at a line that is none: what was taken down must not be forgotten without a word.
    """
    if not path.exists():
        return ()
    found = []
    for number, _, record in read_lines(path):
        try:
            found.append(tombstone_of(record))
        except ValueError as error:
            raise DamagedFileError(str(path), str(error), "restore the file from a copy", f"line {number}") from error
    return tuple(found)


def workspace_file(folder: Path) -> Path:
    """The file of the workspace that a crawl's folder lies in: that of its ``data/``, or else of the current folder's
    ``data/``.
    """
    for parent in folder.resolve().parents:
        if parent.name == _CRAWLS and parent.parent.name == _DATA:
            return parent.parent / TAKEDOWNS
    return Path.cwd() / _DATA / TAKEDOWNS


def withdrawn_for(folder: Path, *others: Path) -> Withdrawn:
    """All that must not come back in a crawl.

    :param folder: the crawl's folder.
    :param others: the folders of the crawls that it is to go on from, or to be made of, where ``crawl.json`` does not
        say it yet.
    :raises DamagedFileError: where a file of tombstones cannot be read.
    """
    folders = dict.fromkeys([folder.resolve(), *_before(folder)])
    for other in others:
        folders |= dict.fromkeys([other.resolve(), *_before(other)])
    files = [one / TAKEDOWNS for one in folders]
    shared = dict.fromkeys([workspace_file(folder), Path.cwd() / _DATA / TAKEDOWNS])
    return Withdrawn(one for path in (*files, *shared) for one in read_tombstones(path))


def withdrawn_in(folder: Path) -> Withdrawn:
    """What was taken out of one folder, or is to stay out of its workspace; the crawls before it are not asked.

    :raises DamagedFileError: where a file of tombstones cannot be read.
    """
    return Withdrawn(one for path in (folder / TAKEDOWNS, workspace_file(folder)) for one in read_tombstones(path))


def _before(folder: Path) -> Iterator[Path]:
    """The folders of the crawls that a crawl went on from, as far as they are there."""
    seen = {folder.resolve()}
    while (since := (read_crawl(folder) or {}).get("since")) and (folder / since).resolve() not in seen:
        folder = (folder / since).resolve()
        seen.add(folder)
        if folder.is_dir():
            yield folder


def lines_of(tombstones: Iterable[Tombstone]) -> bytes:
    """Tombstones as the lines of a file."""
    return b"".join(dumps(one.record()) + b"\n" for one in tombstones)


def add_lines(path: Path, lines: Sequence[bytes]) -> None:
    """Add lines to a workspace's file, each once; a reader sees the old file or the new one.

    Other processes that add lines are waited for.

    :raises DiskFullError: where there is no room.
    """
    make_folder(path.parent)
    lock = path.with_name(path.name + ".lock")
    with writing(lock):
        handle = lock.open("a", encoding="ascii")
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        known = path.read_bytes() if path.exists() else b""
        there = set(known.splitlines(keepends=True))
        if missing := [line for line in lines if line not in there]:
            replace_file(path, known + b"".join(missing))

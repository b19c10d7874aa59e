"""Source: a file that the catalog is made of, as far as it is committed, and whether it is still what was read.

While a crawl runs its files only grow, and the ledger says to what length each is committed. Settling at the end, a
takedown or an undo replace or cut them; then the catalog is made anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from portal_crawler.database_sqlite import open_to_read
from portal_crawler.errors import StateError
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, LINKS, PAGES, RELATIONS, SKIPPED, STORIES

# In the order in which they are read: a page before the links to it.
_FILES = {
    "pages": PAGES,
    "skipped": SKIPPED,
    "stories": STORIES,
    "articles": ARTICLES,
    "duplicates": DUPLICATES,
    "relations": RELATIONS,
    "links": LINKS,
}
# Bytes at the beginning and at the end of what was read, by which it is known again.
_SAMPLE = 4_096
_BUFFER = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file and how far it can be read: ``length`` bytes of whole lines.

    ``name`` is the part that it has in the catalog; ``changed`` its time of change in nanoseconds.
    """

    name: str
    file: str
    inode: int
    changed: int
    length: int


@dataclass(frozen=True, slots=True)
class Read:
    """What the catalog has read of a file: the first ``length`` bytes, whose ends are known by ``mark``.

    ``seen`` is what there was to be read: more than ``length`` only where the last line was cut off.
    """

    file: str
    inode: int
    changed: int
    length: int
    seen: int
    mark: bytes


def sources_of(folder: Path) -> list[Source]:
    """The files of a crawl as they are now. Before the records are settled, its stories stand for its articles."""
    committed = _committed(folder)
    found = []
    for name, usual in _FILES.items():
        file = usual if name != "articles" or (folder / usual).exists() else STORIES
        try:
            told = (folder / file).stat()
        except FileNotFoundError:
            continue
        length = min(told.st_size, committed.get(file, told.st_size))
        found.append(Source(name, file, told.st_ino, told.st_mtime_ns, length))
    return found


def _committed(folder: Path) -> dict[str, int]:
    """The committed lengths that the ledger knows; none where there is no ledger, or it cannot be asked."""
    path = folder / LEDGER
    if not path.exists():
        return {}
    try:
        with open_to_read(path) as ledger:
            return dict(ledger.execute("SELECT file, committed_length FROM outputs"))
    except (sqlite3.DatabaseError, StateError):
        return {}


def still_holds(folder: Path, read: Read, source: Source) -> bool:
    """Whether a file still begins with what was read of it."""
    if (read.file, read.inode) != (source.file, source.inode) or source.length < read.length:
        return False
    if read.changed == source.changed:
        return True
    if source.length == read.length and (folder / source.file).stat().st_size == read.length:
        return False  # it was written to and has not grown
    return mark_of(folder / source.file, read.length) == read.mark


def mark_of(path: Path, length: int) -> bytes:
    """What the first ``length`` bytes of a file are known by: a digest of their two ends."""
    with path.open("rb") as file:
        head = file.read(min(_SAMPLE, length))
        file.seek(max(0, length - _SAMPLE))
        tail = file.read(min(_SAMPLE, length))
    return blake2b(head + b"\0" + tail, digest_size=16).digest()


def lines_between(path: Path, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The whole lines of a file from one offset to another, each with its own; a line that is cut off is left out."""
    with path.open("rb", buffering=_BUFFER) as file:
        yield from _whole_lines(file, start, end)


def _whole_lines(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    file.seek(start)
    for line in file:
        if start + len(line) > end or not line.endswith(b"\n"):
            return
        yield start, line
        start += len(line)

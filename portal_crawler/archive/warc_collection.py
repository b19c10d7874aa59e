"""WARC collection: several archives as one, in which the captures of an address are found. Reads only.

An archive comes with its sorted index, or is read through once, when it is first asked, to make one.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from portal_crawler.archive.cdxj import cdxj_line, sorted_index
from portal_crawler.archive.cdxj_index import CdxjIndex, IndexEntry
from portal_crawler.archive.warc_date import read_warc_date
from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord, read_records, record_at
from portal_crawler.archive.warc_record import RecordType, WarcRecord
from portal_crawler.archive.warc_write import OPEN
from portal_crawler.errors import DamagedFileError, StateError


@dataclass(frozen=True, slots=True)
class WarcSource:
    """One WARC file: ``name`` as records know it, ``open`` gives it as a file that can be sought in; ``path`` is that
    file, or the package that holds it. It can be pickled.
    """

    name: str
    open: Callable[[], BinaryIO]
    path: Path

    @staticmethod
    def of(path: Path, name: str = "") -> WarcSource:
        """A file on the disk; without ``name`` it is known by its path's last part."""
        return WarcSource(name or path.name, partial(_opened, path), path)

    def records(self, start: int = 0) -> Iterator[ReadRecord | Damage]:
        """Every record and every defect, in order; from the record on that begins at ``start`` bytes."""
        try:
            with self.open() as file:
                yield from read_records(file, self.name, start=start)
        except DamagedFileError as error:  # a member of a package that cannot be unpacked
            yield Damage(self.name, 0, error.problem)

    def record_at(self, offset: int) -> ReadRecord | Damage:
        """The record that begins at ``offset`` bytes, or what is wrong there."""
        try:
            with self.open() as file:
                return record_at(file, offset, name=self.name)
        except DamagedFileError as error:
            return Damage(self.name, offset, error.problem)

    def sha256(self) -> str | None:
        """SHA-256 over its bytes, in hex; ``None`` where it is a member of a package that cannot be unpacked."""
        try:
            with self.open() as opened:
                file: Any = opened
                return hashlib.file_digest(file, "sha256").hexdigest()
        except DamagedFileError:
            return None


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        if not path.name.endswith(OPEN):
            raise
        problem = "is there no more: its crawl went on meanwhile, and closed the file"
        raise StateError(str(path), problem, "run the same command again when the crawl has ended") from error


@dataclass(frozen=True, slots=True)
class WarcArchive:
    """The WARC files of one crawl or package. ``index`` is their index, sorted or not; ``None``: one is made."""

    sources: tuple[WarcSource, ...]
    index: Path | None = None

    def records(self) -> Iterator[ReadRecord | Damage]:
        """Every record and every defect of its files, in order."""
        for source in self.sources:
            yield from source.records()


@dataclass(frozen=True, slots=True)
class Found:
    """A capture in a collection: its line of the index, and the file that holds its record."""

    entry: IndexEntry
    source: WarcSource

    def read(self) -> ReadRecord | Damage:
        """Its record, or what is wrong where it should stand."""
        return self.source.record_at(self.entry.offset)


class WarcCollection:
    """The archives of ``archives``, asked in their order. Use from one thread; close after use.

    :param behind: those of earlier crawls, in which only the content of revisit records is looked for.
    """

    def __init__(self, archives: Sequence[WarcArchive], behind: Sequence[WarcArchive] = ()) -> None:
        self._archives = [_Indexed(archive) for archive in archives]
        self._behind = [_Indexed(archive) for archive in behind]

    def __enter__(self) -> WarcCollection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def captures(self, url: str) -> list[Found]:
        """Every response and revisit of exactly that URL, the oldest first."""
        return _captures(self._archives, url)

    def alike(self, url: str) -> list[Found]:
        """Every response and revisit of its host and path, under any query and parameters, the oldest first."""
        found = [one for archive in self._archives for one in archive.alike(url)]
        return sorted(found, key=lambda one: one.entry.timestamp)

    def original(self, revisit: ReadRecord) -> ReadRecord | Damage:
        """The response whose content a revisit record repeats (WARC/1.1 section 6.7), or why there is none."""
        place = revisit.place
        url = (revisit.header("WARC-Refers-To-Target-URI") or "").strip("<>") or revisit.url
        wanted = revisit.header("WARC-Refers-To")
        digest = revisit.header("WARC-Payload-Digest")
        moment = revisit.header("WARC-Refers-To-Date")
        problem = "no record of the collection holds its content"
        for found in _captures([*self._archives, *self._behind], url):
            if found.entry.mime == "warc/revisit":
                continue
            if moment and found.entry.timestamp != _digits(moment):
                continue
            record = found.read()
            if isinstance(record, Damage):
                problem = f"its content cannot be read: {record.file}, byte {record.offset}: {record.problem}"
            elif wanted and moment is None and record.header("WARC-Record-ID") != wanted:
                continue
            elif digest and record.header("WARC-Payload-Digest") not in (digest, None):
                problem = "the record that it refers to has another payload digest"
            else:
                return record
        told = f"the content of this revisit stands at {url}{f' of {moment}' if moment else ''}: {problem}"
        return Damage(place.file, place.offset, told)

    def close(self) -> None:
        """Close every index; those that were made are gone then."""
        for archive in (*self._archives, *self._behind):
            archive.close()


def _captures(archives: Sequence[_Indexed], url: str) -> list[Found]:
    found = [one for archive in archives for one in archive.captures(url)]
    return sorted(found, key=lambda one: one.entry.timestamp)


class _Indexed:
    """One archive with its index, opened when it is first asked."""

    def __init__(self, archive: WarcArchive) -> None:
        self._archive = archive
        if archive.index is not None:
            self._sources = {source.name.rpartition("/")[2]: source for source in archive.sources}
        else:  # in the index that is made: a package may have files of one name in several folders
            self._sources = {f"{number:06d}": source for number, source in enumerate(archive.sources)}
        self._index: CdxjIndex | None = None
        self._room: tempfile.TemporaryDirectory[str] | None = None

    def captures(self, url: str) -> Iterator[Found]:
        return self._found(self._opened().captures(url))

    def alike(self, url: str) -> Iterator[Found]:
        return self._found(self._opened().alike(url))

    def _opened(self) -> CdxjIndex:
        if self._index is None:
            self._index = CdxjIndex(self._sorted())
        return self._index

    def _found(self, entries: Sequence[IndexEntry]) -> Iterator[Found]:
        return (Found(entry, self._sources[entry.file]) for entry in entries if entry.file in self._sources)

    def _sorted(self) -> Path:
        """The index in order of its bytes: its own where it is, else a private one."""
        own = self._archive.index
        if own is not None and own.exists() and _is_sorted(own):
            return own
        self._room = tempfile.TemporaryDirectory()  # removed by close()
        made, lines = Path(self._room.name) / "index.cdxj", Path(self._room.name) / "lines.cdxj"
        if own is not None and own.exists():
            sorted_index(own, made)
            return made
        with lines.open("wb") as file:
            for name, source in self._sources.items():
                file.writelines(_lines_of(source, name))
        sorted_index(lines, made)
        lines.unlink()
        return made

    def close(self) -> None:
        if self._index is not None:
            self._index.close()
        if self._room is not None:
            self._room.cleanup()


def _is_sorted(path: Path) -> bool:
    before = b""
    with path.open("rb") as file:
        for line in file:
            if line < before:
                return False
            before = line
    return True


def _lines_of(source: WarcSource, name: str) -> Iterator[bytes]:
    """The index lines of the responses and revisits of a file, which has ``name`` in the index."""
    for record in source.records():
        if isinstance(record, ReadRecord) and record.kind in ("response", "revisit"):
            yield index_line(record, name)


def index_line(record: ReadRecord, file: str = "") -> bytes:
    """The index line of a response or revisit; ``b""`` where it has no URL or date, and cannot be found again.

    :param file: the name of its file in the index, where that is another than its place has.
    """
    if not record.url or not record.date:
        return b""
    headers = {name.lower(): value for name, value in record.headers}
    target = headers.get("warc-target-uri", record.url).strip("<>")
    fields = (("WARC-Target-URI", target), ("WARC-Payload-Digest", headers.get("warc-payload-digest", "-")))
    made = WarcRecord(RecordType(record.kind), "", record.date, fields, record.block)
    return cdxj_line(made, replace(record.place, file=file) if file else record.place)


def _digits(moment: str) -> str:
    """The 14 digits that an index has for a WARC-Date; "" where it is none."""
    date = read_warc_date(moment)
    return f"{date:%Y%m%d%H%M%S}" if date else ""

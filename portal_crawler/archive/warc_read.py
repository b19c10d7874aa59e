"""WARC reading: the records of any archive file, its defects told and stepped over.

WARC/0.17 to 1.1, as files of gzip members, of zstd frames (with a dictionary or without), and plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from portal_crawler.archive.warc_date import read_warc_date
from portal_crawler.archive.warc_members import Damage, Members, members_of
from portal_crawler.archive.warc_record import REQUESTED_URL
from portal_crawler.capture import WarcPlace

Headers = tuple[tuple[str, str], ...]
# A record's block is kept up to this many bytes; its length stays known. Films and disk images need not fit in memory.
MOST_BLOCK = 512 * 1024 * 1024
# Bytes of a record's header; fastwarc allows half of it (max_header_len), and URLs of 32 KiB occur.
_MOST_HEAD = 64 * 1024
_VERSION = re.compile(rb"WARC/[0-9]\.[0-9]+[ \t]*\r?\n")
# Where reading can go on: a version line at the beginning of a line, with a named field behind it.
_NEXT_RECORD = re.compile(rb"(?<=\n)WARC/[0-9]\.[0-9]+[ \t]*\r?\n(?=[A-Za-z][A-Za-z-]*:)")
_HEAD_END = re.compile(rb"\n\r?\n")
# A named field's name is a token (section 4): no spaces, and no sign of the separators.
_TOKEN = re.compile(r"[^\s()<>@,;:\\\"/\[\]?={}]+")
_LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)
# More than a version line and a field's name: kept while the next record is looked for.
_CARRY = 128
# What stands behind a record's block (WARC/1.1 section 4).
_END = b"\r\n\r\n"
_NO_LINE_ENDS = "the record ends without two line ends"


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """One record as a file has it.

    ``version`` is such as ``WARC/1.1``; ``headers`` are the named fields in order. ``block`` is the record's content,
    ``block_length`` its length in bytes, which is more than ``len(block)`` only above the reader's limit. ``place`` is
    the member that holds the record; where that holds others too, its ``length`` is 0 and ``within`` the record's
    offset in the decompressed member.
    """

    version: str
    headers: Headers
    block: bytes
    place: WarcPlace
    block_length: int
    within: int = 0

    def header(self, name: str) -> str | None:
        """The first value of a named field, its name compared without case (WARC/1.1 section 4)."""
        length, wanted = len(name), name.lower()
        for key, value in self.headers:
            if len(key) == length and key.lower() == wanted:
                return value
        return None

    @property
    def kind(self) -> str:
        """WARC-Type, in lower case: one of ``RecordType``, or what a later standard may add; "" if none."""
        return (self.header("WARC-Type") or "").lower()

    @property
    def url(self) -> str:
        """The URL as asked for, or else WARC-Target-URI without the brackets that some writers add; "" if none."""
        return self.header(REQUESTED_URL) or (self.header("WARC-Target-URI") or "").strip("<>")

    @property
    def date(self) -> datetime | None:
        """WARC-Date as aware UTC; ``None`` where it is none."""
        return read_warc_date(self.header("WARC-Date") or "")


def read_records(
    source: Path | BinaryIO, name: str = "", most: int = MOST_BLOCK, start: int = 0
) -> Iterator[ReadRecord | Damage]:
    """Every record of a file in order, and every defect where it stands. At most one record is in memory.

    :param source: a file, or an open one that can be sought in (a member of a WACZ).
    :param name: how places and damages call the file; without it, the path's last part.
    :param most: bytes of a block that are kept.
    :param start: where to begin, in bytes: the offset of a record's place.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield from read_records(file, name or source.name, most, start)
    else:
        yield from _Reader(members_of(source, start), name, most).read()


def record_at(
    source: Path | BinaryIO, offset: int, within: int = 0, name: str = "", most: int = MOST_BLOCK
) -> ReadRecord | Damage:
    """The record whose member begins at ``offset`` bytes of the file, ``within`` bytes of its decompressed content."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return record_at(file, offset, within, name or source.name, most)
    first: ReadRecord | Damage = Damage(name, offset, "no record stands here")
    for item in _Reader(members_of(source, offset), name, most).read(once=True):
        if isinstance(item, Damage):
            return item
        if item.within == within:
            return item
        if item.place.offset != offset or item.within > within:
            break
    return first


class _Reader:
    """The records within members: a buffer of decompressed bytes, filled as needed."""

    def __init__(self, members: Members, name: str, most: int) -> None:
        self._members = members
        self._name = name
        self._most = most
        self._buffer = bytearray()
        self._within = 0  # offset of the buffer in the member

    def read(self, *, once: bool = False) -> Iterator[ReadRecord | Damage]:
        """All items; ``once``: only of the first member."""
        empty = True
        while self._members.next_member():
            yield from self._skipped()
            self._buffer.clear()
            self._within = 0
            alone = self._alone()
            for item in self._member() if alone is None else (alone,):
                empty = False
                yield item
            if once:
                return
        skipped = list(self._skipped())
        yield from skipped
        if empty and not skipped:
            yield Damage(self._name, 0, "holds nothing")

    def _skipped(self) -> Iterator[Damage]:
        for offset, problem in self._members.skipped:
            yield Damage(self._name, offset, problem)
        self._members.skipped.clear()

    def _alone(self) -> ReadRecord | None:
        """The record of a member that is one whole record and comes in one piece, as nearly all are: what ``_member``
        gives, at less than half the price. ``None`` of any other, whose first bytes are in the buffer then.
        """
        members = self._members
        piece = members.read_more() if members.compressed else b""
        whole = _whole(piece) if len(piece) <= self._most else None
        more = members.read_more() if whole is not None else b""
        if whole is None or more or members.problem:
            self._buffer += piece
            self._buffer += more
            return None
        version, headers, block = whole
        place = WarcPlace(self._name, members.offset, members.end - members.offset, _record_id(headers))
        return ReadRecord(version, headers, block, place, len(block))

    def _member(self) -> Iterator[ReadRecord | Damage]:
        count = 0
        while self._skip_line_ends():
            begin = self._within
            self._fill(_CARRY)
            if _VERSION.match(self._buffer) is None:
                arc = self._buffer.startswith(b"filedesc:")
                self._resync()
                problem = "is an ARC file, not WARC" if arc else f"{self._within - begin} bytes are no WARC record"
                yield self._damage(begin, problem)
                continue
            for item in self._record(begin):
                if isinstance(item, ReadRecord):
                    count += 1
                yield item
        if count > 1 and self._members.compressed:
            yield self._damage(0, f"one member holds {count} records: they cannot be read by an offset of their own")
        if self._members.problem:
            yield self._damage(0, self._members.problem)

    def _record(self, begin: int) -> Iterator[ReadRecord | Damage]:
        """The record that the buffer begins with, or what is wrong with it; the buffer stands behind it then."""
        head = self._head()
        if head is None:
            self._resync()
            if not self._members.problem:
                yield self._damage(begin, "the WARC header has no end")
            return
        version, headers, problems = _read_head(head)
        length = _content_length(headers)
        self._drop(len(head))
        if length is None:
            self._resync(first=0)
            yield self._damage(begin, "the WARC header has no valid Content-Length")
            return
        block, came = self._take(length)
        problem = self._end_of_record(length, came)
        if problem and problem != _NO_LINE_ENDS:
            if came == len(block):
                self._buffer[:0] = block
                self._within -= len(block)
            self._resync(first=0)
            if not self._members.problem:
                yield self._damage(begin, problem)
            return
        problems += [problem] if problem else []
        yield ReadRecord(version, headers, block, self._place(begin, headers), length, self._start(begin))
        for text in problems:
            yield self._damage(begin, text)

    def _end_of_record(self, length: int, came: int) -> str | None:
        """What is wrong, or ``None`` where two line ends stand behind the block, as WARC/1.1 section 4 has it."""
        if came < length:
            return f"Content-Length says {length} bytes, {came} came"
        self._fill(4)
        if self._buffer.startswith(_END):
            self._drop(len(_END))
            return None
        if not self._skip_line_ends() or (self._fill(_CARRY), _VERSION.match(self._buffer))[1]:
            return None if self._members.problem else _NO_LINE_ENDS
        return f"Content-Length says {length} bytes, but the block goes on behind them"

    def _place(self, begin: int, headers: Headers) -> WarcPlace:
        if not self._members.compressed:
            return WarcPlace(self._name, self._members.offset + begin, self._within - begin, _record_id(headers))
        alone = begin == 0 and not self._skip_line_ends() and not self._members.problem
        length = self._members.end - self._members.offset if alone else 0
        return WarcPlace(self._name, self._members.offset, length, _record_id(headers))

    def _start(self, begin: int) -> int:
        return begin if self._members.compressed else 0

    def _damage(self, begin: int, problem: str) -> Damage:
        return Damage(self._name, self._members.offset + (0 if self._members.compressed else begin), problem)

    def _head(self) -> bytes | None:
        """The record's header with the empty line behind it; ``None`` where that does not come."""
        while (found := _HEAD_END.search(self._buffer)) is None:
            if len(self._buffer) > _MOST_HEAD or not self._fill(len(self._buffer) + 1):
                return None
        return bytes(self._buffer[: found.end()]) if found.end() <= _MOST_HEAD else None

    def _take(self, length: int) -> tuple[bytes, int]:
        """``length`` bytes, of which at most the limit is kept, and how many came."""
        self._fill(min(length, self._most))
        came = min(len(self._buffer), length, self._most)
        block = bytes(self._buffer[:came])
        self._drop(came)
        while self._most <= came < length and self._fill(1):
            more = min(len(self._buffer), length - came)
            self._drop(more)
            came += more
        return block, came

    def _resync(self, first: int = 1) -> None:
        """Drop bytes up to the next record's version line, or all of the member."""
        if first == 0:  # the line before is gone already: a line end stands in for it
            self._buffer[:0] = b"\n"
            self._within -= 1
        while (found := _NEXT_RECORD.search(self._buffer, first)) is None:
            surplus = len(self._buffer) - _CARRY
            if surplus > 0:
                self._drop(surplus)
            if not self._fill(len(self._buffer) + 1):
                self._drop(len(self._buffer))
                return
        self._drop(found.start())

    def _skip_line_ends(self) -> bool:
        """Drop empty lines; whether anything follows in this member."""
        while self._fill(1):
            lines = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
            self._drop(lines)
            if self._buffer:
                return True
        return False

    def _fill(self, count: int) -> bool:
        """Bring ``count`` bytes into the buffer; false where the member ends before."""
        while len(self._buffer) < count:
            more = self._members.read_more()
            if not more:
                return False
            self._buffer += more
        return True

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._within += count


def _whole(content: bytes) -> tuple[str, Headers, bytes] | None:
    """Version, named fields and block of a member's content that is one record without any fault; else ``None``."""
    if not content.endswith(_END) or _VERSION.match(content) is None:
        return None
    found = _HEAD_END.search(content)
    if found is None or found.end() > _MOST_HEAD:
        return None
    version, headers, problems = _read_head(content[: found.end()])
    block = content[found.end() : -len(_END)]
    return (version, headers, block) if not problems and _content_length(headers) == len(block) else None


def _read_head(head: bytes) -> tuple[str, Headers, list[str]]:
    """Version, named fields (folded lines joined by a space) and problems."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError:
        text = head.decode("latin-1")  # what old tools wrote
    version, *lines = text.split("\n")
    fields: list[tuple[str, str]] = []
    problems: list[str] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not line.strip():
            continue
        if line[0] in " \t" and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
        elif colon and _is_token(name := name.strip()):
            fields.append((name, value.strip()))
        else:
            problems.append(f"a line of the WARC header is no named field: {line.strip()[:60]}")
    return version.strip(), tuple(fields), problems


@lru_cache(1_000)
def _is_token(name: str) -> bool:
    return _TOKEN.fullmatch(name) is not None


def _record_id(headers: Headers) -> str:
    return next((value for name, value in headers if name.lower() == "warc-record-id"), "")


def _content_length(headers: Headers) -> int | None:
    text = next((value for name, value in headers if name.lower() == "content-length"), "")
    return int(text) if _LENGTH.fullmatch(text) else None

"""WARC members: the parts of which an archive file is made, each decompressed by pieces.

A gzip member (RFC 1952) or a zstd frame (RFC 8878) is a member; a file without compression is one member. What cannot
be decompressed is told as ``Damage``, and the search goes on for a member that holds a WARC record.
"""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

import zstandard

# Read at a time, in bytes.
_CHUNK = 64 * 1024
# Decompressed at a time, in bytes: a bomb costs no more.
_PIECE = 256 * 1024
# Of zstd, 1 KiB may hold 256 blocks of 128 KiB (RFC 8878 section 3.1.1.2): 32 MiB at a time.
_ZSTD_PIECE = 1024
# What the beginning of a member, or of a frame that is skipped, is known by, in bytes.
_HEAD = 8
# What zstd's own program takes without being asked: windows of 128 MiB (its manual, --long).
_ZSTD_WINDOW_BYTES = 128 * 1024 * 1024
_GZIP_FORM = 31
_GZIP_MAGIC = b"\x1f\x8b\x08"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
# Skippable frames are 0x184D2A50 to 0x184D2A5F; 0x184D2A5D is the dictionary's (warc-zstd, section 3).
_DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"
_MOST_DICTIONARY = 8 * 1024 * 1024
_RECORD = b"WARC/"


@dataclass(frozen=True, slots=True)
class Damage:
    """A defect of an archive file: at ``offset`` bytes of ``file``, in words."""

    file: str
    offset: int
    problem: str


class Members(Protocol):
    """The members of one file, one after another.

    ``offset`` is where the present one begins, ``end`` where it ended; ``problem`` says why it ended too early, or "".
    ``skipped`` collects (offset, problem) of what stands between members.
    """

    compressed: bool
    offset: int
    end: int
    problem: str
    skipped: list[tuple[int, str]]

    def next_member(self) -> bool:
        """Go to the next member; false at the end of the file."""

    def read_more(self) -> bytes:
        """The next decompressed bytes of this member; ``b""`` at its end."""


def members_of(file: BinaryIO, start: int = 0) -> Members:
    """The members from ``start`` on; ``file`` can be sought in. The first bytes of the file tell its compression."""
    file.seek(0)
    head = file.read(_CHUNK)
    if _is_skippable(head) or head.startswith(_ZSTD_MAGIC):
        return _ZstdMembers(file, start)
    if head.startswith(_GZIP_MAGIC):
        return _GzipMembers(file, start)
    if head and _RECORD not in head:  # the beginning is damaged: a later member tells
        end = file.seek(0, 2)
        for packed in (_GzipMembers(file, start), _ZstdMembers(file, start)):
            if packed.search(0) < end:
                return packed
    return _PlainMembers(file, start)


class _PlainMembers:
    compressed = False

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self.offset = self.end = start
        self.problem = ""
        self.skipped: list[tuple[int, str]] = []
        self._begun = False

    def next_member(self) -> bool:
        if self._begun:
            return False
        self._begun = True
        self._file.seek(self.offset)
        return True

    def read_more(self) -> bytes:
        return self._file.read(_CHUNK)


class _PackedMembers(ABC):
    """What gzip members and zstd frames have in common: a magic number, and a stream that knows its end."""

    compressed = True
    magic: bytes
    kind: str

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self._at = start
        self.offset = self.end = start
        self.problem = ""
        self.skipped: list[tuple[int, str]] = []
        self._stream: Any = None
        self._rest = b""

    def next_member(self) -> bool:
        self._stream = None
        # What was read behind the member before is this one's beginning: a file is read once, not once a member.
        if len(self._rest) < _HEAD or not self._rest.startswith(self.magic):
            if not self._find_member():
                return False
            self._rest = b""
            self._file.seek(self._at)
        self.offset, self.problem = self._at, ""
        self._stream = self._new_stream()
        return True

    def _find_member(self) -> bool:
        """Go to where the next member begins; false at the end of the file."""
        while True:
            head = self._bytes_at(self._at, _HEAD)
            if not head:
                return False
            if head.startswith(self.magic):
                return True
            if _is_skippable(head) and self.kind == "zstd frame":
                self._at += 8 + int.from_bytes(head[4:8], "little")
                continue
            begin, self._at = self._at, self.search(self._at + 1)
            self.skipped.append((begin, f"{self._at - begin} bytes are no {self.kind}"))

    def read_more(self) -> bytes:
        while self._stream is not None:
            data = self._rest or self._file.read(_CHUNK)
            if not data:
                self._give_up("is cut off")
                break
            try:
                out, left = self._decompress(data)
            except (zlib.error, zstandard.ZstdError):
                self._give_up("is damaged")
                break
            self._at += len(data) - len(left)
            self._rest = left
            if self._stream.eof:
                self.end, self._stream = self._at, None
            if out:
                return out
        return b""

    def _give_up(self, how: str) -> None:
        self.problem = f"the {self.kind} {how}"
        self._stream, self._rest = None, b""
        self._at = self.search(self.offset + 1)

    def search(self, begin: int) -> int:
        """The offset of the next member that holds a WARC record, or of the file's end."""
        while chunk := self._bytes_at(begin, _CHUNK):
            found = chunk.find(self.magic)
            while found >= 0:
                if self._holds_record(begin + found):
                    return begin + found
                found = chunk.find(self.magic, found + 1)
            if len(chunk) < _CHUNK:
                return begin + len(chunk)
            begin += len(chunk) - len(self.magic) + 1
        return begin

    def _holds_record(self, offset: int) -> bool:
        try:
            return self._first_bytes(self._bytes_at(offset, _ZSTD_PIECE)).startswith(_RECORD)
        except (zlib.error, zstandard.ZstdError):
            return False

    def _bytes_at(self, offset: int, count: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(count)

    @abstractmethod
    def _new_stream(self) -> Any:
        """A decompressor for one member."""

    @abstractmethod
    def _decompress(self, data: bytes) -> tuple[bytes, bytes]:
        """What a piece of the member gives, and what of it stands behind the member's end."""

    @abstractmethod
    def _first_bytes(self, data: bytes) -> bytes:
        """The beginning of the content of the member that ``data`` begins."""


class _GzipMembers(_PackedMembers):
    magic = _GZIP_MAGIC
    kind = "gzip member"

    def _new_stream(self) -> Any:
        return zlib.decompressobj(_GZIP_FORM)

    def _decompress(self, data: bytes) -> tuple[bytes, bytes]:
        out: bytes = self._stream.decompress(data, _PIECE)
        return out, self._stream.unused_data or self._stream.unconsumed_tail

    def _first_bytes(self, data: bytes) -> bytes:
        return zlib.decompressobj(_GZIP_FORM).decompress(data, len(_RECORD))


class _ZstdMembers(_PackedMembers):
    magic = _ZSTD_MAGIC
    kind = "zstd frame"

    def __init__(self, file: BinaryIO, start: int) -> None:
        super().__init__(file, start)
        self._new = self._with_dictionary()

    def _new_stream(self) -> Any:
        return self._new()

    def _decompress(self, data: bytes) -> tuple[bytes, bytes]:
        out: bytes = self._stream.decompress(data[:_ZSTD_PIECE])
        return out, self._stream.unused_data + data[_ZSTD_PIECE:]

    def _first_bytes(self, data: bytes) -> bytes:
        reader = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES).stream_reader
        return reader(data).read(len(_RECORD)) if self._plain else self._new().decompress(data)

    def _with_dictionary(self) -> Callable[[], Any]:
        """A maker of streams, with the dictionary that the file begins with, if any (warc-zstd, section 3.2)."""
        head = self._bytes_at(0, 8)
        self._plain = head[:4] != _DICTIONARY_MAGIC
        if self._plain:
            return zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES).decompressobj
        size = int.from_bytes(head[4:8], "little")
        data = self._bytes_at(8, min(size, _MOST_DICTIONARY))
        try:
            if data.startswith(_ZSTD_MAGIC):
                data = zstandard.ZstdDecompressor().decompress(data, max_output_size=_MOST_DICTIONARY)
            dictionary = zstandard.ZstdCompressionDict(data)
            return zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=_ZSTD_WINDOW_BYTES).decompressobj
        except (zstandard.ZstdError, ValueError):
            self.skipped.append((0, "the zstd dictionary is damaged"))
            return zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES).decompressobj


def _is_skippable(head: bytes) -> bool:
    return len(head) >= 4 and head[1:4] == _DICTIONARY_MAGIC[1:] and head[0] & 0xF0 == 0x50

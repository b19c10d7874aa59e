"""JSON Lines files: the one writer and the one reader of every ``*.jsonl`` of a crawl's folder.

Form: https://jsonlines.org/, UTF-8, one object a line, each line ended by a newline. A file grows by whole lines.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import jsonlines
import orjson

from portal_crawler.disk import sync_folder, writing
from portal_crawler.errors import DamagedFileError, MissingFieldError
from portal_crawler.grown_file import GrownFile
from portal_crawler.records.clean import clean_value

# Records that are turned into bytes together.
_HEAP = 1_000
# How orjson escapes a control character other than newline and tab (DEL and C1 stand as they are).
_ESCAPED_CONTROLS = (b"\\u00", b"\\r", b"\\b", b"\\f")
_C1_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")
_LINE_SEPARATORS = ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"))


def dumps(record: Any) -> bytes:
    r"""One JSON value as UTF-8 without a raw line break: text in NFC, control characters and lone surrogates taken out.

    >>> dumps({"text": "a\x00b\u2028c"})
    b'{"text":"ab\\u2028c"}'
    """
    try:
        line = orjson.dumps(record)
    except orjson.JSONEncodeError:
        return _escape_separators(orjson.dumps(clean_value(record)))
    if _may_hold_controls(line):
        line = orjson.dumps(clean_value(record))
    if line.isascii():
        return line
    if _C1_CONTROL.search(line) or not unicodedata.is_normalized("NFC", line.decode()):
        line = orjson.dumps(clean_value(record))
    return _escape_separators(line)


def dumps_lines(records: list[dict[str, Any]]) -> bytes:
    """Many records as whole lines. The same bytes as line by line, but what hardly ever occurs is looked for once."""
    if not records:
        return b""
    try:
        lines = b"\n".join([orjson.dumps(record) for record in records])
    except orjson.JSONEncodeError:
        return _line_by_line(records)
    if _may_hold_controls(lines):
        return _line_by_line(records)
    if not lines.isascii():
        if _C1_CONTROL.search(lines) or not unicodedata.is_normalized("NFC", lines.decode()):
            return _line_by_line(records)
        lines = _escape_separators(lines)
    return lines + b"\n"


def _line_by_line(records: list[dict[str, Any]]) -> bytes:
    return b"".join([dumps(record) + b"\n" for record in records])


def _may_hold_controls(line: bytes) -> bool:
    """Whether control characters of ASCII may stand in JSON; a single byte is looked for ten times faster than two."""
    return b"\x7f" in line or (b"\\" in line and any(mark in line for mark in _ESCAPED_CONTROLS))


def _escape_separators(line: bytes) -> bytes:
    """U+2028 and U+2029 as escapes: some readers split lines at them."""
    for raw, escaped in _LINE_SEPARATORS:
        if raw in line:
            line = line.replace(raw, escaped)
    return line


def has_raw_separator(line: bytes) -> bool:
    """Whether a line holds U+2028 or U+2029 that is not escaped."""
    return any(raw in line for raw, _ in _LINE_SEPARATORS)


class JsonlFile(GrownFile):
    """An output of JSON Lines, which grows by whole lines."""

    def __init__(self, path: Path, committed: int | None = None) -> None:
        super().__init__(path, committed)
        self._writer = jsonlines.Writer(self._file, dumps=dumps)

    def append(self, record: dict[str, Any]) -> None:
        """Add one record as one line; it is on the disk after the next ``sync``."""
        with writing(self.path):
            self._writer.write(record)

    def append_all(self, records: Iterable[dict[str, Any]], at_once: int = _HEAP) -> None:
        """Add many records; of a site map's 50,000 links, a heap at a time is in memory.

        :param at_once: records in a heap, fewer where each is large.
        """
        rest = iter(records)
        while heap := list(islice(rest, at_once)):
            self.write(dumps_lines(heap))


def replace_file(path: Path, content: bytes) -> None:
    """Write a small file at once and whole: a reader sees the old content or the new one."""
    new = path.with_name(path.name + ".new")
    with writing(path):
        try:
            with new.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError:
            new.unlink(missing_ok=True)  # it would take the room of a full disk
            raise
    sync_folder(path.parent)


class Record(dict[str, Any]):
    """An object of a file, which knows its place: a field that it has not is an error that names it.

    :param place: where in the file it stands; "" where it is the whole file.
    :raises MissingFieldError: where a field is asked for that is not there.
    """

    __slots__ = ("_path", "_place")

    def __init__(self, fields: dict[str, Any], path: Path, place: str = "") -> None:
        super().__init__(fields)
        self._path, self._place = path, place

    def __missing__(self, name: str) -> NoReturn:
        """Say where it is missing."""
        cure = "restore the file from a copy, or crawl or replay again: another version may have written it"
        raise MissingFieldError(str(self._path), f"has no field {name}", cure, self._place)


def read_lines(path: Path, offset: int = 0) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Every record of a file as (line number from 1, offset of the line in bytes, ``Record``), from ``offset`` on.

    :raises DamagedFileError: at a line that is not one JSON object.
    """
    with path.open("rb") as file:
        file.seek(offset)
        for number, line in enumerate(file, start=1):
            yield number, offset, parse_line(line, path, number)
            offset += len(line)


def parse_line(line: bytes, path: Path, number: int) -> dict[str, Any]:
    """The object of one line, a ``Record``.

    :raises DamagedFileError: where the line is cut off or no JSON object.
    """
    place = f"line {number}"
    if not line.endswith(b"\n"):
        raise DamagedFileError(str(path), "the last line is cut off", "run the crawl again to complete it", place)
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise DamagedFileError(str(path), f"is not JSON ({error})", "restore the file from a copy", place) from error
    if not isinstance(record, dict):
        raise DamagedFileError(str(path), "is not a JSON object", "restore the file from a copy", place)
    return Record(record, path, place)


def raw_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Every line of a file as (line number from 1, its bytes with the newline), whatever it holds."""
    with path.open("rb") as file:
        yield from enumerate(file, start=1)


class RecordsAt:
    """Single records of a file, by the offset of their lines. Use from one thread; close after use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = path.open("rb")

    def __enter__(self) -> RecordsAt:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, offset: int) -> dict[str, Any]:
        """The record whose line begins at ``offset``."""
        self._file.seek(offset)
        return Record(orjson.loads(self._file.readline()), self._path, f"byte {offset}")

"""CDXJ index: the captures of an address, found in a sorted index by bisection. Reads only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from portal_crawler.archive.surt import cdx_key
from portal_crawler.archive.warc_record import target_uri

# What follows the path in a URL, and in the key of one.
_AFTER_PATH = re.compile(r"[?;].*", re.DOTALL)
_PATH_ENDS = (" ", "?", ";")


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line. ``timestamp`` is its 14 digits, ``file`` the WARC file's name without a folder, ``status`` the digits
    or "", ``mime`` such as ``text/html`` or ``warc/revisit``.
    """

    url: str
    timestamp: str
    mime: str
    status: str
    digest: str
    file: str
    offset: int
    length: int


class CdxjIndex:
    """A sorted index on the disk. Use from one thread; close after use."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")  # closed by close()
        self._size = path.stat().st_size

    def captures(self, url: str) -> list[IndexEntry]:
        """Every capture of exactly that URL, the oldest first. A line that is none is passed over."""
        uri = target_uri(url)
        found = (read_entry(line) for line in self._lines(f"{cdx_key(uri)} ".encode()))
        return [entry for entry in found if entry is not None and entry.url == uri]

    def alike(self, url: str) -> list[IndexEntry]:
        """Every capture of that host and path, whatever its query and its parameters (``;jsessionid=…``)."""
        path = cdx_key(_AFTER_PATH.sub("", target_uri(url)))
        found = (read_entry(line) for end in _PATH_ENDS for line in self._lines(f"{path}{end}".encode()))
        return [entry for entry in found if entry is not None]

    def _lines(self, key: bytes) -> Iterator[bytes]:
        """The lines that begin with ``key``."""
        low, high = 0, self._size
        while low < high:
            middle = (low + high) // 2
            self._to_line(middle)
            line = self._file.readline()
            if line and line < key:
                low = middle + 1
            else:
                high = middle
        self._to_line(low)
        while (line := self._file.readline()).startswith(key):
            yield line

    def _to_line(self, offset: int) -> None:
        """Go to the first line that begins at ``offset`` or behind it."""
        self._file.seek(max(0, offset - 1))
        if offset:
            self._file.readline()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_entry(line: bytes) -> IndexEntry | None:
    """The entry of one line; ``None`` where it is no line of an index, or has no place."""
    try:
        _, timestamp, fields = line.split(b" ", 2)
        record = orjson.loads(fields)
        return IndexEntry(
            url=str(record["url"]),
            timestamp=timestamp.decode("ascii"),
            mime=str(record.get("mime", "")),
            status=str(record.get("status", "")),
            digest=str(record.get("digest", "")),
            file=str(record["filename"]).rpartition("/")[2],
            offset=int(record["offset"]),
            length=int(record.get("length", 0)),
        )
    except (ValueError, KeyError, TypeError):
        return None

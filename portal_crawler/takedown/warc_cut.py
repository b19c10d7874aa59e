"""WARC cut: an archive file without some of its records. What stays is copied byte for byte, and moves forward.

A record is a gzip member, a zstd frame or, in a file without compression, a run of bytes of its own.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

from portal_crawler.disk import make_folder, sync_folder, writing

# Bytes that are copied at a time.
_PIECE = 4 * 1024 * 1024


class WarcCut:
    """What goes out of one file, and where the rest stands then.

    :param dropped: (offset, length) of each record that goes, in bytes of the old file.

    >>> cut = WarcCut([(100, 50), (300, 20)])
    >>> cut.moved(99), cut.moved(100), cut.moved(150), cut.moved(400)
    (99, None, 100, 330)
    """

    def __init__(self, dropped: Iterable[tuple[int, int]]) -> None:
        self.dropped = tuple(sorted(dropped))
        self._begins = [offset for offset, _ in self.dropped]
        self._gone = [0, *accumulate(length for _, length in self.dropped)]

    @property
    def bytes(self) -> int:
        """How many bytes go."""
        return self._gone[-1]

    def moved(self, offset: int) -> int | None:
        """The new offset of a record; ``None`` where it goes."""
        at = bisect_right(self._begins, offset)
        if at and offset < sum(self.dropped[at - 1]):
            return None
        return offset - self._gone[at]

    def write(self, path: Path, new: Path, length: int | None = None) -> int:
        """Write what stays of a file to ``new``, safely on the disk; its length in bytes.

        :param length: bytes of the old file that count; without it, all.
        :raises DiskFullError: where there is no room.
        """
        make_folder(new.parent)
        with writing(new), path.open("rb") as old, new.open("wb") as file:
            end = old.seek(0, os.SEEK_END) if length is None else length
            at = 0
            for offset, size in (*self.dropped, (end, 0)):
                old.seek(at)
                while at < offset:
                    piece = old.read(min(_PIECE, offset - at))
                    if not piece:
                        break
                    file.write(piece)
                    at += len(piece)
                at = offset + size
            file.flush()
            os.fsync(file.fileno())
            written = file.tell()
        sync_folder(new.parent)
        return written

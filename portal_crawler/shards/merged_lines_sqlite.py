"""Merged lines: the lines of several files as one, in order of a key, whatever the order in which they came.

What is sorted are places, not lines: a page's lines stand together, and are one place. So the memory is flat, and the
disk holds each line twice and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from portal_crawler.errors import DamagedFileError
from portal_crawler.grown_file import GrownFile
from portal_crawler.records.private_database_sqlite import PrivateDatabase

# The key of a record by which it is ordered; ``None`` for one that is left out.
KeyOf = Callable[[dict[str, Any]], str | None]
# Bytes that are copied at once.
_PIECE = 1 << 20


class MergedLines(PrivateDatabase):
    """The lines of one output of all shards: ``add`` those of each, then ``write`` them. Lines of one key stand in
    order of the shards, then as they were written. Use from one thread; close after use.
    """

    def __init__(self) -> None:
        super().__init__("CREATE TABLE place(key TEXT, shard INTEGER, offset INTEGER, length INTEGER)")
        self._paths: list[Path] = []

    def add(self, path: Path, committed: int, key_of: KeyOf) -> None:
        """Add the lines of a file up to its committed length.

        :raises DamagedFileError: at a line that is no record.
        """
        shard = len(self._paths)
        self._paths.append(path)
        rows = ((key, shard, offset, length) for key, offset, length in _places(path, committed, key_of))
        self._db.executemany("INSERT INTO place VALUES(?, ?, ?, ?)", rows)

    def write(self, out: GrownFile) -> None:
        """Write all lines in their order."""
        order = "SELECT shard, offset, length FROM place ORDER BY key, shard, offset"
        with ExitStack() as stack:
            files: Sequence[BinaryIO | None] = [
                stack.enter_context(path.open("rb")) if path.exists() else None for path in self._paths
            ]
            for shard, offset, length in self._db.execute(order):
                file = files[shard]
                if file is None:
                    continue
                file.seek(offset)
                while length > 0:
                    piece = file.read(min(length, _PIECE))
                    out.write(piece)
                    length -= len(piece)


def _places(path: Path, committed: int, key_of: KeyOf) -> Iterator[tuple[str, int, int]]:
    """(key, offset, length) of lines that follow each other and have one key."""
    if not committed:
        return
    last, begun, at = None, 0, 0
    with path.open("rb") as file:
        while at < committed:
            line = file.readline()
            try:
                key = key_of(orjson.loads(line))
            except (orjson.JSONDecodeError, KeyError, TypeError) as error:
                cure = "restore the file from a copy, or start anew with --fresh"
                raise DamagedFileError(str(path), f"holds no record ({error!r})", cure, f"byte {at}") from error
            if key != last:
                if last is not None:
                    yield last, begun, at - begun
                last, begun = key, at
            at += len(line)
    if last is not None:
        yield last, begun, at - begun

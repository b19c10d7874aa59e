"""Shards: the folders in which a build keeps what it has made, each with the mark that it is whole.

A shard is made in a folder of its own and renamed when everything is on the disk, its mark with it. The mark
(``done.json``) names what went in, as one digest, and the lengths of its files: a shard whose mark says anything else
than what is wanted now is made anew. Two processes that make the same shard make the same bytes; the first one's stay.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import orjson

from portal_crawler import __version__
from portal_crawler.disk import make_folder, sync_folder, writing
from portal_crawler.distributed.job import Notice
from portal_crawler.records.jsonl import replace_file

# Of the files of a shard and of what their making depends on, beside the program's version.
FORMAT = 2
_MARK = "done.json"
# The folder of all shards, in that of the build.
SHARDS = "shards"
_UNFINISHED = ".tmp"

Facts = dict[str, Any]


class Shard(Protocol):
    """What a shard is made of, and how."""

    @property
    def step(self) -> str:
        """The folder of its like."""
        ...

    @property
    def number(self) -> int:
        """Its place among its like."""
        ...

    @property
    def name(self) -> str:
        """What it is, for messages."""
        ...

    @property
    def key(self) -> str:
        """A digest of all that its content depends on (``digest_of``)."""
        ...

    def make(self, folder: Path, notice: Notice) -> Facts:
        """Write its files into an empty folder, and give what it came to."""
        ...

    def warned(self, capture: int) -> Shard | None:
        """See ``job.Job``."""
        ...


@dataclass(frozen=True, slots=True)
class ShardJob:
    """The job that makes a shard below ``root``."""

    root: Path
    shard: Shard

    @property
    def name(self) -> str:
        """What it makes."""
        return self.shard.name

    def run(self, notice: Notice) -> Facts:
        """Make the shard, whole and marked."""
        place = shard_folder(self.root, self.shard.step, self.shard.number)
        make_folder(place.parent)
        with writing(place):
            room = Path(tempfile.mkdtemp(_UNFINISHED, f"{place.name}-", place.parent))
        try:
            facts = self.shard.make(room, notice)
            mark = {"key": self.shard.key, "lengths": _lengths(room), "facts": facts}
            replace_file(room / _MARK, orjson.dumps(mark))
            with writing(place):
                _take_place(room, place)
        finally:
            shutil.rmtree(room, ignore_errors=True)
        return facts

    def warned(self, capture: int) -> ShardJob | None:
        """See ``job.Job``."""
        shard = self.shard.warned(capture)
        return ShardJob(self.root, shard) if shard is not None else None


def shard_folder(root: Path, step: str, number: int) -> Path:
    """Where a shard lies."""
    return root / step / f"{number:06d}"


def facts_of(root: Path, shard: Shard) -> Facts | None:
    """What a shard came to, where it is there, whole, and made of what it would be made of now.

    One that is not is removed.
    """
    folder = shard_folder(root, shard.step, shard.number)
    if not folder.exists():
        return None
    try:
        mark = orjson.loads((folder / _MARK).read_bytes())
        if mark["key"] == shard.key and mark["lengths"] == _lengths(folder):
            facts: Facts = mark["facts"]
            return facts
    except (OSError, ValueError, KeyError, TypeError):
        pass
    with writing(folder):
        shutil.rmtree(folder)
    return None


def sweep(root: Path) -> None:
    """Remove what killed processes have left unfinished."""
    for room in root.glob(f"*/*{_UNFINISHED}"):
        shutil.rmtree(room, ignore_errors=True)


def remove(root: Path) -> None:
    """Remove all shards: what they were made for is there."""
    with writing(root):
        shutil.rmtree(root)
    sync_folder(root.parent)


def join(parts: Iterable[Path], path: Path) -> None:
    """Write one file of the content of others, in their order, in place of an older one."""
    new = path.with_name(path.name + ".new")
    make_folder(path.parent)
    with writing(path):
        with new.open("wb") as whole:
            for part in parts:
                with part.open("rb") as file:
                    shutil.copyfileobj(file, whole, 1 << 20)
            whole.flush()
            os.fsync(whole.fileno())
        new.replace(path)
    sync_folder(path.parent)


def digest_of(*what: Any) -> str:
    """A digest of plain values, and of the program that works with them."""
    return hashlib.sha256(orjson.dumps([__version__, FORMAT, *what])).hexdigest()


def _take_place(room: Path, place: Path) -> None:
    try:
        room.rename(place)
    except OSError:
        if not (place / _MARK).exists():
            raise  # else another process, of a build that was killed, has made the same
    sync_folder(place.parent)


def _lengths(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.name != _MARK}

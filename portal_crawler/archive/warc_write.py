"""WARC files of one crawl: they grow by whole records, and are cut back to what was committed.

One gzip member a record (WARC/1.1 annex D), or one zstd frame
(https://iipc.github.io/warc-specifications/specifications/warc-zstd/), so that each can be read by its offset. A file
is called ``<name>.open`` until it is finished.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import zstandard

from portal_crawler.archive.warc_read import ReadRecord, record_at
from portal_crawler.archive.warc_record import WarcRecord
from portal_crawler.capture import WarcPlace
from portal_crawler.disk import check_in_place, make_folder, sync_folder, writing
from portal_crawler.errors import StateError

FOLDER = "archive"
# What the name of a file ends in on the disk while it grows.
OPEN = ".open"
# 280 pages of the demo portal, each as one member, CPU a page and size: level 1 67 us, 999 kB; level 6 111 us, 904 kB;
# level 9 119 us, 903 kB. Beside the milliseconds that reading a page costs, 44 us are worth a tenth of the disk.
_GZIP_LEVEL = 6
# The same pages: level 1 21 us, 975 kB; level 3 26 us, 951 kB; level 6 74 us, 906 kB; level 9 141 us, 903 kB.
_ZSTD_LEVEL = 3
_GZIP_FORM = 31  # zlib's window bits for a gzip member; its header's time is 0, so equal records give equal bytes


class Compression(StrEnum):
    """How records are compressed."""

    GZIP = "gzip"
    ZSTD = "zstd"
    NONE = "none"


_SUFFIXES = {Compression.GZIP: ".warc.gz", Compression.ZSTD: ".warc.zst", Compression.NONE: ".warc"}


@dataclass(frozen=True, slots=True)
class WarcOptions:
    """``prefix`` of the names, such as ``portal-20041015083000``; a file of ``max_bytes`` or more takes no record.

    ``compression`` is one of ``Compression``. 1 GB is what the WARC Implementation Guidelines of the IIPC recommend.
    """

    prefix: str
    max_bytes: int = 1_000_000_000
    compression: str = Compression.GZIP


class WarcFiles:
    """The archive of one crawl. Use from one thread.

    :param folder: the crawl's folder; the files stand in its ``archive/``, and their names here begin with that.
    :param opening: makes the warcinfo record of a new file from its name.
    :param committed: name -> length in bytes of every file that was committed; other outputs in it are passed over.
    :raises StateError: where a committed file is missing or shorter than committed.
    """

    def __init__(
        self,
        folder: Path,
        options: WarcOptions,
        opening: Callable[[str], WarcRecord],
        committed: Mapping[str, int],
    ) -> None:
        self._folder = folder
        self._options = options
        self._opening = opening
        self._suffix = _SUFFIXES[Compression(options.compression)]
        self._compress = _compressor(options.compression)
        self._ours = re.compile(
            rf"{FOLDER}/{re.escape(options.prefix)}-(\d{{5,}})({'|'.join(map(re.escape, _SUFFIXES.values()))})"
        )
        self._lengths = {name: committed[name] for name in sorted(committed) if self._ours.fullmatch(name)}
        self._grown: set[str] = set()
        self._folder_changed = True
        self._name = self._warcinfo_id = ""
        self._file: BinaryIO | None = None
        make_folder(folder / FOLDER)
        self._drop_unknown()
        for name, length in self._lengths.items():
            self._restore(name, length)
        self._go_on()

    @property
    def lengths(self) -> dict[str, int]:
        """Name -> length in bytes of every file, with what is not yet on the disk."""
        return dict(self._lengths)

    def next_file(self) -> str:
        """The name of the file that takes the next records; it is made, with its warcinfo record, where needed."""
        if self._file is None or self._lengths[self._name] >= self._options.max_bytes:
            self._finish_file()
            self._begin_file()
        return self._name

    def warcinfo_id(self) -> str:
        """The id of the warcinfo record of ``next_file``: what the next records say in WARC-Warcinfo-ID."""
        self.next_file()
        return self._warcinfo_id

    def append_all(self, records: Sequence[WarcRecord]) -> list[WarcPlace]:
        """Add the records of one exchange to one file; they are on the disk after the next ``sync``.

        :return: their places, in order.
        :raises DiskFullError: where there is no room; nothing of the records stays in the file then.
        """
        if not records:
            return []
        return self._write(self.next_file(), records)

    def sync(self) -> dict[str, int]:
        """Bring every record to the disk; the lengths in bytes of the files that grew since the last time.

        :raises StateError: where the file was removed or replaced.
        """
        if self._file is not None and self._name in self._grown:
            check_in_place(self._open_path(self._name), self._file)
            with writing(self._path(self._name)):
                os.fsync(self._file.fileno())
        self._sync_folder()
        grown = {name: self._lengths[name] for name in sorted(self._grown)}
        self._grown.clear()
        return grown

    def finish(self) -> None:
        """Give the last file its final name. After the commit of all that it holds; ``close`` may come first."""
        self._finish_file()
        self._sync_folder()

    def close(self) -> None:
        """Close the file and leave it open to go on; safe to call twice."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _path(self, name: str) -> Path:
        return self._folder / name

    def _open_path(self, name: str) -> Path:
        return self._folder / (name + OPEN)

    def _drop_unknown(self) -> None:
        """Remove files that a kill left before any commit."""
        for path in sorted((self._folder / FOLDER).iterdir()):
            name = f"{FOLDER}/{path.name.removesuffix(OPEN)}"
            if self._ours.fullmatch(name) and name not in self._lengths:
                with writing(path):
                    path.unlink()

    def _restore(self, name: str, length: int) -> None:
        """Find a committed file, cut it back and give it its final name."""
        path, other = self._path(name), self._open_path(name)
        found = other if other.exists() else path
        with writing(path):
            here = found.stat().st_size if found.exists() else 0
            if here < length or not found.exists():
                raise StateError(
                    str(path),
                    f"is {here} bytes long, but {length} were committed",
                    "restore it, or start anew with --fresh",
                )
            if here > length:
                with found.open("r+b") as file:
                    file.truncate(length)
                    os.fsync(file.fileno())
            if found is other:
                other.replace(path)

    def _go_on(self) -> None:
        """Let the last committed file grow on, where it has room and the compression is still the same."""
        last = next(reversed(self._lengths), "")
        if last.endswith(self._suffix) and self._lengths[last] < self._options.max_bytes:
            path = self._open_path(last)
            with writing(path):
                self._path(last).replace(path)
                self._file = path.open("ab", buffering=0)  # closed by close()
            self._name = last
            first = record_at(path, 0)
            self._warcinfo_id = first.place.record_id if isinstance(first, ReadRecord) else ""

    def _begin_file(self) -> None:
        last = self._ours.fullmatch(next(reversed(self._lengths), ""))
        serial = int(last[1]) + 1 if last else 0
        name = f"{FOLDER}/{self._options.prefix}-{serial:05d}{self._suffix}"
        path = self._open_path(name)
        with writing(path):
            path.unlink(missing_ok=True)
            self._file = path.open("ab", buffering=0)  # closed by close()
        self._lengths[name], self._name, self._folder_changed = 0, name, True
        try:
            warcinfo = self._opening(name.removeprefix(f"{FOLDER}/"))
            self._write(name, [warcinfo])
            self._warcinfo_id = warcinfo.record_id
        except BaseException:
            del self._lengths[name]
            self.close()
            raise

    def _write(self, name: str, records: Sequence[WarcRecord]) -> list[WarcPlace]:
        """One write for all; where it fails, the file is cut back to where it was."""
        assert self._file is not None  # noqa: S101 - next_file opened it
        members = [self._compress(record.to_bytes()) for record in records]
        begin = offset = self._lengths[name]
        places = []
        for record, member in zip(records, members, strict=True):
            places.append(WarcPlace(name, offset, len(member), record.record_id))
            offset += len(member)
        with writing(self._path(name)):
            try:
                rest = memoryview(b"".join(members))
                while rest:  # an unbuffered write may take only a part
                    rest = rest[self._file.write(rest) :]
            except BaseException:
                os.ftruncate(self._file.fileno(), begin)
                raise
        self._lengths[name] = offset
        self._grown.add(name)
        return places

    def _finish_file(self) -> None:
        """Rename the present file, whether ``close`` has closed it or not."""
        path = self._open_path(self._name)
        if not self._name or not path.exists():
            return
        with writing(path):
            if self._file is not None:
                os.fsync(self._file.fileno())
                self.close()
            path.replace(self._path(self._name))
        self._folder_changed = True

    def _sync_folder(self) -> None:
        """New and renamed files stand in their folder after a power loss only where the folder itself was synced."""
        if self._folder_changed:
            sync_folder(self._folder / FOLDER)
            self._folder_changed = False


def _compressor(compression: str) -> Callable[[bytes], bytes]:
    if compression == Compression.NONE:
        return bytes
    if compression == Compression.ZSTD:
        # The proposal wants the size and the check sum in every frame.
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True, write_content_size=True).compress
    return gzip_member


def gzip_member(data: bytes) -> bytes:
    """Bytes as one gzip member of their own; equal bytes give equal members."""
    stream = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_FORM)
    return stream.compress(data) + stream.flush()

"""Hadoop path: a file in a Hadoop file system, with what of ``pathlib.Path`` the reading of archives asks for."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from portal_crawler.archive.hadoop_gateway import file_system
from portal_crawler.archive.wacz_layout import SUFFIX
from portal_crawler.errors import DamagedFileError, UsageError

# Bytes that are asked for at once: each question costs a millisecond.
_BUFFER = 1 << 20
_FILES = (".warc", ".warc.gz", ".warc.zst", SUFFIX)


@dataclass(frozen=True, slots=True)
class HadoopStat:
    """What the file system says of a file: its bytes, and when it was changed."""

    st_size: int
    st_mtime_ns: int


@dataclass(frozen=True, slots=True)
class HadoopPath:
    """A file at an address such as ``s3a://bucket/crawl.warc.gz``. It can be pickled, and opened wherever a gateway is.

    ``told`` is what the file system said when the file was looked up; ``None`` where there is none.
    """

    uri: str
    told: HadoopStat | None = None

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.uri.rstrip("/").rpartition("/")[2]

    def __str__(self) -> str:
        return self.uri

    def __truediv__(self, name: str) -> HadoopPath:
        """A file within a file: there is none."""
        return HadoopPath(f"{self.uri}/{name}")

    def exists(self) -> bool:
        """Whether it was there."""
        return self.told is not None

    def is_file(self) -> bool:
        """Whether it was there."""
        return self.told is not None

    def is_dir(self) -> bool:
        """Never: of folders the files are named."""
        return False

    def stat(self) -> HadoopStat:
        """What the file system said."""
        assert self.told is not None  # noqa: S101 - asked of files that are there
        return self.told

    def open(self, _: str = "rb") -> BinaryIO:
        """The file, to be read and sought in.

        :raises DamagedFileError: where it cannot be read any more.
        """
        return cast(BinaryIO, io.BufferedReader(_HadoopFile(self), _BUFFER))


def hadoop_paths(uri: str) -> list[HadoopPath]:
    """The files at an address: one, those of a folder that are WARC or WACZ files, or those that fit a pattern
    (``s3a://bucket/2004-*/*.warc.gz``); in the order of their addresses.

    :raises UsageError: where there are none, or the file system cannot be reached.
    """
    try:
        system, path = file_system(uri)
        found = list(system.globStatus(path) or ())
        folders = [one for one in found if one.isDirectory()]
        files = [one for one in found if not one.isDirectory()]
        files += [
            one
            for folder in folders
            for one in system.listStatus(folder.getPath())
            if not one.isDirectory() and one.getPath().getName().endswith(_FILES)
        ]
    except Exception as error:
        cure = "see that its file system can be reached from here, with the settings of spark.hadoop.*"
        raise UsageError(uri, f"cannot be looked up ({_told(error)})", cure) from error
    if not files:
        what = "has no WARC or WACZ files" if found else "is not there"
        raise UsageError(uri, what, "name a WARC or WACZ file, a folder of them, or a pattern")
    told = [
        HadoopPath(one.getPath().toString(), HadoopStat(one.getLen(), one.getModificationTime() * 1_000_000))
        for one in files
    ]
    return sorted(told, key=lambda one: one.uri)


class _HadoopFile(io.RawIOBase):
    """A file, read through the gateway."""

    def __init__(self, path: HadoopPath) -> None:
        self._path, self._at, self._size = path, 0, path.stat().st_size
        try:
            system, place = file_system(path.uri)
            self._stream = system.open(place)
        except Exception as error:
            raise self._damage(error) from error

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; the file system hears of it with the next reading."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer; 0 at the end of the file."""
        count = min(len(buffer), max(0, self._size - self._at))
        if not count:
            return 0
        try:
            if self._stream.getPos() != self._at:
                self._stream.seek(self._at)
            data = self._stream.readNBytes(count)
        except Exception as error:
            raise self._damage(error) from error
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed and hasattr(self, "_stream"):
            self._stream.close()
        super().close()

    def _damage(self, error: Exception) -> DamagedFileError:
        return DamagedFileError(self._path.uri, f"cannot be read ({_told(error)})", "run the same command again")


def _told(error: Exception) -> str:
    """What Java says, without the places in its code."""
    java = getattr(error, "java_exception", None)
    return str(java.toString() if java is not None else error).splitlines()[0][:200]

"""WACZ reading: the parts of any package where they stand, without unpacking it, and whether its digests fit.

Packages of this program, of py-wacz, Browsertrix and ArchiveWeb.page: plain indexes and those in blocks, lists of pages
stored or deflated. What is damaged is told with its path in the package, and the rest is read.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from portal_crawler.archive.cdxj_blocks import Block, read_map
from portal_crawler.archive.wacz_layout import ARCHIVE, DATAPACKAGE, DIGEST, INDEXES, PAGE_LISTS, SUFFIX
from portal_crawler.errors import DamagedFileError, UsageError

_COPY_AGAIN = "copy the package again"
_WARCS = (".warc", ".warc.gz", ".warc.zst")
_PLAIN_INDEXES = (".cdxj", ".cdx")
_PACKED_INDEXES = (".cdxj.gz", ".cdx.gz")
# The small JSON files at the root; datapackage.json of 10,000 resources has 3 MB.
_MOST_JSON = 256 * 1024 * 1024
_CHUNK = 1024 * 1024
_BUFFER = 64 * 1024
# The fixed part of a local file header, and where it has the lengths of name and extra field (APPNOTE.TXT 4.3.7).
_HEADER = struct.Struct("<4s22xHH")
_SIGNATURE = b"PK\x03\x04"
# What reading a member of a ZIP may raise where its bytes are not as they were.
_DAMAGE = (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, NotImplementedError, RuntimeError)


def is_wacz(path: Path) -> bool:
    """Whether a path is named as a package."""
    return path.name.endswith(SUFFIX)


def open_wacz(path: Path) -> Wacz:
    """A package that a person names.

    :raises UsageError: where there is no such file.
    :raises DamagedFileError: as ``Wacz`` does.
    """
    if not path.is_file():
        raise UsageError(str(path), "there is no such file", "name a WACZ file")
    return Wacz(path)


class Wacz:
    """An open package. Use from one thread; close after use.

    :raises DamagedFileError: where the file is no ZIP, or is cut off: what it holds stands in its last bytes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("rb")
        try:
            self._zip = zipfile.ZipFile(self._file)
        except (zipfile.BadZipFile, EOFError, struct.error) as error:
            self._file.close()
            problem = f"is no WACZ, or is cut off: the directory at the end of a ZIP is not there ({error})"
            raise DamagedFileError(str(path), problem, _COPY_AGAIN) from error
        self._infos = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}

    def __enter__(self) -> Wacz:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; members that were opened are closed by whoever opened them."""
        self._zip.close()
        self._file.close()

    @property
    def members(self) -> tuple[str, ...]:
        """The paths of all files in the package, in order."""
        return tuple(sorted(self._infos))

    @property
    def warcs(self) -> tuple[str, ...]:
        """The paths of the WARC files, in order of their names: the order in which a crawl wrote them."""
        return tuple(name for name in self.members if name.startswith(ARCHIVE) and name.lower().endswith(_WARCS))

    @property
    def page_lists(self) -> tuple[str, ...]:
        """The paths of the lists of pages, in order."""
        return tuple(name for name in self.members if name.startswith(PAGE_LISTS) and name.endswith(".jsonl"))

    def open(self, name: str) -> BinaryIO:
        """A member as a file that can be sought in: a part of the package where it is stored, unpacked else.

        :raises DamagedFileError: where there is none of that name, or its bytes cannot be had.
        """
        if name not in self._infos:
            raise DamagedFileError(str(self.path), f"has no {name}", _COPY_AGAIN)
        info = self._infos[name]
        try:
            if info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1:
                return self._part(info)
            return self._unpacked(info)
        except _DAMAGE as error:
            raise DamagedFileError(str(self.path), f"cannot be read ({error})", _COPY_AGAIN, name) from error

    def read(self, name: str, most: int = _MOST_JSON) -> bytes:
        """The content of a small member, ``most`` bytes of it at most.

        :raises DamagedFileError: as ``open`` does.
        """
        with self.open(name) as file:
            return file.read(most)

    def index_lines(self) -> Iterator[tuple[str, int, bytes]]:
        """Every line of every index as (path, number of the line from 1, the line), those of blocks unpacked.

        :raises DamagedFileError: where an index is damaged, behind the lines before.
        """
        for name in self.members:
            if name.startswith(INDEXES) and name.endswith((*_PLAIN_INDEXES, *_PACKED_INDEXES)):
                yield from self._lines(name, packed=name.endswith(_PACKED_INDEXES))

    def page_lines(self, name: str) -> Iterator[tuple[int, bytes]]:
        """The lines of a list of pages with their numbers from 1; the first is the list's head in most packages.

        :raises DamagedFileError: where the list is damaged, behind the lines before.
        """
        return ((number, line) for _, number, line in self._lines(name, packed=False))

    def datapackage(self) -> dict[str, Any]:
        """The content of ``datapackage.json``.

        :raises DamagedFileError: where it is missing or no JSON object with a list of resources.
        """
        return self._json(DATAPACKAGE, lambda value: isinstance(value.get("resources"), list))

    def digest(self) -> dict[str, Any] | None:
        """The content of ``datapackage-digest.json``; ``None`` where the package has none.

        :raises DamagedFileError: where it is no JSON object.
        """
        return self._json(DIGEST, lambda value: True) if DIGEST in self._infos else None

    def problems(self) -> Iterator[tuple[str, str]]:
        """What does not fit among the parts of the package, as (path, problem): a part that is missing, not listed or
        of another digest, a block of an index, the digest and signature of the whole.
        """
        try:
            listed = {str(one.get("path")): one for one in self.datapackage()["resources"] if isinstance(one, dict)}
        except DamagedFileError as error:
            yield error.place or DATAPACKAGE, error.problem
            listed = {}
        for path, resource in listed.items():
            if problem := self._resource_problem(path, resource):
                yield path, problem
        for path in self.members if listed else ():
            if path not in listed and path not in (DATAPACKAGE, DIGEST):
                yield path, f"is in the package, but not listed in {DATAPACKAGE}"
        if not self.warcs:
            yield ARCHIVE, "holds no WARC file"
        yield from self._block_problems()
        yield from self._digest_problems()

    def _resource_problem(self, path: str, resource: dict[str, Any]) -> str:
        if path not in self._infos:
            return f"is missing, but listed in {DATAPACKAGE}"
        label, _, value = str(resource.get("hash") or "").partition(":")
        if label not in ("sha256", "md5"):
            return f"has no digest of SHA-256 or MD5 in {DATAPACKAGE}"
        try:
            with self.open(path) as file:
                found, size = _hexdigest(file, label)
        except DamagedFileError as error:
            return error.problem
        if resource.get("bytes") not in (None, size):
            return f"is {size} bytes long, {resource['bytes']} in {DATAPACKAGE}"
        return "" if found == value.lower() else f"its digest is not that of {DATAPACKAGE}: the file was changed"

    def _block_problems(self) -> Iterator[tuple[str, str]]:
        """Maps of indexes whose blocks are not where they say."""
        for name in self.members:
            if not name.startswith(INDEXES) or not name.endswith(".idx"):
                continue
            try:
                for number, block in read_map(line for _, _, line in self._lines(name, packed=False)):
                    if problem := self._block_problem(block):
                        yield name, f"line {number}: {problem}"
            except DamagedFileError as error:
                yield name, error.problem

    def _block_problem(self, block: Block | None) -> str:
        if block is None:
            return "is no line of a map of blocks"
        if INDEXES + block.file not in self._infos:
            return f"names a file of blocks that is not there ({block.file})"
        with self.open(INDEXES + block.file) as file:
            file.seek(block.offset)
            data = file.read(block.length)
        if block.digest and block.digest != f"sha256:{hashlib.sha256(data).hexdigest()}":
            return f"its digest is not that of the block at byte {block.offset} of {block.file}"
        try:
            first = zlib.decompressobj(31).decompress(data)
        except zlib.error:
            first = b""
        if not first.startswith(block.prefix.encode()):
            return f"the block at byte {block.offset} of {block.file} begins with another key"
        return ""

    def _digest_problems(self) -> Iterator[tuple[str, str]]:
        try:
            stated = self.digest()
            if stated is None or DATAPACKAGE not in self._infos:
                return
            found = f"sha256:{hashlib.sha256(self.read(DATAPACKAGE)).hexdigest()}"
        except DamagedFileError as error:
            yield error.place or DIGEST, error.problem
            return
        if stated.get("hash") != found:
            yield DIGEST, f"its digest is not that of {DATAPACKAGE}: one of the two was changed"
        if "signedData" in stated:
            from portal_crawler.archive.wacz_signature import signature_problem  # few are signed, and it loads long

            if problem := signature_problem(stated["signedData"], found):
                yield DIGEST, problem

    def _json(self, name: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        try:
            value = json.loads(self.read(name))
        except ValueError as error:
            raise DamagedFileError(str(self.path), f"is not JSON ({error})", _COPY_AGAIN, name) from error
        if not isinstance(value, dict) or not holds(value):
            raise DamagedFileError(str(self.path), "is not the JSON object that it should be", _COPY_AGAIN, name)
        return value

    def _lines(self, name: str, *, packed: bool) -> Iterator[tuple[str, int, bytes]]:
        number = 0
        with self.open(name) as file:
            lines = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
            try:
                for number, line in enumerate(lines, start=1):
                    yield name, number, line
            except (*_DAMAGE, OSError) as error:
                place = f"{name}, behind line {number}"
                raise DamagedFileError(str(self.path), f"is damaged ({error})", _COPY_AGAIN, place) from error

    def _part(self, info: zipfile.ZipInfo) -> BinaryIO:
        file = self.path.open("rb")
        try:
            return io.BufferedReader(_Part(file, _data_start(file, info), info.file_size), _BUFFER)
        except BaseException:
            file.close()
            raise

    def _unpacked(self, info: zipfile.ZipInfo) -> BinaryIO:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever opens the member closes it
        try:
            with self._zip.open(info) as source:
                shutil.copyfileobj(source, file, _CHUNK)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return cast(BinaryIO, file)


def _data_start(file: BinaryIO, info: zipfile.ZipInfo) -> int:
    """Where the bytes of a stored member begin: behind its own header, whose length the directory does not know."""
    file.seek(info.header_offset)
    header = file.read(_HEADER.size)
    signature, name, extra = _HEADER.unpack(header) if len(header) == _HEADER.size else (b"", 0, 0)
    start: int = info.header_offset + _HEADER.size + name + extra
    if signature != _SIGNATURE or start + info.file_size > file.seek(0, os.SEEK_END):
        raise zipfile.BadZipFile("its header is not where the ZIP's directory says")
    return start


def _hexdigest(file: BinaryIO, algorithm: str) -> tuple[str, int]:
    """The digest of a file in hex, and its length in bytes."""
    digest, size = hashlib.new(algorithm, usedforsecurity=False), 0
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


class _Part(io.RawIOBase):
    """``length`` bytes of a file from ``start`` on, as a file of its own; closing it closes the file."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._start, self._length, self._at = file, start, length, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer; 0 at the end of the part."""
        count = min(len(buffer), max(0, self._length - self._at))
        self._file.seek(self._start + self._at)
        data = self._file.read(count)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def open_member(path: Path, name: str) -> BinaryIO:
    """A member of a package as a file of its own, which outlives the package: a part of the file, or unpacked."""
    with open_wacz(path) as wacz:
        return wacz.open(name)

"""WACZ writing: WARC files, their index and lists of pages as one package, in one pass and with flat memory.

The same content gives the same bytes: times and order follow from what is packed, never from the clock.
Format: https://specs.webrecorder.net/wacz/1.2.0/; see ``wacz_layout`` for what is chosen within it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from portal_crawler.archive.cdxj_blocks import blocks_of
from portal_crawler.archive.wacz_layout import DATAPACKAGE, DIGEST, INDEX_BLOCKS, INDEX_MAP, PROFILE, VERSION
from portal_crawler.disk import sync_folder, writing

# What the name of a package ends in until it is whole.
NEW = ".new"
_CHUNK = 1024 * 1024
_MODE = 0o644 << 16  # read by everyone, as tools that unpack it take it over
# What Frictionless allows in the name of a resource.
_NOT_IN_NAMES = re.compile(r"[^-a-z0-9._/]")


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the package: ``open`` gives its bytes; it is called once, and what it gives is closed.

    ``stored`` leaves them uncompressed in the ZIP, so that a player can fetch a part of them.
    """

    path: str
    open: Callable[[], BinaryIO]
    stored: bool = False


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """What the package says of itself. ``created`` is aware; it is the time of every file in the ZIP, too.

    ``description`` is Markdown. ``main_page`` is URL and time (RFC 3339) of the page that a player opens first.
    """

    title: str
    description: str
    software: str
    created: datetime
    main_page: tuple[str, str] | None = None


@dataclass(slots=True)
class Package:
    """What was written: the entries of ``resources`` in ``datapackage.json``, and that file's ``sha256:<hex>``."""

    resources: list[dict[str, Any]] = field(default_factory=list)
    digest: str = ""


def write_wacz(
    out: Path,
    warcs: Iterable[Member],
    index: Iterable[bytes],
    lists: Mapping[str, Iterable[bytes]],
    others: Iterable[Member],
    facts: PackageFacts,
    sign: Callable[[str], dict[str, str]] | None = None,
) -> Package:
    """Write a package; until it is whole and on the disk, its name ends in ``.new``.

    :param warcs: the WARC files, below ``archive/``.
    :param index: the CDXJ lines over all of them, in order of their bytes.
    :param lists: path below ``pages/`` -> its lines, ``pages/pages.jsonl`` among them.
    :param others: further files, in a folder of their own.
    :param sign: gives ``signedData`` for the digest of ``datapackage.json``.
    :raises DiskFullError: where there is no room; nothing is left behind then.
    """
    new = out.with_name(out.name + NEW)
    try:
        with _open(new, lambda: new.open("w+b")) as file:
            package = _Writing(file, new, facts.created).write(warcs, index, lists, others, facts, sign)
        with writing(out):
            new.replace(out)
            sync_folder(out.absolute().parent)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    return package


class _Writing:
    """A package that is being written into an open file."""

    def __init__(self, file: BinaryIO, path: Path, created: datetime) -> None:
        self._file, self._path = file, path
        self._zip = zipfile.ZipFile(file, "w")
        # A ZIP knows years from 1980 on.
        moment = max(created.astimezone(UTC), datetime(1980, 1, 1, tzinfo=UTC))
        self._time = moment.timetuple()[:6]
        self._package = Package()

    def write(
        self,
        warcs: Iterable[Member],
        index: Iterable[bytes],
        lists: Mapping[str, Iterable[bytes]],
        others: Iterable[Member],
        facts: PackageFacts,
        sign: Callable[[str], dict[str, str]] | None,
    ) -> Package:
        try:
            self._add_all([replace(one, stored=True) for one in warcs])
            self._add_index(index)
            for path, lines in lists.items():
                with self._spool(lines) as source:
                    self._add(path, source)
            self._add_all(others)
            self._add_datapackage(facts, sign)
            with writing(self._path):
                self._zip.close()
                self._file.flush()
                os.fsync(self._file.fileno())
        except BaseException:
            self._zip.fp = None  # else it writes its directory into the closed file when it is collected
            raise
        return self._package

    def _add_all(self, members: Iterable[Member]) -> None:
        for member in members:
            with member.open() as source:
                self._add(member.path, source, stored=member.stored)

    def _add(self, path: str, source: BinaryIO, *, stored: bool = False, listed: bool = True) -> None:
        """Copy a file into the ZIP, its digest taken on the way."""
        with writing(self._path):  # a spooled file is flushed here
            size = source.seek(0, os.SEEK_END)
        source.seek(0)
        info = zipfile.ZipInfo(path, self._time)
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        info.external_attr = _MODE
        digest = hashlib.sha256()
        with writing(self._path):
            # wabac.js reckons the place of a file's data from the directory at the ZIP's end, and takes the header
            # before the data to be of the same length: ZIP64's field may stand there only where both need it.
            target = self._zip.open(info, "w", force_zip64=size > zipfile.ZIP64_LIMIT)
        try:
            for chunk in _chunks(source):
                digest.update(chunk)
                with writing(self._path):
                    target.write(chunk)
            with writing(self._path):
                target.close()
        except BaseException:
            with suppress(OSError, RuntimeError):  # the first error is the one to tell
                target.close()
            raise
        if listed:
            self._package.resources.append(
                {"name": self._name(path), "path": path, "hash": f"sha256:{digest.hexdigest()}", "bytes": size}
            )

    def _name(self, path: str) -> str:
        """The name of a resource: its file's, or the whole path where that is taken."""
        short, whole = (_NOT_IN_NAMES.sub("-", text.lower()) for text in (path.rpartition("/")[2], path))
        return whole if any(one["name"] == short for one in self._package.resources) else short

    def _add_index(self, lines: Iterable[bytes]) -> None:
        name = INDEX_BLOCKS.rpartition("/")[2]
        with self._spool([]) as blocks, self._spool(self._map(lines, blocks, name)) as entries:
            self._add(INDEX_BLOCKS, blocks, stored=True)
            self._add(INDEX_MAP, entries)

    def _map(self, lines: Iterable[bytes], blocks: BinaryIO, name: str) -> Iterator[bytes]:
        for member, entry in blocks_of(lines, name):
            with writing(self._path):
                blocks.write(member)
            yield entry

    @contextmanager
    def _spool(self, lines: Iterable[bytes]) -> Iterator[BinaryIO]:
        """Lines in a temporary file beside the package, so that their length is known before they go into the ZIP."""
        folder = self._path.absolute().parent
        with _open(self._path, lambda: tempfile.TemporaryFile(dir=folder)) as file:
            for line in lines:
                with writing(self._path):
                    file.write(line)
            yield file

    def _add_datapackage(self, facts: PackageFacts, sign: Callable[[str], dict[str, str]] | None) -> None:
        content = _json(datapackage(facts, self._package.resources))
        self._package.digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        about: dict[str, Any] = {"path": DATAPACKAGE, "hash": self._package.digest}
        if sign is not None:
            about["signedData"] = sign(self._package.digest)
        for path, data in ((DATAPACKAGE, content), (DIGEST, _json(about))):
            with self._spool([data]) as source:
                self._add(path, source, listed=False)


def datapackage(facts: PackageFacts, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """The content of ``datapackage.json``, with the main page as versions 1.1.1 and 1.2.0 each write it."""
    url, moment = facts.main_page or (None, None)
    main = {"mainPageUrl": url, "mainPageDate": moment, "home": {"url": url, "ts": moment}} if url else {}
    created = rfc3339(facts.created)
    return {
        "profile": PROFILE,
        "wacz_version": VERSION,
        "title": facts.title,
        "description": facts.description,
        "created": created,
        "modified": created,
        "software": facts.software,
        **main,
        # What ReplayWeb.page shows as the collection's name; it does not look at the title above.
        "metadata": {"title": facts.title, "desc": facts.description},
        "resources": resources,
    }


def rfc3339(moment: datetime) -> str:
    """An aware time in UTC, to the second, as ``created`` has it.

    >>> rfc3339(datetime(2004, 10, 15, 8, 30, 0, 5, UTC))
    '2004-10-15T08:30:00Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def _open(path: Path, opener: Callable[[], BinaryIO]) -> Iterator[BinaryIO]:
    """An open file; what the disk says when it is opened and closed is told as of ``path``."""
    with writing(path):
        file = opener()
    try:
        yield file
    finally:
        with writing(path):
            file.close()


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk

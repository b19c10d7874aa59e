"""WACZ originals: copies of the records of earlier crawls whose content a crawl's revisit records repeat.

They make a package whole by itself. Each is copied as it is, with a metadata record that calls it an ``original``, so
that reading the package again takes it for no page of this crawl.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from portal_crawler.archive.cdxj import cdxj_line
from portal_crawler.archive.response_capture import stands_for
from portal_crawler.archive.wacz_layout import ARCHIVE
from portal_crawler.archive.wacz_write import Member
from portal_crawler.archive.warc_collection import WarcCollection
from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord
from portal_crawler.archive.warc_record import RecordType, WarcRecord, warc_fields, warcinfo_record
from portal_crawler.archive.warc_write import gzip_member
from portal_crawler.capture import WarcPlace
from portal_crawler.disk import writing
from portal_crawler.errors import StateError
from portal_crawler.records.archive_sources import archives_of, earlier_archives
from portal_crawler.records.capture_fields import Outcome

_SUFFIX = "-originals.warc.gz"
_CURE = "put the folder of the crawl before back where crawl.json names it, or crawl without --since"


@dataclass(frozen=True, slots=True)
class Originals:
    """The file of copies as a member of a package, and the index lines of its responses, in order of their bytes.

    ``member`` is ``None`` where nothing is copied. ``unlisted``: name of file and offset of each revisit record of the
    crawl that the index of the package has no line for (``stands_for``).
    """

    member: Member | None
    index: list[bytes]
    unlisted: set[tuple[str, int]]


@contextmanager
def originals_of(folder: Path, prefix: str, software: str, ended: datetime) -> Iterator[Originals]:
    """The copies for the package of a crawl, in a private file while the block runs.

    :param prefix: of the file's name, as the crawl's own files have it.
    :param ended: when the crawl ended, aware; the file's own date, so that the same crawl gives the same bytes.
    :raises StateError: where the content of a revisit record is not to be found.
    """
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / f"{prefix}{_SUFFIX}"
        index, unlisted = _write(path, folder, software, ended)
        member = Member(ARCHIVE + path.name, partial(_opened, path)) if index else None
        yield Originals(member, sorted(index), unlisted)


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _write(path: Path, folder: Path, software: str, ended: datetime) -> tuple[list[bytes], set[tuple[str, int]]]:
    """Write the file; the index lines of its responses, none where no record is needed, and what is ``unlisted``."""
    own = archives_of((folder,))
    copied, index, unlisted, offset = set[str](), list[bytes](), set[tuple[str, int]](), 0
    with WarcCollection(own, earlier_archives(folder)) as collection, writing(path), path.open("wb") as file:
        for revisit in (one for archive in own for one in archive.records()):
            if isinstance(revisit, Damage) or revisit.kind != "revisit":
                continue
            original = collection.original(revisit)
            if isinstance(original, Damage):
                raise StateError(str(folder), original.problem, _CURE, f"byte {original.offset} of {original.file}")
            if stands_for(original, revisit):
                unlisted.add((revisit.place.file.rpartition("/")[2], revisit.place.offset))
            record_id = original.header("WARC-Record-ID") or ""
            if record_id in copied or _is_own(original, own[0].sources):
                continue
            if not copied:
                offset += file.write(gzip_member(_warcinfo(path.name, software, ended).to_bytes()))
            copied.add(record_id)
            member = gzip_member(_as_it_stands(original))
            index.append(_line(original, WarcPlace(ARCHIVE + path.name, offset, len(member), record_id)))
            offset += file.write(member)
            offset += file.write(gzip_member(_note(original).to_bytes()))
    return index, unlisted


def _is_own(record: ReadRecord, sources: tuple[object, ...]) -> bool:
    return record.place.file in {getattr(source, "name", "") for source in sources}


def _as_it_stands(record: ReadRecord) -> bytes:
    """The bytes of a record as its own file has them."""
    lines = [record.version, *(f"{name}: {value}" for name, value in record.headers), "", ""]
    return "\r\n".join(lines).encode() + record.block + b"\r\n\r\n"


def _warcinfo(name: str, software: str, ended: datetime) -> WarcRecord:
    fields = (
        ("software", software),
        ("format", "WARC File Format 1.1"),
        ("description", "Copies of records of earlier crawls, whose content the revisit records of this one repeat"),
    )
    return warcinfo_record(name, fields, ended, _new_id(name))


def _note(original: ReadRecord) -> WarcRecord:
    """What calls a copy an original."""
    record_id = original.header("WARC-Record-ID") or ""
    headers = (
        ("WARC-Concurrent-To", record_id),
        ("WARC-Target-URI", original.header("WARC-Target-URI") or ""),
        ("Content-Type", "application/warc-fields"),
    )
    assert original.date is not None  # noqa: S101 - it was found by its date
    block = warc_fields([("outcome", Outcome.ORIGINAL.value)])
    return WarcRecord(RecordType.METADATA, _new_id(record_id)(), original.date, headers, block)


def _new_id(name: str) -> Callable[[], str]:
    """An id that follows from what it is for, so that the same crawl gives the same package."""
    return lambda: f"<{uuid.uuid5(uuid.NAMESPACE_URL, f'portal-crawler:original:{name}').urn}>"


def _line(original: ReadRecord, place: WarcPlace) -> bytes:
    assert original.date is not None  # noqa: S101 - it was found by its date
    return cdxj_line(WarcRecord(RecordType.RESPONSE, "", original.date, original.headers, original.block), place)

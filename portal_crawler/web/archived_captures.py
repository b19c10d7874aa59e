"""Archived captures: the capture that a person means by an address and a time, from a crawl's WARC files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portal_crawler.archive.response_capture import response_capture, revisit_capture
from portal_crawler.archive.warc_collection import Found, WarcCollection
from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord
from portal_crawler.capture import Capture
from portal_crawler.errors import DamagedFileError
from portal_crawler.records.archive_sources import collection_of
from portal_crawler.records.clean import clean_text
from portal_crawler.records.recorded_place import files_named

# Bytes of an unpacked body that are shown, at most.
_MOST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: an address, and the time (14 digits, or fewer from the left) that it is nearest to; or the
    place of its record, which needs no index.
    """

    url: str
    timestamp: str = ""
    file: str = ""
    offset: int = -1


def capture_for(folder: Path, wanted: Wanted) -> Capture | None:
    """The capture of an address; ``None`` where the archive has none.

    :raises DamagedFileError: where its record cannot be read.
    :raises UsageError: where the crawl keeps no archive.
    """
    with collection_of(folder) as archives:
        if wanted.offset >= 0:
            return _at_place(folder, wanted, archives)
        found = _nearest(archives.captures(wanted.url), wanted.timestamp)
        return None if found is None else _capture(found.read(), archives)


def _nearest(found: list[Found], timestamp: str) -> Found | None:
    """The capture next to a time; the last one where none is given."""
    if not timestamp:
        return found[-1] if found else None
    # Read as numbers, years weigh more than months: the nearest is the nearest.
    moment = int(timestamp.ljust(14, "0")[:14])
    return min(found, key=lambda one: abs(int(one.entry.timestamp) - moment), default=None)


def _at_place(folder: Path, wanted: Wanted, archives: WarcCollection) -> Capture | None:
    found = [file.record_at(wanted.offset) for file in files_named(folder, wanted.file)]
    damage = next((one for one in found if isinstance(one, Damage)), None)
    record = next((one for one in found if isinstance(one, ReadRecord) and _is_at(one, wanted)), damage)
    return None if record is None else _capture(record, archives)


def _is_at(record: ReadRecord, wanted: Wanted) -> bool:
    return wanted.url in (record.url, clean_text(record.url))  # the second as records have it


def _capture(record: ReadRecord | Damage, archives: WarcCollection) -> Capture | None:
    original = record
    if isinstance(record, ReadRecord) and record.kind == "revisit":
        original = archives.original(record)
    for one in (record, original):
        if isinstance(one, Damage):
            cure = "see what else is wrong with portal-crawler verify"
            raise DamagedFileError(one.file, one.problem, cure, f"byte {one.offset}")
    if not isinstance(record, ReadRecord) or record.kind not in ("response", "revisit"):
        return None
    if record.kind == "revisit" and isinstance(original, ReadRecord):
        return revisit_capture(record, original, _MOST)
    return response_capture(record, _MOST)

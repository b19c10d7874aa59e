"""Replay: the captures that WARC files hold, in the order in which they were written. No Scrapy, no network.

What a crawl of ours wrote comes with how each page was found (``via``, ``depth``), from the metadata record behind its
response; its robots.txt files and the answers that were asked for again are no pages. In the files of other writers
every response to an address but a robots.txt is a page, the first of each address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urlsplit

from portal_crawler.archive.response_capture import response_capture, revisit_capture
from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord
from portal_crawler.capture import Capture
from portal_crawler.records.capture_fields import EARLIER_STORY, Outcome

_OUTLINK = b"outlink: "


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A record that becomes no page: where it stands, its URL, and why."""

    file: str
    offset: int
    url: str
    reason: str


class Originals(Protocol):
    """Where the content of revisit records is found."""

    def original(self, revisit: ReadRecord) -> ReadRecord | Damage:
        """The response whose content a revisit record repeats, or why there is none."""
        ...


def captures_in(
    records: Iterable[ReadRecord | Damage], most: int, originals: Originals
) -> Iterator[Capture | PassedOver | Damage]:
    """The captures among the records of WARC files, what was passed over, and what is damaged.

    :param most: bytes of an unpacked body, at most.
    """
    for found, fields in with_fields(records):
        yield found if isinstance(found, Damage) else _settled(found, fields, most, originals)


def with_fields(records: Iterable[ReadRecord | Damage]) -> Iterator[tuple[ReadRecord | Damage, dict[str, str]]]:
    """The responses and revisits among records, each with the fields of its metadata record; and the damage."""
    waiting: ReadRecord | None = None
    for found in records:
        if isinstance(found, Damage):
            yield found, {}
        elif found.kind in ("response", "revisit"):
            if waiting is not None:
                yield waiting, {}
            waiting = found
        elif found.kind == "metadata" and waiting is not None and _is_of(found, waiting):
            yield waiting, _fields(found)
            waiting = None
    if waiting is not None:
        yield waiting, {}


def _is_of(metadata: ReadRecord, response: ReadRecord) -> bool:
    return metadata.header("WARC-Concurrent-To") == response.header("WARC-Record-ID")


def _fields(metadata: ReadRecord) -> dict[str, str]:
    """The first value of each field of a metadata record's block (application/warc-fields); not of its outlinks."""
    found: dict[str, str] = {}
    for line in metadata.block.split(b"\r\n"):
        if line.startswith(_OUTLINK):  # most of the lines
            continue
        name, colon, value = line.decode("utf-8", "replace").partition(": ")
        if colon:
            found.setdefault(name, value)
    return found


def _settled(
    record: ReadRecord, fields: dict[str, str], most: int, originals: Originals
) -> Capture | PassedOver | Damage:
    if reason := no_page(record, fields):
        return PassedOver(record.place.file, record.place.offset, record.url, reason)
    return read_capture(record, fields, most, originals)


def read_capture(record: ReadRecord, fields: dict[str, str], most: int, originals: Originals) -> Capture | Damage:
    """The capture of a response or revisit that is a page.

    :param fields: those of its metadata record, as ``with_fields`` gives them.
    """
    capture: Capture | Damage = response_capture(record, most)
    if record.kind == "revisit":
        original = originals.original(record)
        capture = original if isinstance(original, Damage) else revisit_capture(record, original, most)
    if isinstance(capture, Damage):
        return capture
    depth = fields.get("depth", "")
    return replace(
        capture,
        via=fields.get("via"),
        depth=int(depth) if depth.isdecimal() else None,
        hops=fields.get("hopsFromSeed", ""),
        earlier_story=fields.get(EARLIER_STORY),
    )


def no_page(record: ReadRecord, fields: dict[str, str]) -> str:
    """Why a response or revisit is no page, or ""."""
    outcome = fields.get("outcome", Outcome.PAGE)
    if outcome != Outcome.PAGE:
        return f"outcome: {outcome}"
    if not record.url.startswith(("http://", "https://")):
        return "no http or https address"
    if "outcome" not in fields and urlsplit(record.url).path == "/robots.txt":
        return "a robots.txt"
    media = (record.header("Content-Type") or "").partition(";")[0].strip().lower()
    return "" if media == "application/http" else f"its block is {media or 'of no type'}, not an HTTP response"

"""Response capture: an HTTP response as the library reads it, from the wire or from an archive alike. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from portal_crawler.archive.content_coding import undo_content_coding
from portal_crawler.archive.http_message import HttpResponse, read_response
from portal_crawler.archive.surt import cdx_key
from portal_crawler.archive.warc_read import ReadRecord
from portal_crawler.archive.warc_record import labelled_digest
from portal_crawler.capture import Capture, RevisitOf, RevisitProfile, WarcPlace
from portal_crawler.urls import location_text, resolve

_REDIRECTS = range(300, 400)
# Stands where a record has no date that can be read.
_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


def capture_of(
    url: str,
    message: HttpResponse,
    fetched_at: datetime | None,
    *,
    most: int,
    warc: WarcPlace | None = None,
    via: str | None = None,
    depth: int | None = None,
    hops: str = "",
) -> Capture:
    """The capture of one response. Its final URL is the target of a redirect.

    :param most: bytes of the unpacked body, at most; a longer one is cut off there.
    """
    body, problems = undo_content_coding(message.payload, message.headers, most)
    location = message.header(b"location") if message.status in _REDIRECTS else None
    target = resolve(url, location_text(location)) if location else None
    return Capture(
        url=url,
        final_url=target or url,
        status=message.status,
        headers=message.headers,
        body=body,
        fetched_at=fetched_at,
        payload_digest=labelled_digest(message.payload),
        warc=warc,
        via=via,
        depth=depth,
        hops=hops,
        problems=(*message.problems, *problems),
    )


def response_capture(record: ReadRecord, most: int) -> Capture:
    """The capture that a response record holds, its place included; see ``capture_of``."""
    return capture_of(record.url, read_response(record.block), record.date, most=most, warc=record.place)


def unchanged(capture: Capture, original: ReadRecord, most: int) -> Capture:
    """What an answer of 304 means: the original record's content (RFC 9111 section 4.3.4), fetched now."""
    content = response_capture(original, most)
    return replace(
        capture,
        status=content.status,
        headers=content.headers,
        body=content.body,
        payload_digest=content.payload_digest,
        problems=content.problems,
    )


def revisit_capture(record: ReadRecord, original: ReadRecord, most: int) -> Capture:
    """The capture that a revisit record stands for: its circumstances, with the content of the original record."""
    message, not_modified = read_response(record.block), is_not_modified(record)
    if not not_modified:  # its own head, with the payload that was left out
        message = replace(message, payload=read_response(original.block).payload, whole=True, problems=())
    capture = capture_of(record.url, message, record.date, most=most, warc=record.place)
    if not_modified:
        capture = unchanged(capture, original, most)
    return replace(capture, revisit=revisit_of(original, not_modified))


def revisit_of(original: ReadRecord, not_modified: bool) -> RevisitOf:
    """What a revisit of a record is to say of it."""
    digest = original.header("WARC-Payload-Digest") or labelled_digest(read_response(original.block).payload)
    return RevisitOf(
        profile=RevisitProfile.NOT_MODIFIED if not_modified else RevisitProfile.IDENTICAL,
        url=original.url,
        date=original.date or _NO_DATE,
        payload_digest=digest,
        record_id=original.header("WARC-Record-ID"),
    )


def is_not_modified(record: ReadRecord) -> bool:
    """Whether a revisit record is of the profile server-not-modified, by any version's name of it."""
    return (record.header("WARC-Profile") or "").rstrip("/").endswith(RevisitProfile.NOT_MODIFIED)


def stands_for(original: ReadRecord, revisit: ReadRecord) -> bool:
    """Whether an index needs no line for a revisit record, beside that of the record that it repeats.

    So it is with a 304 of the same address: what players find by its own line is an empty page.
    """
    keys = {cdx_key((record.header("WARC-Target-URI") or record.url).strip("<>")) for record in (original, revisit)}
    return is_not_modified(revisit) and len(keys) == 1

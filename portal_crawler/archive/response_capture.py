"""Response capture: an HTTP response as the library reads it, from the wire or from an archive alike. Pure."""

from __future__ import annotations

from datetime import datetime

from portal_crawler.archive.content_coding import undo_content_coding
from portal_crawler.archive.http_message import HttpResponse, read_response
from portal_crawler.archive.warc_read import ReadRecord
from portal_crawler.archive.warc_record import labelled_digest
from portal_crawler.capture import Capture, WarcPlace
from portal_crawler.urls import resolve

_REDIRECTS = range(300, 400)


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
    target = resolve(url, location.decode("utf-8", "replace")) if location else None
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

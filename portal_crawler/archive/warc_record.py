"""WARC records: what is written of an exchange, in the form of WARC/1.1. Pure: ids and times arrive as arguments.

Source: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/; WARC-Protocol and
WARC-Cipher-Suite: https://iipc.github.io/warc-specifications/specifications/warc-extensions/.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from portal_crawler.archive.exchange import Exchange, Truncation
from portal_crawler.archive.http_message import HttpResponse, read_response, request_line, request_payload
from portal_crawler.archive.warc_date import warc_date
from portal_crawler.capture import RevisitOf, RevisitProfile

Fields = tuple[tuple[str, str], ...]

REQUESTED_URL = "WARC-Requested-URL"
"""A named field of ours (section 5.1 has readers pass over it): the URL as it was asked for, where the valid URI in
WARC-Target-URI cannot say it exactly (``|`` and ``%7C`` are different bytes to a server)."""

_PROFILES = "http://netpreserve.org/warc/1.1/revisit/"
# What RFC 3986 allows in a URI; "%" stays, for an escape and for a sign that only looks like one.
_URI_CHARACTERS = "!#$%&'()*+,/:;=?@[]~-._"
_LINE_BREAKS = re.compile(r"[\r\n\x00]+\s*")


class RecordType(StrEnum):
    """The types of WARC/1.1 section 6 that are written here, and those that are read besides."""

    WARCINFO = "warcinfo"
    REQUEST = "request"
    RESPONSE = "response"
    METADATA = "metadata"
    REVISIT = "revisit"
    RESOURCE = "resource"
    CONVERSION = "conversion"
    CONTINUATION = "continuation"


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record. ``record_id`` is such as ``<urn:uuid:...>``, ``date`` aware, ``headers`` the further named fields."""

    kind: RecordType
    record_id: str
    date: datetime
    headers: Fields = ()
    block: bytes = b""

    def to_bytes(self) -> bytes:
        """The whole record as it stands in a file, uncompressed: header, block and the two line ends behind it."""
        lines = [
            f"WARC-Type: {self.kind}",
            f"WARC-Record-ID: {self.record_id}",
            f"WARC-Date: {warc_date(self.date)}",
            *(f"{name}: {_one_line(value)}" for name, value in self.headers),
            f"WARC-Block-Digest: {labelled_digest(self.block)}",
            f"Content-Length: {len(self.block)}",
        ]
        return b"".join(
            (b"WARC/1.1\r\n", "\r\n".join(lines).encode("utf-8", "replace"), b"\r\n\r\n", self.block, b"\r\n\r\n")
        )


def labelled_digest(data: bytes) -> str:
    """``sha256:<hex>``, the form of WARC-Block-Digest and WARC-Payload-Digest (sections 5.8 and 5.9)."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def target_uri(url: str) -> str:
    """A URL as the valid URI of WARC-Target-URI (RFC 3986): what may not stand in one becomes escaped UTF-8.

    >>> target_uri("http://portal.test/новости a|b?x=%d6")
    'http://portal.test/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8%20a%7Cb?x=%d6'
    """
    return quote(url, safe=_URI_CHARACTERS, errors="replace")


def exchange_records(
    exchange: Exchange,
    warcinfo_id: str,
    new_id: Callable[[], str],
    revisit: RevisitOf | None = None,
    message: HttpResponse | None = None,
) -> tuple[WarcRecord, ...]:
    """The records of one exchange: the response (or revisit), then the request that points to it.

    :param warcinfo_id: the id of the file's warcinfo record; "" leaves the field out.
    :param new_id: gives a fresh ``<urn:uuid:...>`` at each call.
    :param revisit: the earlier capture where the content is the same: the response becomes a revisit record.
    :param message: the response as read already; it is read here where missing.
    :return: no response record where nothing came, no request record where nothing was sent.
    """
    circumstances = _circumstances(exchange, warcinfo_id)
    records: list[WarcRecord] = []
    if exchange.response:
        message = message or read_response(exchange.response, request_line(exchange.request)[0])
        if revisit:
            records.append(_revisit(exchange, circumstances, new_id(), message, revisit))
        else:
            records.append(_response(exchange, circumstances, new_id(), message))
    if exchange.request:
        body = request_payload(exchange.request)
        headers = (
            *_concurrent_to(records),
            *circumstances,
            *((("WARC-Payload-Digest", labelled_digest(body)),) if body else ()),
            ("Content-Type", "application/http;msgtype=request"),
        )
        records.append(WarcRecord(RecordType.REQUEST, new_id(), exchange.started, headers, exchange.request))
    return tuple(records)


def metadata_record(
    exchange: Exchange,
    fields: Iterable[tuple[str, str]],
    warcinfo_id: str,
    new_id: Callable[[], str],
    records: tuple[WarcRecord, ...] = (),
) -> WarcRecord:
    """What is known of an exchange beside its bytes (section 6.6).

    :param fields: such as ``("via", URL)``, ``("hopsFromSeed", "LL")``, ``("fetchTimeMs", "17")``; names may repeat.
    :param records: those of the exchange; it points to the first, the response or else the request.
    """
    headers = (
        *_concurrent_to(records),
        *_target(exchange.url),
        *_warcinfo(warcinfo_id),
        ("Content-Type", "application/warc-fields"),
    )
    return WarcRecord(RecordType.METADATA, new_id(), exchange.started, headers, warc_fields(fields))


def warcinfo_record(
    filename: str, fields: Iterable[tuple[str, str]], date: datetime, new_id: Callable[[], str]
) -> WarcRecord:
    """What stands at the head of a file (section 6.2): fields such as software, operator, robots, isPartOf."""
    headers = (("WARC-Filename", filename), ("Content-Type", "application/warc-fields"))
    return WarcRecord(RecordType.WARCINFO, new_id(), date, headers, warc_fields(fields))


def warc_fields(fields: Iterable[tuple[str, str]]) -> bytes:
    r"""A block of the type application/warc-fields: one line a field, line breaks within a value become a space.

    >>> warc_fields([("via", "http://portal.test/"), ("note", "two\nlines")])
    b'via: http://portal.test/\r\nnote: two lines\r\n'
    """
    return "".join(f"{name}: {_one_line(value)}\r\n" for name, value in fields).encode("utf-8", "replace")


def _response(exchange: Exchange, circumstances: Fields, record_id: str, message: HttpResponse) -> WarcRecord:
    headers = (
        *circumstances,
        *_truncated(exchange.truncated),
        ("WARC-Payload-Digest", labelled_digest(message.payload)),
        ("Content-Type", "application/http;msgtype=response"),
    )
    return WarcRecord(RecordType.RESPONSE, record_id, exchange.started, headers, exchange.response)


def _revisit(
    exchange: Exchange, circumstances: Fields, record_id: str, message: HttpResponse, of: RevisitOf
) -> WarcRecord:
    """Section 6.7: a 304 is kept whole; the same payload is left out, which is truncation by length (section 6.7.2)."""
    not_modified = of.profile is RevisitProfile.NOT_MODIFIED
    block = exchange.response if not_modified else exchange.response[: message.head_length]
    cut = Truncation.LENGTH if len(block) < len(exchange.response) else exchange.truncated
    headers = (
        *circumstances,
        ("WARC-Profile", _PROFILES + of.profile),
        *((("WARC-Refers-To", of.record_id),) if of.record_id else ()),
        ("WARC-Refers-To-Target-URI", target_uri(of.url)),
        ("WARC-Refers-To-Date", warc_date(of.date)),
        *_truncated(cut),
        ("WARC-Payload-Digest", of.payload_digest),
        ("Content-Type", "application/http;msgtype=response"),
    )
    return WarcRecord(RecordType.REVISIT, record_id, exchange.started, headers, block)


def _circumstances(exchange: Exchange, warcinfo_id: str) -> Fields:
    """The fields that response and request share."""
    return (
        *_target(exchange.url),
        *((("WARC-IP-Address", exchange.ip.partition("%")[0]),) if exchange.ip else ()),
        *(("WARC-Protocol", name) for name in exchange.protocols),
        *((("WARC-Cipher-Suite", exchange.cipher),) if exchange.cipher else ()),
        *_warcinfo(warcinfo_id),
    )


def _target(url: str) -> Fields:
    uri = target_uri(url)
    if uri == url or not url.isprintable():
        return (("WARC-Target-URI", uri),)
    return (("WARC-Target-URI", uri), (REQUESTED_URL, url))


def _warcinfo(warcinfo_id: str) -> Fields:
    return (("WARC-Warcinfo-ID", warcinfo_id),) if warcinfo_id else ()


def _concurrent_to(records: Iterable[WarcRecord]) -> Fields:
    return tuple(("WARC-Concurrent-To", record.record_id) for record in list(records)[:1])


def _truncated(why: Truncation | None) -> Fields:
    return (("WARC-Truncated", why),) if why else ()


def _one_line(value: str) -> str:
    return _LINE_BREAKS.sub(" ", value) if "\n" in value or "\r" in value or "\x00" in value else value

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.archive.exchange import Exchange
from portal_crawler.archive.warc_date import read_warc_date, warc_date
from portal_crawler.archive.warc_record import (
    RecordType,
    WarcRecord,
    exchange_records,
    metadata_record,
    target_uri,
    warcinfo_record,
)
from portal_crawler.capture import RevisitOf, RevisitProfile
from tests.archive.exchanges import RESPONSES, STARTED, STORY, a_truncated_exchange, an_exchange, new_ids

INFO = "<urn:uuid:00000000-0000-0000-0000-00000000ffff>"
EARLIER = RevisitOf(
    RevisitProfile.IDENTICAL,
    "http://portal.test/plain",
    STARTED - timedelta(days=30),
    "sha256:" + "ab" * 32,
    "<urn:uuid:1>",
)


def records_of(exchange: Exchange, revisit: RevisitOf | None = None) -> tuple[WarcRecord, ...]:
    return exchange_records(exchange, INFO, new_ids(), revisit)


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def test_a_record_stands_as_the_standard_has_it() -> None:
    exchange = an_exchange("empty", protocols=("http/1.1", "tls/1.3"), cipher="TLS_AES_256_GCM_SHA384")
    response, request = records_of(exchange)
    block = exchange.response
    assert response.to_bytes().decode() == (
        "WARC/1.1\r\n"
        "WARC-Type: response\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        "WARC-Date: 2004-10-15T08:30:00.123Z\r\n"
        "WARC-Target-URI: http://portal.test/empty\r\n"
        "WARC-IP-Address: 127.0.0.1\r\n"
        "WARC-Protocol: http/1.1\r\n"
        "WARC-Protocol: tls/1.3\r\n"
        "WARC-Cipher-Suite: TLS_AES_256_GCM_SHA384\r\n"
        f"WARC-Warcinfo-ID: {INFO}\r\n"
        f"WARC-Payload-Digest: {digest(b'')}\r\n"
        "Content-Type: application/http;msgtype=response\r\n"
        f"WARC-Block-Digest: {digest(block)}\r\n"
        f"Content-Length: {len(block)}\r\n"
        "\r\n"
        f"{block.decode()}"
        "\r\n\r\n"
    )
    assert ("WARC-Concurrent-To", response.record_id) in request.headers
    assert request.to_bytes().endswith(exchange.request + b"\r\n\r\n")
    assert request.date == response.date


@pytest.mark.parametrize("name", RESPONSES)
def test_the_block_is_what_passed_the_wire(name: str) -> None:
    exchange = an_exchange(name)
    response, request = records_of(exchange)
    assert response.block == exchange.response
    assert request.block == exchange.request


def test_the_payload_digest_is_over_the_body_without_chunks() -> None:
    response, _ = records_of(an_exchange("chunked"))
    assert ("WARC-Payload-Digest", digest(STORY)) in response.headers


def test_a_request_with_a_body_has_a_payload_digest() -> None:
    post = b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na=b"
    _, request = records_of(an_exchange(request=post))
    assert ("WARC-Payload-Digest", digest(b"a=b")) in request.headers
    _, request = records_of(an_exchange())
    assert "WARC-Payload-Digest" not in dict(request.headers)


def test_a_truncated_response_says_why() -> None:
    response, request = records_of(a_truncated_exchange())
    assert ("WARC-Truncated", "disconnect") in response.headers
    assert "WARC-Truncated" not in dict(request.headers)


def test_where_nothing_came_the_request_stands_alone_and_metadata_points_to_it() -> None:
    exchange = an_exchange(response=b"")
    records = records_of(exchange)
    assert [record.kind for record in records] == [RecordType.REQUEST]
    metadata = metadata_record(exchange, [("via", "http://portal.test/")], INFO, new_ids(), records)
    assert metadata.headers[0] == ("WARC-Concurrent-To", records[0].record_id)
    assert metadata.block == b"via: http://portal.test/\r\n"
    assert records_of(an_exchange(request=b"", response=b"")) == ()


def test_the_same_payload_is_a_revisit_of_the_head_alone() -> None:
    exchange = an_exchange("plain")
    revisit, request = records_of(exchange, EARLIER)
    headers = dict(revisit.headers)
    assert revisit.kind is RecordType.REVISIT
    assert revisit.block == exchange.response.removesuffix(STORY)
    assert headers["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert headers["WARC-Truncated"] == "length"
    assert headers["WARC-Payload-Digest"] == EARLIER.payload_digest
    assert headers["WARC-Refers-To"] == "<urn:uuid:1>"
    assert headers["WARC-Refers-To-Target-URI"] == "http://portal.test/plain"
    assert headers["WARC-Refers-To-Date"] == "2004-09-15T08:30:00.123Z"
    assert ("WARC-Concurrent-To", revisit.record_id) in request.headers


def test_not_modified_is_a_revisit_with_the_whole_answer() -> None:
    exchange = an_exchange(response=b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n")
    revisit, _ = records_of(exchange, replace(EARLIER, profile=RevisitProfile.NOT_MODIFIED))
    headers = dict(revisit.headers)
    assert revisit.block == exchange.response
    assert headers["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert "WARC-Truncated" not in headers
    assert headers["WARC-Payload-Digest"] == EARLIER.payload_digest


def test_an_address_that_is_no_uri_is_escaped_and_kept() -> None:
    url = "http://portal.test/новости a|b?x={1}&y=%zz"
    response, _ = records_of(an_exchange(url=url))
    assert response.headers[:2] == (
        (
            "WARC-Target-URI",
            "http://portal.test/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8%20a%7Cb?x=%7B1%7D&y=%zz",
        ),
        ("WARC-Requested-URL", url),
    )


@given(st.text())
def test_no_address_breaks_out_of_its_line(url: str) -> None:
    uri = target_uri(url)
    assert uri.isascii()
    assert not set(uri) & set(' \r\n<>"')
    assert target_uri(uri) == uri
    (response, _) = records_of(an_exchange(url=url))
    head = response.to_bytes().partition(b"\r\n\r\n")[0]
    assert head.count(b"\r\n") == head.count(b"\n") == head.count(b"\r")
    assert len(head.split(b"\r\n")) - (b"WARC-Requested-URL" in head) == 12


def test_warcinfo_names_the_file() -> None:
    record = warcinfo_record("a-00000.warc.gz", [("software", "x"), ("isPartOf", "a\r\nb: c")], STARTED, new_ids())
    assert record.headers == (("WARC-Filename", "a-00000.warc.gz"), ("Content-Type", "application/warc-fields"))
    assert record.block == b"software: x\r\nisPartOf: a b: c\r\n"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2004-10-15T08:30:00Z", datetime(2004, 10, 15, 8, 30, tzinfo=UTC)),
        ("2004-10-15T08:30:00.123456789Z", datetime(2004, 10, 15, 8, 30, 0, 123456, UTC)),
        ("2004-10-15T10:30:00+02:00", datetime(2004, 10, 15, 8, 30, tzinfo=UTC)),
        ("20041015083000", datetime(2004, 10, 15, 8, 30, tzinfo=UTC)),
        ("2004-10-15", datetime(2004, 10, 15, tzinfo=UTC)),
        ("2004", datetime(2004, 1, 1, tzinfo=UTC)),
        ("2004-13-15T08:30:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_of_all_ages_are_read(text: str, instant: datetime | None) -> None:
    assert read_warc_date(text) == instant


@given(
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=9))]), min_value=datetime(1990, 1, 1)),  # noqa: DTZ001 - hypothesis wants naive bounds
)
def test_a_date_comes_back_to_the_millisecond(instant: datetime) -> None:
    read = read_warc_date(warc_date(instant))
    assert read is not None
    assert timedelta() <= instant - read < timedelta(milliseconds=1)


@given(st.text(max_size=30))
def test_no_text_raises_as_a_date(text: str) -> None:
    read_warc_date(text)

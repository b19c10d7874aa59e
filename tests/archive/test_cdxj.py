"""The index of WARC files, where the reference would be wrong and where files are larger than memory."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal_crawler.archive.cdxj import cdxj_line, sorted_index
from portal_crawler.archive.exchange import Exchange
from portal_crawler.archive.warc_record import exchange_records
from portal_crawler.capture import RevisitOf, RevisitProfile, WarcPlace

_AT = datetime(2004, 10, 15, 8, 30, 59, 999000, tzinfo=UTC)
_PLACE = WarcPlace("archive/portal-00000.warc.gz", 400, 1200, "<urn:uuid:1>")


def _line(response: bytes, revisit: RevisitOf | None = None) -> tuple[str, str, dict[str, str]]:
    url = "http://www.portal.test:80/News/A.htm?b=2&a=1"
    exchange = Exchange(url, _AT, b"GET /News/A.htm?b=2&a=1 HTTP/1.1\r\nHost: www.portal.test\r\n\r\n", response)
    record = exchange_records(exchange, "<urn:uuid:0>", lambda: "<urn:uuid:1>", revisit)[0]
    key, time, fields = cdxj_line(record, _PLACE).decode("ascii").split(" ", 2)
    return key, time, json.loads(fields)


def test_a_line_names_key_second_and_place() -> None:
    key, time, fields = _line(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html; charset=gb2312\r\n\r\nnone")
    assert (key, time) == ("test,portal)/news/a.htm?a=1&b=2", "20041015083059")
    assert list(fields) == ["url", "mime", "status", "digest", "length", "offset", "filename"]
    assert (fields["mime"], fields["status"], fields["filename"]) == ("text/html", "404", "portal-00000.warc.gz")
    assert (fields["length"], fields["offset"]) == ("1200", "400")


def test_an_interim_answer_is_not_the_status_of_the_page() -> None:
    _, _, fields = _line(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nhere")
    assert fields["status"] == "200"


def test_a_revisit_is_listed_as_one() -> None:
    earlier = RevisitOf(RevisitProfile.NOT_MODIFIED, "http://www.portal.test/", _AT, "sha256:00")
    _, _, fields = _line(b"HTTP/1.1 304 Not Modified\r\n\r\n", earlier)
    assert (fields["mime"], fields["status"], fields["digest"]) == ("warc/revisit", "304", "sha256:00")


@pytest.mark.parametrize("at_once", [1, 500, 1_000_000])
def test_an_index_of_any_size_is_sorted_and_nothing_is_lost(tmp_path: Path, at_once: int) -> None:
    lines = [b"test,portal)/%d 2004 {}\n" % number for number in range(300)] + [b"test,portal)/7 2004 {}\n"]
    random.Random(5).shuffle(lines)
    path, out = tmp_path / "index.cdxj", tmp_path / "sorted.cdxj"
    path.write_bytes(b"".join(lines))
    assert sorted_index(path, out, at_once) == path.stat().st_size
    assert out.read_bytes().splitlines(keepends=True) == sorted(lines)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["index.cdxj", "sorted.cdxj"]

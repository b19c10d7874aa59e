"""What a revisit record has in common with the record that it repeats."""

from __future__ import annotations

import pytest

from portal_crawler.archive.http_message import read_response
from portal_crawler.archive.response_capture import capture_of, stands_for
from portal_crawler.archive.warc_read import ReadRecord
from portal_crawler.capture import WarcPlace


def _record(kind: str, url: str, profile: str = "") -> ReadRecord:
    headers = (("WARC-Type", kind), ("WARC-Target-URI", url), ("WARC-Profile", profile))
    return ReadRecord("WARC/1.1", headers, b"", WarcPlace("archive/a.warc.gz", 0, 1, "<urn:uuid:1>"), 0)


@pytest.mark.parametrize(
    ("url", "profile", "expected"),
    [
        ("http://portal.test/a.htm", "http://netpreserve.org/warc/1.1/revisit/server-not-modified", True),
        ("<http://www.portal.test/a.htm>", "http://netpreserve.org/warc/1.0/revisit/server-not-modified", True),
        ("http://portal.test/b.htm", "http://netpreserve.org/warc/1.1/revisit/server-not-modified", False),
        ("http://portal.test/a.htm", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest", False),
    ],
)
def test_the_line_of_the_original_stands_for_a_304_of_the_same_address(
    url: str, profile: str, *, expected: bool
) -> None:
    original = _record("response", "http://portal.test/a.htm")
    assert stands_for(original, _record("revisit", url, profile)) is expected


@pytest.mark.parametrize(
    ("location", "target"),
    [
        (b"/\xd6\xd0\xce\xc4.htm?w=\xd6\xd0", "http://h/%D6%D0%CE%C4.htm?w=%D6%D0"),
        ("/中.htm".encode(), "http://h/%E4%B8%AD.htm"),
        ("http://bücher.test/".encode(), "http://xn--bcher-kva.test/"),
    ],
)
def test_a_redirect_keeps_the_bytes_that_the_server_wrote(location: bytes, target: str) -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n"
    assert capture_of("http://h/a", read_response(answer), None, most=1000).final_url == target

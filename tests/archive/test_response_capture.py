"""What a revisit record has in common with the record that it repeats."""

from __future__ import annotations

import pytest

from portal_crawler.archive.response_capture import stands_for
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

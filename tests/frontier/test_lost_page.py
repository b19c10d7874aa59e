"""Why an answered address gave no document."""

from __future__ import annotations

import pytest

from portal_crawler.archive.content_coding import CUT_AT_LIMIT
from portal_crawler.capture import Capture
from portal_crawler.frontier.lost_page import lost_page
from portal_crawler.reading import read_page
from tests.changing_portal import story_page

URL = "http://h.test/a"
HTML = ((b"Content-Type", b"text/html"),)
STORY = story_page(1).encode()


@pytest.mark.parametrize(
    ("capture", "reason"),
    [
        (Capture(URL, STORY, headers=HTML), None),
        (Capture(URL, STORY, headers=HTML, problems=("Content-Length says 9 bytes, 8 came",)), None),
        (Capture(URL, b"<p>Sorry", status=404, headers=HTML), "http_error"),
        (Capture(URL, STORY, status=503, headers=HTML), "http_error"),
        (Capture(URL, STORY, headers=HTML, problems=(CUT_AT_LIMIT,)), "too_large"),
        (Capture(URL, b"", status=204), "empty"),
        (Capture(URL, b" \n", headers=HTML), "empty"),
        (Capture(URL, b"%PDF-1.4", headers=HTML), "not_html"),
        (Capture(URL, b"\0\0", headers=((b"Content-Type", b"video/mp4"),)), "not_html"),
        (Capture(URL, b"<p>Wor", headers=HTML, problems=("the last chunk did not come",)), "truncated"),
        (Capture(URL, b"<p>Words", headers=HTML, problems=("5 bytes behind the body",)), None),
        (Capture(URL, b"", final_url="http://h.test/b", status=301), None),
    ],
)
def test_an_answer_that_is_no_document_has_its_reason(capture: Capture, reason: str | None) -> None:
    found = lost_page(read_page(capture))
    assert (found.reason if found else None) == reason

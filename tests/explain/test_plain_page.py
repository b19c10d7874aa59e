from __future__ import annotations

import pytest

from portal_crawler.capture import Capture
from portal_crawler.explain.inert import doctype_of
from portal_crawler.explain.plain_page import plain_page
from portal_crawler.reading import read_page

LEAD = "/page?url="


def shown(body: str | bytes) -> str:
    data = body.encode() if isinstance(body, str) else body
    return plain_page(data, read_page(Capture("http://a.test/x/y.htm", data)), LEAD)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"<html>", ""),
        (b"\n <!doctype HTML>x", "<!doctype HTML>\n"),
        (b'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2//EN">', '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2//EN">\n'),
        (b"<!doctype <script>alert(1)</script>>", ""),
        (b"<p>text <!doctype html>", ""),
    ],
)
def test_a_page_is_set_as_its_own_document_type_says(body: bytes, wanted: str) -> None:
    assert doctype_of(body) == wanted


def test_links_lead_on_and_everything_that_fetches_is_gone() -> None:
    page = shown(
        '<style>@import "a.css"; p { background: url(b.gif) }</style><link rel=stylesheet href=c.css>'
        '<p style="background:url(d.gif)"><a href="../z.htm" target=_top>on</a><img src=e.gif>'
        '<a href="javascript:x">no</a>'
    )
    assert f'href="{LEAD}http%3A%2F%2Fa.test%2Fz.htm"' in page
    for gone in ("a.css", "b.gif", "c.css", "d.gif", "e.gif", "javascript", "target", "<link"):
        assert gone not in page


def test_a_page_of_frames_tells_where_they_lead() -> None:
    page = shown("<frameset><frame src=menu.htm><frame src=main.htm><frame src='javascript:x()'></frameset>")
    assert f"{LEAD}http%3A%2F%2Fa.test%2Fx%2Fmenu.htm" in page
    assert f"{LEAD}http%3A%2F%2Fa.test%2Fx%2Fmain.htm" in page
    assert "javascript" not in page
    assert "<frame" not in page


def test_what_is_no_html_is_shown_as_text() -> None:
    body = b"User-agent: *\nDisallow: /  # <b> is no element"
    capture = Capture("http://a.test/robots.txt", body, headers=((b"Content-Type", b"text/plain"),))
    assert "&lt;b&gt; is no element" in plain_page(body, read_page(capture), LEAD)

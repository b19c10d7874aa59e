"""Headers: too many, too long, malformed; and cookies."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.answers import Answer, End, endless, head, html, raw
from tests.hostile.hazard import Hazard, Places, bounded, one_page, stored, whole_once
from tests.hostile.stories import article, story

_HTML = "Content-Type: text/html; charset=utf-8"
_COOKIE = 16_384


def hazards(_: Places) -> tuple[Hazard, ...]:
    """Those of the head of an answer."""
    flood = endless(b"X-Flood: more and more and more\r\n" * 2_000, b"HTTP/1.1 200 OK\r\n" + _HTML.encode() + b"\r\n")
    folded = raw(
        head("Content-Type: text/html;\r\n charset=utf-8", "X-Folded: a\r\n\tb", "Connection: close")
        + article(story("header-folded")).encode()
    )
    return (
        one_page(
            "cookie-bomb",
            html(article(story("cookie-bomb")), *_many_cookies("Path=/")),
            stored(cookie=_COOKIE),
            note="400 cookies of 4 KB for the whole site; a Cookie header above 16 KB is answered with 400",
        ),
        one_page(
            "cookie-bomb-for-all-hosts",
            html(article(story("cookie-bomb-for-all-hosts")), *_many_cookies("Domain=.hostile.test; Path=/")),
            bounded(8, cookie=_COOKIE),
            host="cookies.hostile.test",
            note="a cookie bomb that one host sets for all of the domain",
        ),
        one_page(
            "cookie-of-the-suffix",
            html(
                article(story("cookie-of-the-suffix")),
                "Set-Cookie: supercookie=for-everyone; Domain=.test; Path=/",
                "Set-Cookie: foreign=value; Domain=offsite.test; Path=/",
                "Set-Cookie: __Host-x=1; Domain=hostile.test; Path=/",
            ),
            whole_once(story("cookie-of-the-suffix")),
            note="cookies for a public suffix, for another site, and with a prefix that forbids a domain",
        ),
        one_page("header-endless", Answer(flood, End.CLOSE), bounded(8, sent=256 << 20), note="headers without end"),
        one_page(
            "header-10000",
            html(article(story("header-10000")), *(f"X-Many-{number}: {number}" for number in range(10_000))),
            bounded(8),
            note="10,000 header lines",
        ),
        one_page("header-line-1mb", html(article(story("header-line-1mb")), "X-Long: " + "x" * (1 << 20)), bounded(8)),
        one_page(
            "header-without-colon",
            html(article(story("header-without-colon")), "This line has no colon"),
            whole_once(story("header-without-colon")),
        ),
        one_page("header-nul", html(article(story("header-nul")), b"X-Nul: a\0b"), bounded(8)),
        one_page(
            "header-high-bytes",
            html(article(story("header-high-bytes")), b"X-High: \xd6\xd0\xb9\xfa \xff\xfe"),
            whole_once(story("header-high-bytes")),
        ),
        one_page(
            "header-empty-name", html(article(story("header-empty-name")), ": no name", " : blank name"), bounded(8)
        ),
        one_page("header-folded", folded, bounded(8), note="continuation lines (RFC 9112 section 5.2)"),
        one_page(
            "type-header-twice", html(article(story("type-header-twice")), "Content-Type: application/pdf"), bounded(8)
        ),
        one_page(
            "type-header-huge",
            Answer((head("Content-Type: text/html; " + "x=1; " * 3_000, "Content-Length: 12") + b"<p>Type.</p>",)),
            bounded(8),
        ),
        one_page(
            "date-absurd",
            html(
                article(story("date-absurd")),
                "Date: Thu, 99 Foo 99999 99:99:99 GMT",
                "Last-Modified: -1",
                "Expires: 0",
                'ETag: "' + "e" * 9_000 + '"',
            ),
            whole_once(story("date-absurd")),
        ),
    )


def _many_cookies(attributes: str) -> Iterator[str]:
    for number in range(400):
        yield f"Set-Cookie: bomb{number}={'c' * 4_000}; {attributes}"

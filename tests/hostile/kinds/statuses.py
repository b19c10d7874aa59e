"""Statuses: answers that are no page, or not yet."""

from __future__ import annotations

from typing import Any

from tests.hostile.answers import Answer, End, head, html, in_turn, raw, whole
from tests.hostile.hazard import Hazard, Places, bounded, one_page, skipped, whole_once
from tests.hostile.stories import article, page, story

_SORRY = page("<h1>Sorry</h1><p>This answer is no page of the paper.</p>")


def _status(name: str, status: str, *lines: str, requests: int = 3) -> Hazard:
    return one_page(name, html(_SORRY, *lines, status=status), skipped("http_error", requests=requests))


def _then_good(name: str, *bad: Answer, **more: Any) -> Hazard:
    return one_page(name, in_turn(*bad, html(article(story(name)))), whole_once(story(name), **more))


def hazards(_: Places) -> tuple[Hazard, ...]:
    """Those of the status line, and of Retry-After."""
    busy = "503 Service Unavailable"
    unasked = raw(
        head(
            "Content-Type: text/html",
            "Content-Range: bytes 0-9/4000",
            "Content-Length: 10",
            status="206 Partial Content",
        )
        + b"<p>A part.",
        end=End.KEEP,
    )
    return (
        _then_good("status-503-retry-after", html(_SORRY, "Retry-After: 2", status=busy), gap=1.9),
        _status("status-403", "403 Forbidden"),
        _status("status-404", "404 Not Found"),
        _status("status-451", "451 Unavailable For Legal Reasons"),
        _status("status-401", "401 Unauthorized", 'WWW-Authenticate: Basic realm="press"'),
        _status("status-500-always", "500 Internal Server Error", requests=8),
        _status("status-999", "999 Request Denied"),
        one_page("status-204", raw(head(status="204 No Content"), end=End.KEEP), skipped("empty", requests=3)),
        one_page("empty-200", whole(b""), skipped("empty")),
        one_page("empty-of-blanks", whole(b" \r\n\t" * 5_000), skipped("empty")),
        one_page("status-206-unasked", unasked, bounded(8)),
        one_page("status-304-unasked", raw(head('ETag: "x"', status="304 Not Modified"), end=End.KEEP), bounded(8)),
        _then_good("status-500-once", html(_SORRY, status="500 Internal Server Error")),
        _then_good("status-429-once", html(_SORRY, "Retry-After: 1", status="429 Too Many Requests"), gap=0.9),
        _then_good("retry-after-past", html(_SORRY, "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT", status=busy)),
        _then_good("retry-after-garbage", html(_SORRY, "Retry-After: soon, perhaps", status=busy)),
        _then_good("retry-after-negative", html(_SORRY, "Retry-After: -5", status=busy)),
        one_page(
            "retry-after-absurd",
            html(_SORRY, f"Retry-After: {10**18}", status=busy),
            bounded(8),
            note="thirty thousand million years",
        ),
        one_page("retry-after-overflow", html(_SORRY, "Retry-After: " + "9" * 5_000, status=busy), bounded(8)),
    )

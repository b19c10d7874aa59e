"""Lost page: why an answered address gave no document, in the words of ``skipped.jsonl``. Pure."""

from __future__ import annotations

from portal_crawler.archive.content_coding import CUT_AT_LIMIT
from portal_crawler.frontier.scope import Refusal
from portal_crawler.page.kind import PageKind
from portal_crawler.reading import PageReading

# How the problems of a message begin that is not whole (archive.http_message, archive.content_coding).
_CUT = (
    "Content-Length says", "the last chunk", "a chunk is", "no chunk size", "the body is not chunked",
    "the compressed stream is",
)  # fmt: skip
_NO_STORY = frozenset({PageKind.OTHER, PageKind.UNREADABLE})


def lost_page(reading: PageReading) -> Refusal | None:
    """Why a page is no document: an error's, too large, cut off, empty, or no text; ``None`` for any
    other.

    A redirect, and an answer without a body that has a Refresh header, is none of them: its target is the document.
    """
    capture = reading.capture
    if capture.status >= 400:
        return Refusal("http_error", f"status {capture.status}")
    if CUT_AT_LIMIT in capture.problems:
        return Refusal("too_large", CUT_AT_LIMIT)
    if not 200 <= capture.status < 300:
        return None
    cut = next((problem for problem in capture.problems if problem.startswith(_CUT)), None)
    if cut is not None and reading.kind.kind in _NO_STORY:
        return Refusal("truncated", cut)
    if not capture.body.strip():
        if reading.kind.kind is PageKind.OTHER:
            return None  # its header leads on
        return Refusal("empty", f"status {capture.status}, and a body of {len(capture.body)} bytes")
    if reading.kind.kind is PageKind.UNREADABLE:
        # A text that broke its reader was decoded; of anything else not even a charset is known.
        reason = "not_html" if reading.charset is None else "unreadable"
        return Refusal(reason, reading.problems[0] if reading.problems else "it holds no text")
    return None

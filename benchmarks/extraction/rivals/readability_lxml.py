"""readability-lxml: its summary is markup, of which the text is taken piece by piece."""

from __future__ import annotations

import lxml.html
from readability import Document

from portal_crawler.page.charset import decode


def text(html: bytes, url: str) -> str:
    summary = Document(decode(html)[0], url=url or None).summary(html_partial=True)
    return " ".join(map(str, lxml.html.fromstring(summary).itertext())) if summary.strip() else ""

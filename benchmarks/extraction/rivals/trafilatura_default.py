"""trafilatura as it comes, comments left out: they are no main text (https://trafilatura.readthedocs.io)."""

from __future__ import annotations

import trafilatura


def text(html: bytes, url: str) -> str:
    return trafilatura.extract(html, url=url or None, include_comments=False) or ""

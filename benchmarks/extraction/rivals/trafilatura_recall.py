"""trafilatura, told to rather keep too much."""

from __future__ import annotations

import trafilatura


def text(html: bytes, url: str) -> str:
    return trafilatura.extract(html, url=url or None, include_comments=False, favor_recall=True) or ""

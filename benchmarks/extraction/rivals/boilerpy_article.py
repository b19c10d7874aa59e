"""boilerpy3's article extractor (boilerpipe in Python)."""

from __future__ import annotations

from boilerpy3.extractors import ArticleExtractor

from portal_crawler.page.charset import decode

_EXTRACTOR = ArticleExtractor(raise_on_failure=False)


def text(html: bytes, url: str) -> str:
    return str(_EXTRACTOR.get_content(decode(html)[0]))

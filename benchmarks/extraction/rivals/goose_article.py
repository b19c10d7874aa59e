"""goose3 on bytes that are there: no download, no pictures."""

from __future__ import annotations

from goose3 import Goose

from portal_crawler.page.charset import decode

_GOOSE = Goose({"enable_image_fetching": False, "strict": False})


def text(html: bytes, url: str) -> str:
    return str(_GOOSE.extract(raw_html=decode(html)[0]).cleaned_text)

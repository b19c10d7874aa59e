"""Resiliparse's main content, without form fields, alternative texts and comments."""

from __future__ import annotations

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import detect_encoding
from resiliparse.parse.html import HTMLTree


def text(html: bytes, url: str) -> str:
    tree = HTMLTree.parse_from_bytes(html, detect_encoding(html))
    found: str = extract_plain_text(
        tree, main_content=True, alt_texts=False, links=False, form_fields=False, noscript=False, comments=False
    )
    return found

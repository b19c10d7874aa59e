"""Clean text: what of a page's characters may stand in a record. Contains no input or output."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# C0 and C1 controls except tab and newline, DEL, and the surrogates, which no UTF-8 file can hold
# (Unicode 16.0, chapter 23.1 and D76).
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_text(text: str) -> str:
    r"""The text in NFC, without control characters (tab and newline stay) and lone surrogates.

    >>> clean_text("caf\u0065\u0301\x00 \ud800!\r\nnext")
    'café !\nnext'
    """
    if text.isascii() and text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def clean_value(value: Any) -> Any:
    """The same for every string within a JSON value, keys included."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_value(key): clean_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_value(item) for item in value]
    return value

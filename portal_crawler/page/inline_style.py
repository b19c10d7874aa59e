"""Inline style: what an element's ``style`` attribute does to the text in it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# Styles by which a text is in the page and not on the screen.
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}|font-size\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_FLOATS = re.compile(r"float\s*:\s*(?:right|left)", re.IGNORECASE)
_FONT_PX = re.compile(r"font-size\s*:\s*(\d+)(?:\.\d+)?\s*(px|pt|%)", re.IGNORECASE)
_PX = {"px": 1.0, "pt": 4 / 3, "%": 0.16}


class InlineStyle(NamedTuple):
    """``size`` is on the scale of ``<font size>``, 0 where the style sets none."""

    hides: bool
    floats: bool
    bold: bool
    size: int


@lru_cache(4_096)
def read_style(style: str) -> InlineStyle:
    """Read the text of a ``style`` attribute.

    >>> read_style("float:right; font: bold; font-size: 18px")
    InlineStyle(hides=False, floats=True, bold=True, size=4)
    """
    match = _FONT_PX.search(style)
    px = int(match[1]) * _PX[match[2].lower()] if match else 0
    size = 0 if not match else 3 if px < 17 else 4 if px < 20 else 5
    return InlineStyle(bool(_HIDING.search(style)), bool(_FLOATS.search(style)), "bold" in style, size)

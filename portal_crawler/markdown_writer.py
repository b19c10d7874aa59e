"""Markdown writer: HTML of our own making as Markdown."""

from __future__ import annotations

import re
from typing import Any

from markdownify import MarkdownConverter

# What Markdown reads as markup: some characters anywhere, others where a line begins.
_ANYWHERE = re.compile(r"([\\`<\[\]])")
_AT_START = re.compile(r"\A(\s*)(#{1,6}|[-+>]|\d{1,9}(?=[.)]\s))(?=[\s.)])")


class MarkdownWriter(MarkdownConverter):
    """Escapes what stands in a text and would be read as markup, and nothing else: "1998." stays as it is."""

    def __init__(self) -> None:
        super().__init__(heading_style="ATX", bullets="-", escape_asterisks=True, escape_underscores=True)

    def escape(self, text: str, parent_tags: Any) -> str:
        """See ``MarkdownConverter``."""
        text = _AT_START.sub(_escaped, _ANYWHERE.sub(r"\\\1", text))
        return str(super().escape(text, parent_tags))  # type: ignore[misc]  # its stubs leave it out


def _escaped(match: re.Match[str]) -> str:
    """A number is escaped at its point, anything else before it."""
    return f"{match[1]}{match[2]}\\" if match[2].isdigit() else f"{match[1]}\\{match[2]}"

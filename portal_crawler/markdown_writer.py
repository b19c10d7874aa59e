"""Markdown writer: HTML of our own making as Markdown."""

from __future__ import annotations

import re
from typing import Any

from markdownify import MarkdownConverter

# What Markdown reads as markup: some characters anywhere, others where a line begins.
_ANYWHERE = re.compile(r"([\\`<\[\]])")
_IN_CELL = frozenset(("td", "th"))
# Cells that are made for a table, at most: a few tags can span millions.
_MOST_EMPTY = 2_000
_AT_START = re.compile(r"\A(\s*)(#{1,6}|[-+>]|\d{1,9}(?=[.)]\s))(?=[\s.)])")


class MarkdownWriter(MarkdownConverter):
    """Escapes what stands in a text and would be read as markup, and nothing else: "1998." stays as it is."""

    def __init__(self) -> None:
        super().__init__(heading_style="ATX", bullets="-", escape_asterisks=True, escape_underscores=True)

    def convert_soup(self, soup: Any) -> str:
        """See ``MarkdownConverter``. Its tables know no cell of several rows: the rows below get an empty one."""
        for table in soup.find_all("table"):
            _part_rows(soup, table)
        return str(super().convert_soup(soup))

    def escape(self, text: str, parent_tags: Any) -> str:
        """See ``MarkdownConverter``."""
        text = _AT_START.sub(_escaped, _ANYWHERE.sub(r"\\\1", text))
        if not _IN_CELL.isdisjoint(parent_tags):
            text = text.replace("|", "\\|")
        return str(super().escape(text, parent_tags))  # type: ignore[misc]  # its stubs leave it out


def _escaped(match: re.Match[str]) -> str:
    """A number is escaped at its point, anything else before it."""
    return f"{match[1]}{match[2]}\\" if match[2].isdigit() else f"{match[1]}\\{match[2]}"


def _part_rows(soup: Any, table: Any) -> None:
    """Give each row of a table a cell in every column that one above it reaches into."""
    spanned: dict[int, int] = {}  # rows to come, by column
    made = 0
    for row in (one for one in table.find_all("tr") if one.find_parent("table") is table):
        column = 0
        for cell in [*row.find_all(["td", "th"], recursive=False), None]:
            while spanned.get(column) and made < _MOST_EMPTY:
                empty = soup.new_tag("td")
                row.append(empty) if cell is None else cell.insert_before(empty)
                spanned[column] -= 1
                column += 1
                made += 1
            if cell is not None:
                width, rows = int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))
                if rows > 1:
                    spanned |= dict.fromkeys(range(column, column + width), rows - 1)
                column += width
        if made >= _MOST_EMPTY:
            return

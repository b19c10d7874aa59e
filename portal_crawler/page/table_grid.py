"""Table grid: which cells of a table's rows have own text, so that those without can stand empty in their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, islice

from lxml.etree import _Element as DomElement

from portal_crawler.page.blocks import Box, Slot
from portal_crawler.page.element_kinds import KIND_OF, SCRIPTLESS, ElementKind

CELLS = frozenset(("td", "th"))
_BOX = int(ElementKind.BOX)
# No table of data that people read is wider; of rows, what HTML allows (4.9.11). Beyond it a number is a bomb.
_MOST_COLUMNS, _MOST_ROWS = 100, 65_534
_Cells = dict[DomElement, int]


class TableGrid:
    """The cells around some texts. Ask in their order: of each cell what was ``skipped`` before it, at a row's end the
    ``rest`` of it.
    """

    def __init__(self, slots: Iterable[Slot]) -> None:
        self._elements: dict[Box, DomElement] = {}
        for slot in slots:
            self._add(slot)
        self._rows = {element for box, element in self._elements.items() if box.tag == "tr"}
        # Of each row its cells with their numbers, and which is next; of each row how many before it have own text.
        self._cells: dict[DomElement, _Cells] = {}
        self._at: dict[DomElement, int] = {}
        self._before: dict[DomElement, tuple[int, list[int]]] = {}

    def _add(self, slot: Slot) -> None:
        """Note of which elements the boxes around a text are."""
        box: Box | None = slot.box
        element: DomElement | None = slot.element
        while box is not None and element is not None and box not in self._elements:
            if element is slot.element or KIND_OF.get(element.tag) == _BOX or element.tag in SCRIPTLESS:
                self._elements[box] = element
                box = box.parent
            element = element.getparent()

    def attributes(self, box: Box) -> str:
        """What a tag says beside its name: how many columns and rows a cell spans, with which number a list begins."""
        element = self._elements.get(box)
        if element is None:
            return ""
        if box.tag in CELLS:
            return self._spans(element)
        start = _number(element, "start", _MOST_ROWS) if box.tag == "ol" else 1
        return f' start="{start}"' if start > 1 else ""

    def skipped(self, box: Box) -> Iterator[str]:
        """The empty cells before one of a row."""
        element = self._elements.get(box)
        row = element.getparent() if element is not None else None
        if element is None or row is None:
            return
        here = self._cells_of(row).get(element, -1)
        yield from self._until(row, here)
        self._at[row] = max(self._at.get(row, 0), here + 1)

    def rest(self, box: Box) -> Iterator[str]:
        """The empty cells at the end of a row."""
        row = self._elements.get(box)
        if row is not None:
            yield from self._until(row, len(self._cells_of(row)))

    def _until(self, row: DomElement, end: int) -> Iterator[str]:
        """The cells of a row from the next one to another, empty."""
        yield from map(self._empty, islice(self._cells_of(row), self._at.get(row, 0), max(end, 0)))

    def _cells_of(self, row: DomElement) -> _Cells:
        if row not in self._cells:
            cells = (one for one in row if one.tag in CELLS)
            self._cells[row] = {cell: number for number, cell in enumerate(cells)}
        return self._cells[row]

    def _empty(self, cell: DomElement) -> str:
        return f"<{cell.tag}{self._spans(cell)}></{cell.tag}>"

    def _spans(self, cell: DomElement) -> str:
        """Of the rows that a cell spans, those count that have own text."""
        columns = _number(cell, "colspan", _MOST_COLUMNS)
        rows = _number(cell, "rowspan", _MOST_ROWS)
        row = cell.getparent()
        if rows > 1 and row is not None:
            number, counts = self._place_of(row)
            rows = max(1, counts[min(number + rows, len(counts) - 1)] - counts[number])
        said = f' colspan="{columns}"' if columns > 1 else ""
        return said + (f' rowspan="{rows}"' if rows > 1 else "")

    def _place_of(self, row: DomElement) -> tuple[int, list[int]]:
        """The number of a row among those beside it, and how many with own text stand before each number."""
        if row not in self._before:
            around = row.getparent()
            rows = [one for one in around if one.tag == "tr"] if around is not None else [row]
            counts = [0, *accumulate(one in self._rows for one in rows)]
            self._before |= {one: (number, counts) for number, one in enumerate(rows)}
        return self._before[row]


def _number(element: DomElement, name: str, most: int) -> int:
    """A whole number that an attribute says, 1 where it says none."""
    said = (element.get(name) or "").strip()
    return min(max(int(said), 1), most) if said.isascii() and said.isdecimal() and len(said) < 9 else 1

"""Box table: a page's boxes as arrays, and what stands in each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal_crawler.page.blocks import Box, Slot
from portal_crawler.page.class_words import class_hints

Numbers = NDArray[np.float32]
Indexes = NDArray[np.int64]

# Elements that say something of what is in them, however far above it they stand.
ANCESTORS = (
    *("article", "main", "nav", "header", "footer", "aside", "form", "ul", "ol", "table", "figure", "blockquote", "dl"),
    *("section", "select", "button", "details", "menu", "hgroup", "address"),
)
_ANCESTOR_BIT = {tag: 1 << bit for bit, tag in enumerate(ANCESTORS)}


@dataclass(frozen=True, slots=True)
class BoxTable:
    """One row a box, parents before children.

    ``parent`` is the row above (the root is its own); ``first`` and ``end`` delimit the texts in it; ``ancestors`` and
    ``hints`` are bits (``ANCESTORS``, ``class_words.HINTS``) of it and all above it, ``near_hints`` of it and two
    above. ``path`` numbers the chain of element names down to it, ``label`` the same with its own class and id.
    ``of`` is the row of the box of each text.
    """

    boxes: tuple[Box, ...]
    parent: Indexes
    first: Indexes
    end: Indexes
    depth: Numbers
    ancestors: Indexes
    hints: Indexes
    near_hints: Indexes
    path: Indexes
    label: Indexes
    floats: Numbers
    controls: Numbers
    of: Indexes

    def within(self, numbers: Numbers) -> Numbers:
        """The sum over each box of a number that each text has."""
        sums = np.concatenate(([0.0], np.cumsum(numbers, dtype=np.float64)))
        return (sums[self.end] - sums[self.first]).astype(np.float32)


def box_table(texts: Sequence[Slot], slots: Sequence[Slot]) -> BoxTable:
    """The boxes around a page's texts.

    :param texts: those of ``slots`` that hold a text; at least one.
    """
    boxes, above_of, rows = _in_order(texts)
    ancestors: list[int] = []
    own_hints: list[int] = []
    hints: list[int] = []
    path: list[int] = []
    label: list[int] = []
    floats: list[int] = []
    paths: dict[tuple[int, str], int] = {}
    labels: dict[tuple[int, str], int] = {}
    for row, (box, above) in enumerate(zip(boxes, above_of, strict=True)):
        own = class_hints(box.words) if box.words else 0
        own_hints.append(own)
        bit = _ANCESTOR_BIT.get(box.tag, 0)
        ancestors.append(ancestors[above] | bit if row else bit)
        hints.append(hints[above] | own if row else own)
        floats.append(floats[above] or int(box.floats) if row else int(box.floats))
        number = paths.setdefault((path[above] if row else 0, box.tag), len(paths) + 1)
        path.append(number)
        label.append(labels.setdefault((number, box.words), len(labels) + 1))
    near, parent = np.array(own_hints), np.array(above_of, np.int64)
    counts = np.cumsum([False, *(slot.text != "" for slot in slots)])
    return BoxTable(
        boxes=tuple(boxes),
        parent=parent,
        first=counts[[box.first for box in boxes]],
        end=counts[[box.end for box in boxes]],
        depth=np.array([box.depth for box in boxes], np.float32),
        ancestors=np.array(ancestors),
        hints=np.array(hints),
        near_hints=near | near[parent] | near[parent[parent]],
        path=np.array(path),
        label=np.array(label),
        floats=np.array(floats, np.float32),
        controls=np.array([box.controls for box in boxes], np.float32),
        of=np.array([rows[slot.box.index] for slot in texts], np.int64),
    )


def _in_order(texts: Sequence[Slot]) -> tuple[list[Box], list[int], dict[int, int]]:
    """The boxes of texts and all above them, parents first; the row above each; the row of each by its index."""
    boxes: list[Box] = []
    above_of: list[int] = []
    rows: dict[int, int] = {}
    for slot in texts:
        chain = []
        box: Box | None = slot.box
        while box is not None and box.index not in rows:
            chain.append(box)
            box = box.parent
        above = rows[box.index] if box is not None else 0
        for one in reversed(chain):
            above_of.append(above)
            rows[one.index] = above = len(boxes)
            boxes.append(one)
    return boxes, above_of, rows

"""Features: what each slot of a page weighs, in numbers. Judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from portal_crawler.page.blocks import BlockTree, Box, Slot
from portal_crawler.page.wording import is_prose, weight

# An anchor text of this weight is a headline; a menu's words are shorter.
HEADLINE = 24


@dataclass(frozen=True, slots=True)
class Features:
    """Numbers of a page's slots, one each in their order, and sums over boxes.

    ``weights`` are lengths in Latin characters, ``prose`` those of running text that is no link, ``headlines`` those of
    links as long as a headline, ``links`` counts references. ``children`` are the boxes directly within a
    box, by its index.
    """

    tree: BlockTree
    weights: Sequence[int]
    prose: list[int]
    headlines: Sequence[int]
    links: Sequence[int]
    children: dict[int, list[Box]] = field(default_factory=dict)
    _sums: dict[str, list[int]] = field(default_factory=dict)

    def total(self, name: str, first: int, end: int) -> int:
        """The sum of one of the numbers over the slots ``first`` to ``end`` (exclusive)."""
        sums = self._sums[name]
        return sums[end] - sums[first]

    def forget_prose(self, index: int) -> None:
        """Take a slot out of the running text."""
        lost = self.prose[index]
        self.prose[index] = 0
        sums = self._sums["prose"]
        for number in range(index + 1, len(sums)):
            sums[number] -= lost

    def within(self, name: str, box: Box) -> int:
        """The sum of one of the numbers over a box."""
        return self.total(name, box.first, box.end)

    @property
    def root(self) -> Box:
        """The page's outermost box."""
        box = self.tree.slots[0].box
        while box.parent is not None:
            box = box.parent
        return box


def read_features(tree: BlockTree) -> Features:
    """The numbers of a page with at least one slot."""
    weights, prose, headlines, links = [], [], [], []
    for slot in tree.slots:
        length = weight(slot.text) if slot.shown else 0
        weights.append(length)
        prose.append(length if length and not slot.option and is_prose(slot.text, length, slot.link_chars) else 0)
        links.append(len(slot.occurrences))
        headlines.append(0 if slot.option or prose[-1] else _headlines(tree, slot))
    sums = {
        name: [0, *accumulate(values)]
        for name, values in (("weights", weights), ("prose", prose), ("headlines", headlines), ("links", links))
    }
    return Features(tree, weights, prose, headlines, links, _children(tree.slots), sums)


def _headlines(tree: BlockTree, slot: Slot) -> int:
    if not slot.link_chars:
        return 0
    texts = (tree.occurrences[index].text for index in slot.occurrences)
    return sum(length for text in texts if (length := weight(text)) >= HEADLINE)


def _children(slots: Sequence[Slot]) -> dict[int, list[Box]]:
    """The boxes in each box. They are met in their order, since slots are."""
    children: dict[int, list[Box]] = {}
    seen: set[int] = set()
    for slot in slots:
        box = slot.box
        while (above := box.parent) is not None and box.index not in seen:
            seen.add(box.index)
            children.setdefault(above.index, []).append(box)
            box = above
    return children

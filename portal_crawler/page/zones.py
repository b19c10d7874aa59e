"""Zones: where on the page each slot stands, seen from its core, which holds the story or the central listing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from portal_crawler.page.blocks import Box
from portal_crawler.page.features import Features

# A box holds the core when this share of the page's weight stands in it.
_SHARE = 0.75
# A sibling cell with so little in it is a spacer and makes no column.
_COLUMN_WEIGHT, _COLUMN_LINKS = 30, 3
_COLUMN_TAGS = frozenset(("td", "th"))
_SIDE_WORDS = re.compile(
    r"\b(?:side|left|right|aside|sidebar|rightcol|leftcol|col[-_]?(?:left|right))\w*|\b\w+(?:left|right)\b"
)

_RIGHT = re.compile(r"(?<![a-z])right|(?:side|col|bar)[-_]?right")


class Zone(IntEnum):
    """TOP and BOTTOM of the page, LEFT and RIGHT of the core's column, HEAD and TAIL above and below the core in it."""

    TOP = 0
    LEFT = 1
    HEAD = 2
    CORE = 3
    TAIL = 4
    RIGHT = 5
    BOTTOM = 6


@dataclass(frozen=True, slots=True)
class Zones:
    """``of[i]`` is the zone of slot ``i``; ``core`` the box, ``column`` the column it stands in."""

    of: tuple[Zone, ...]
    core: Box
    column: Box

    def below(self, title: int | None) -> Zones:
        """On a page of one column, what stands above the headline is the page's top."""
        if title is None or self.column.parent is not None:
            return self
        return Zones((Zone.TOP,) * title + self.of[title:], self.core, self.column)


def find_core(features: Features, name: str, share: float = _SHARE) -> Box:
    """The innermost box that holds ``share`` of the page's ``name`` ("prose", "headlines")."""
    box = features.root
    total = features.within(name, box)
    while total:
        heavy = next(
            (c for c in features.children.get(box.index, ()) if features.within(name, c) >= share * total), None
        )
        if heavy is None:
            break
        box = heavy
    while box.tag in ("p", "tr", "tbody", "font", "span", "li") and box.parent is not None:
        box = box.parent
    return box


def column_of(features: Features, core: Box) -> Box:
    """The column that a box stands in: the nearest cell or floated box with something beside it, or the page."""
    box = core
    while box.parent is not None:
        if _has_neighbour(features, box):
            return box
        box = box.parent
    return box


def _has_neighbour(features: Features, box: Box) -> bool:
    siblings = features.children.get(box.parent.index, ()) if box.parent else ()
    for sibling in siblings:
        if sibling is box:
            continue
        beside = (box.tag in _COLUMN_TAGS and sibling.tag in _COLUMN_TAGS) or _is_aside(sibling) or _is_aside(box)
        if beside and (
            features.within("weights", sibling) >= _COLUMN_WEIGHT or features.within("links", sibling) >= _COLUMN_LINKS
        ):
            return True
    return False


def _is_aside(box: Box) -> bool:
    return box.tag in ("div", "aside", "nav", "section", "ul") and (
        box.floats or box.tag == "aside" or bool(box.words and _names_side(box.words))
    )


@lru_cache(4_096)
def _names_side(words: str) -> bool:
    return _SIDE_WORDS.search(words) is not None


def read_zones(features: Features, core: Box) -> Zones:
    """The zone of every slot."""
    column = column_of(features, core)
    zones = [Zone.TOP] * len(features.tree.slots)
    for index in range(column.first, core.first):
        zones[index] = Zone.HEAD
    for index in range(core.first, core.end):
        zones[index] = Zone.CORE
    for index in range(core.end, column.end):
        zones[index] = Zone.TAIL
    box = column
    while box.parent is not None:
        for sibling in features.children.get(box.parent.index, ()):
            if sibling is box:
                continue
            zone = _beside(box, sibling)
            for index in range(sibling.first, sibling.end):
                if not column.first <= index < column.end:
                    zones[index] = zone
        # Slots that stand directly in the parent, between its boxes.
        for index in range(box.parent.first, box.parent.end):
            if features.tree.slots[index].box is box.parent and not column.first <= index < column.end:
                zones[index] = Zone.TOP if index < box.first else Zone.BOTTOM
        box = box.parent
    return Zones(tuple(zones), core, column)


def _beside(box: Box, sibling: Box) -> Zone:
    before = sibling.index < box.index
    if (box.tag in _COLUMN_TAGS and sibling.tag in _COLUMN_TAGS) or _is_aside(sibling) or _is_aside(box):
        if _RIGHT.search(sibling.words):
            return Zone.RIGHT
        if _is_aside(box) and not _is_aside(sibling) and sibling.tag not in _COLUMN_TAGS and sibling.tag != "div":
            return Zone.TOP if before else Zone.BOTTOM
        if not before and re.search(r"foot|copyright|bottom|partner", sibling.words):
            return Zone.BOTTOM
        if before and re.search(r"head|top|banner|logo|nav|menu|crumb|guild", sibling.words):
            return Zone.TOP
        return Zone.LEFT if before else Zone.RIGHT
    return Zone.TOP if before else Zone.BOTTOM

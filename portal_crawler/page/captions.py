"""Captions: texts that belong to a picture, by what stands in their box."""

from __future__ import annotations

import re
from functools import lru_cache

from portal_crawler.page.blocks import Box, Slot
from portal_crawler.page.features import Features

_PICTURE_WORDS = re.compile(r"\b(?:pic|photo|caption|img|image|figure|cutline|thumb)", re.IGNORECASE)
# A box of more places than these is no picture's frame.
_FEW = 4
_LONGEST = 700
_FRAMES = frozenset(("table", "div", "figure", "dl", "center"))


def is_caption(features: Features, index: int) -> bool:
    """Whether the text of a slot is the caption of the picture beside it."""
    slots = features.tree.slots
    slot = slots[index]
    if slot.caption:
        return True
    if features.weights[index] > _LONGEST or slot.occurrences:
        return False
    frame = _frame(slot)
    if frame is None or frame.end - frame.first > _FEW:
        return False
    pictures = [
        number for number in range(frame.first, frame.end) if slots[number].images and not slots[number].link_chars
    ]
    if not pictures:
        return False
    if pictures[0] == index:
        return _names_picture(frame.words) or frame.floats
    return pictures[0] < index


@lru_cache(4_096)
def _names_picture(words: str) -> bool:
    return _PICTURE_WORDS.search(words) is not None


def _frame(slot: Slot) -> Box | None:
    box: Box | None = slot.box
    while box is not None and box.tag not in _FRAMES:
        box = box.parent
    return box

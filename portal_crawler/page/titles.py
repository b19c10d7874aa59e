"""Titles: which block is the page's headline, by what the page declares and by how it is set."""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal_crawler.page.blocks import MOST_TITLE, Slot
from portal_crawler.page.features import Features
from portal_crawler.page.headline import without_site
from portal_crawler.page.wording import RELATED, TOOLS, is_copyright

_WORD = re.compile(r"\w+")
_HEADING = {1: 0.6, 2: 0.45, 3: 0.2, 4: 0.1}
_LONGEST = 260
# Likeness to the declared title (Dice's coefficient over words) from which a line may be it.
_LIKE = 0.45
# So like the declared title that its words do not matter ("Print This Page" may be a page's name).
_SAME = 0.8
# A font of this size shows a heading, whatever it says.
_DISPLAY = 4
# A setting that makes a headline by itself: a heading of the second level, or bold and larger than the text.
_LARGE = 0.3


def find_title(features: Features, candidates: Iterable[int]) -> int | None:
    """The slot of the headline among ``candidates``: the one most like the declared title and set as a headline.

    Where none is like it (a title element that names the site alone), the one that is set largest.
    """
    declared = _tokens(without_site(features.tree.title))
    full = _tokens(features.tree.title)
    best: tuple[float, int] | None = None
    largest: tuple[float, int] | None = None
    for index in candidates:
        slot = features.tree.slots[index]
        fits = slot.shown and not slot.option and 0 < features.weights[index] <= _LONGEST
        fits = fits or is_declared_heading(features, index)
        if not fits or 2 * slot.link_chars > len(slot.text):
            continue
        setting = _setting(slot)
        like = max(_dice(tokens := _tokens(slot.text), declared), 0.9 * _dice(tokens, full))
        if like < _LIKE and setting < _LARGE:
            continue
        if like < _SAME and slot.size < _DISPLAY and _is_furniture(slot.text):
            continue
        if like >= _LIKE and (best is None or like + setting > best[0] + 0.05):
            best = (like + setting, index)
        if setting >= _LARGE and (largest is None or setting > largest[0]):
            largest = (setting, index)
    found = best or largest
    return found[1] if found else None


def is_declared_heading(features: Features, index: int) -> bool:
    """Whether a slot is a heading that says, at whatever length, what the title element says."""
    slot, title = features.tree.slots[index], features.tree.title
    said = slot.text[:MOST_TITLE].rstrip()
    return bool(slot.heading) and slot.shown and 2 * len(said) > len(title) and said in title


def _setting(slot: Slot) -> float:
    """How much a line is set as a headline, 0-0.8."""
    setting = _HEADING.get(slot.heading, 0.0) + 0.2 * max(0, slot.size - 3)
    if 2 * slot.bold_chars > len(slot.text):
        setting += 0.15
    return min(0.8, setting)


def _is_furniture(text: str) -> bool:
    return bool(TOOLS.match(text) or RELATED.match(text) or is_copyright(text))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _tokens(text: str) -> frozenset[str]:
    text = text.casefold()
    return frozenset(_WORD.findall(text)) if text.isascii() or " " in text.strip() else frozenset(text)

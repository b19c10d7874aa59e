"""Titles: which block is the page's headline, by what the page declares and by how it is set."""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal_crawler.page.blocks import Slot
from portal_crawler.page.features import Features
from portal_crawler.page.headline import without_site
from portal_crawler.page.wording import COPYRIGHT, RELATED, TOOLS

_WORD = re.compile(r"\w+")
_HEADING = {1: 0.6, 2: 0.45, 3: 0.2, 4: 0.1}
_LONGEST = 260
# Likeness to the declared title counts most, then the setting of the line.
_ENOUGH = 0.5


def find_title(features: Features, candidates: Iterable[int]) -> tuple[int, float] | None:
    """The slot of the headline among ``candidates``, and its score; ``None`` where none is like one."""
    declared = _tokens(without_site(features.tree.title)) if features.tree.title else frozenset()
    full = _tokens(features.tree.title)
    best: tuple[float, int] | None = None
    for index in candidates:
        slot = features.tree.slots[index]
        if (
            slot.block is None
            or slot.option
            or not 0 < features.weights[index] <= _LONGEST
            or 2 * slot.link_chars > len(slot.text)
        ):
            continue
        score = _score(slot, declared, full)
        if score >= _ENOUGH and (best is None or score > best[0] + 0.05) and not _is_furniture(slot.text):
            best = (score, index)
    return (best[1], best[0]) if best else None


def _score(slot: Slot, declared: frozenset[str], full: frozenset[str]) -> float:
    tokens = _tokens(slot.text)
    like = max(_dice(tokens, declared), 0.9 * _dice(tokens, full))
    setting = _HEADING.get(slot.heading, 0.0) + 0.2 * max(0, slot.size - 3)
    if 2 * slot.bold_chars > len(slot.text):
        setting += 0.15
    return like + min(0.8, setting) if like >= 0.3 or not declared else min(0.7, setting)


def _is_furniture(text: str) -> bool:
    return bool(TOOLS.match(text) or RELATED.match(text) or COPYRIGHT.search(text))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _tokens(text: str) -> frozenset[str]:
    text = text.casefold()
    return frozenset(_WORD.findall(text)) if text.isascii() or " " in text.strip() else frozenset(text)

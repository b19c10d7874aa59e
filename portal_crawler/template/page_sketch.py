"""Page sketch: what one story page tells of its portal's template, in a few hundred numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal_crawler.page.block_features import BlockFeatures
from portal_crawler.page.blocks import BlockTree
from portal_crawler.template.fingerprint import Places, container_of, folded, hash_of, path_of, text_key

Numbers = NDArray[np.floating[Any]]
# A page with less of its own text teaches nothing.
_LEAST = 200
_SURE = 0.5


@dataclass(frozen=True, slots=True)
class PageSketch:
    """``body`` is the fingerprint of the story, the same under every address of it; ``texts`` those of all texts of the
    page; ``places`` for each place the characters that stand in it, and how many of them are the story's.
    """

    body: int
    texts: frozenset[int]
    places: Mapping[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class LayoutPlace:
    """Where a page has its story: the key of that place, and its innermost elements in words."""

    key: int
    path: str


def page_keys(tree: BlockTree, found: BlockFeatures) -> tuple[list[int], list[int]]:
    """The place and the fingerprint of each text of a page."""
    places = Places()
    slots = [tree.slots[row] for row in found.slots]
    at = [places.of_slot(slot) for slot in slots]
    return at, [text_key(slot.text, place) for slot, place in zip(slots, at, strict=True)]


def containers(tree: BlockTree, found: BlockFeatures) -> list[LayoutPlace]:
    """The place in which each text stands as one of several."""
    places = Places()
    known: dict[int, LayoutPlace] = {}
    made = []
    for row in found.slots:
        box = container_of(tree.slots[row])
        if box.index not in known:
            known[box.index] = LayoutPlace(places.of_box(box), path_of(box))
        made.append(known[box.index])
    return made


def sketch_page(tree: BlockTree, found: BlockFeatures, own: Numbers) -> tuple[LayoutPlace, PageSketch] | None:
    """What a page tells, with the layout that it is of; ``None`` where it has too little text of its own.

    :param own: how likely each text is the page's own, 0-1.
    """
    taken = own >= _SURE
    if not taken.any() or found.weights[taken].sum() < _LEAST:
        return None
    heavy: Counter[LayoutPlace] = Counter()
    story = []
    for row, container in enumerate(containers(tree, found)):
        if taken[row]:
            heavy[container] += int(found.weights[row])
            story.append(folded(tree.slots[found.slots[row]].text))
    at, texts = page_keys(tree, found)
    weights = found.weights.astype(int).tolist()
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for place, weight, share in zip(at, weights, own.tolist(), strict=True):
        sums[place][0] += weight
        sums[place][1] += round(weight * share)
    layout = max(heavy, key=lambda one: (heavy[one], one.key))
    held = {key: (whole, part) for key, (whole, part) in sums.items()}
    return layout, PageSketch(hash_of("\n".join(story)), frozenset(texts), held)

"""Examples: the texts of one page as numbers, each with how much of it is in the gold text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from ageing import aged
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq
from wcxb_pages import GoldPage, words

from portal_crawler.page.block_features import BlockFeatures, block_features
from portal_crawler.page.block_network import PAGE_TYPES
from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.charset import decode
from portal_crawler.page.markup import parse
from portal_crawler.page.walk import walk

# At least this share of a text's words is in the gold, in its order, before its count can make it part of it.
_IN_ORDER = 0.3


@dataclass(frozen=True, slots=True)
class Example:
    """One page in one of its guises. ``page`` is the same for all guises of a page.

    ``values[i]`` are the features of text ``i``, ``words[i]`` its words, ``found[i]`` how many of them the gold has in
    its order, ``own[i]`` whether it belongs to the gold. ``gold`` counts the gold's words: 0 where there is none and
    only ``kind``, an index into ``PAGE_TYPES``, is to be learned.
    """

    page: str
    kind: int
    values: NDArray[np.float16]
    words: NDArray[np.float32]
    found: NDArray[np.float32]
    own: NDArray[np.bool_]
    gold: int
    names: tuple[str, ...]


def guises(page: GoldPage, ages: int) -> list[Example]:
    """The page as it is, and as it would have looked in some earlier years; none where it has no text."""
    made = []
    for number in range(ages + 1):
        root, _ = parse(decode(page.html)[0])
        if number:
            root, _ = parse(aged(root, int(page.number) * 100 + number))
        made.append(example(walk(root), page.url, page.text, page.number, PAGE_TYPES.index(page.kind)))
    return [one for one in made if one is not None]


def example(tree: BlockTree, url: str, gold: str, page: str, kind: int) -> Example | None:
    """The example that a walked page makes; ``None`` where it has no text."""
    features = block_features(tree, url)
    if features is None:
        return None
    texts = [words(tree.slots[row].text) for row in features.slots]
    wanted = words(gold)
    counts = np.array([len(text) for text in texts], np.float32)
    found = _found(texts, wanted)
    own = _improved(texts, wanted, found, (found >= 0.5 * counts) & (counts > 0))
    return Example(
        page, kind, features.values.astype(np.float16), counts, found, own, len(wanted), _names(features)
    )  # fmt: skip


def _names(features: BlockFeatures) -> tuple[str, ...]:
    return features.names


def _found(texts: Sequence[Sequence[str]], gold: Sequence[str]) -> NDArray[np.float32]:
    """How many words of each text the longest common subsequence of page and gold has."""
    found = np.zeros(len(texts), np.float32)
    flat = [word for text in texts for word in text]
    if not flat or not gold:
        return found
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    for piece in LCSseq.opcodes(flat, gold):
        if piece.tag == "equal":
            np.add.at(found, owners[piece.src_start : piece.src_end], 1)
    return found


def _improved(
    texts: Sequence[Sequence[str]], gold: Sequence[str], found: NDArray[np.float32], own: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """The choice of texts with those taken in or out that raise the page's word F1."""
    wanted, have = Counter(gold), Counter[str]()
    for row in np.nonzero(own)[0]:
        have.update(texts[row])
    hits = (have & wanted).total()
    total = have.total()
    for _ in range(2):
        changed = False
        for row, change, gain in _changes(texts, wanted, have, own, found):
            size = change.total() * (-1 if own[row] else 1)
            if (hits + gain) * (total + len(gold)) <= hits * (total + size + len(gold)):
                continue
            (have.subtract if own[row] else have.update)(change)
            own[row] = not own[row]
            hits, total, changed = hits + gain, total + size, True
        if not changed:
            break
    return own


def _changes(
    texts: Sequence[Sequence[str]],
    wanted: Counter[str],
    have: Counter[str],
    own: NDArray[np.bool_],
    found: NDArray[np.float32],
) -> Iterator[tuple[int, Counter[str], int]]:
    """Each text that may change sides, with its words and the hits that it brings or costs, as things then stand."""
    for row, text in enumerate(texts):
        if not text or (not own[row] and found[row] < _IN_ORDER * len(text)):
            continue
        change = Counter(text)
        sign = -1 if own[row] else 1
        gain = sum(
            min(have[word] + sign * count, wanted[word]) - min(have[word], wanted[word])
            for word, count in change.items()
        )
        yield row, change, gain

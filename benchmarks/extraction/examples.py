"""Examples: the texts of one page as numbers, each with how much of it is in the gold text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from ageing import aged
from lxml import etree
from lxml.etree import _Element as DomElement
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq
from wcxb_pages import GoldPage, words

from portal_crawler.page.block_features import BlockFeatures, block_features
from portal_crawler.page.block_network import PAGE_TYPES
from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.charset import decode
from portal_crawler.page.headline import without_site
from portal_crawler.page.markup import parse
from portal_crawler.page.walk import walk

# At least this share of a text's words is in the gold, in its order, before its count can make it part of it.
_IN_ORDER = 0.3
# Pages that tell something, and may stand alone in a print version; the share of their own text that it holds.
_TELLING = ("article", "service", "documentation")
_NEARLY, _MUCH = 0.95, 400


@dataclass(frozen=True, slots=True)
class Answer:
    """What other networks say of an example: ``body[i]`` is the probability that text ``i`` is the page's own,
    ``types[k]`` that the page is of type ``k``.
    """

    body: NDArray[np.float16]
    types: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    """One page in one of its guises. ``page`` is the same for all guises of a page.

    ``values[i]`` are the features of text ``i``, ``words[i]`` its words, ``found[i]`` how many of them the gold has in
    its order, ``own[i]`` whether it belongs to the gold. ``gold`` counts the gold's words: 0 where there is none and
    only ``kind``, an index into ``PAGE_TYPES``, is to be learned. ``bare`` tells a guise of nothing but its own text.
    ``answer`` is what the teachers say, where there are any.
    """

    page: str
    kind: int
    values: NDArray[np.float16]
    words: NDArray[np.float32]
    found: NDArray[np.float32]
    own: NDArray[np.bool_]
    gold: int
    names: tuple[str, ...]
    bare: bool = False
    answer: Answer | None = None


def guises(page: GoldPage, ages: int) -> list[Example]:
    """The page as it is, as it would have looked in some earlier years, and bare: the box of its own text alone, as
    print versions have it, of today and aged. None where it has no text.
    """
    seed = int(page.number) * 100
    tree = walk(_parsed(page))
    made = [_of(page, tree)]
    if made[0] is None:
        return []
    core = None if page.kind not in _TELLING else _core(tree, made[0].own)
    made += [_of(page, walk(parse(aged(_parsed(page), seed + number))[0])) for number in range(1, ages + 1)]
    if core is not None and ages:
        for number in (0, ages + 1):
            root = _bare(_parsed(page), core, headed=bool(int(page.number) % 2))
            stripped = _of(page, walk(parse(aged(root, seed + number))[0] if number else root))
            made.append(None if stripped is None else replace(stripped, bare=True))
    return [one for one in made if one is not None]


def _parsed(page: GoldPage) -> DomElement:
    return parse(decode(page.html)[0])[0]


def _of(page: GoldPage, tree: BlockTree) -> Example | None:
    return example(tree, page.url, page.text, page.number, PAGE_TYPES.index(page.kind))


def _core(tree: BlockTree, own: NDArray[np.bool_]) -> list[int] | None:
    """The innermost element that holds nearly all of the page's own text, by the child to take at each step down from
    the root; ``None`` of a page of little.
    """
    held: dict[DomElement, int] = {}
    total = 0
    texts = [slot for slot in tree.slots if slot.text]
    for slot, mine in zip(texts, own.tolist(), strict=True):
        if mine:
            total += len(slot.text)
            for element in (slot.element, *slot.element.iterancestors()):
                held[element] = held.get(element, 0) + len(slot.text)
    around = [element for element, size in held.items() if size >= _NEARLY * total]
    if total < _MUCH or not around:
        return None
    innermost = max(around, key=lambda element: sum(1 for _ in element.iterancestors()))
    chain = [innermost, *innermost.iterancestors()]
    return [above.index(below) for below, above in pairwise(chain)][::-1]


def _bare(root: DomElement, path: Sequence[int], *, headed: bool) -> DomElement:
    """A page with nothing but one element in its body, and its title above it."""
    core = root
    for step in path:
        core = core[step]
    body = root.find("body")
    if body is None or core is body or core is root:
        return root
    core.tail = None
    title = root.findtext("head/title") or ""
    for child in list(body):
        body.remove(child)
    body.text = None
    if headed and title:
        head = etree.SubElement(body, "h1")
        head.text = without_site(" ".join(title.split()))
    body.append(core)
    return root


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
    for taken in np.flatnonzero(own).tolist():
        have.update(texts[taken])
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

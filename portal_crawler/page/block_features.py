"""Block features: what each text of a page weighs, in numbers, for the learned model. Judges nothing.

No number needs spaces between words, upper case or a word of any language. The features, in their order, are the
model's contract: what is added or changed here needs a model trained anew (``benchmarks/extraction/train.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal_crawler.page.address_facts import address_facts
from portal_crawler.page.blocks import BlockTree, Slot
from portal_crawler.page.box_table import ANCESTORS, BoxTable, box_table
from portal_crawler.page.characters import CharacterCounts, CharacterKind, count_characters
from portal_crawler.page.class_words import HINTS
from portal_crawler.page.headline import without_site

Numbers = NDArray[np.floating[Any]]
# Features of one name, or of several with a row each (or one number each, the same for all texts): NumPy takes longer
# to be called than to fill a row.
Column = tuple[str, Numbers] | tuple[tuple[str, ...], Numbers]

TAGS = (
    *("p", "div", "li", "td", "th", "dt", "dd", "blockquote", "pre", "figcaption", "caption", "form", "select"),
    *("button", "label", "center", "body", "section", "article", "span", "address", "summary"),
)
_TAG_NUMBERS = {tag: number for number, tag in enumerate(TAGS)}
_TAG_NAMES, _TAG_COLUMN = tuple(f"tag_{tag}" for tag in TAGS), np.arange(len(TAGS))[:, None]
_BIT_NAMES = tuple(
    tuple(f"{prefix}_{name}" for name in names)
    for prefix, names in (("in", ANCESTORS), ("near", HINTS), ("under", HINTS))
)
# How many boxes around a text are weighed, its own included, and what of each.
_LEVELS = 5
_OF_BOX = ("mass", "links", "prose", "share", "slots", "density", "controls", "wider", "own", "place")
_LEVEL_NAMES = tuple(f"{name}_{level}" for level in range(_LEVELS) for name in _OF_BOX)
# Lines longer than this are no headline.
_HEADLINE = 260
_HEADINGS, _HEADING_LEVELS = tuple(f"h{level}" for level in range(1, 7)), np.arange(1, 7)[:, None]
_HEADING_LIKE = np.array([0.0, 0.6, 0.45, 0.2, 0.0, 0.0, 0.0], np.float32)
# So much like the declared title, and set as a headline, is the headline.
_TITLE = 0.55
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class BlockFeatures:
    """``values[i, f]`` is feature ``names[f]`` of the slot ``slots[i]``: one row for each slot that holds a text.

    ``paths`` number the chains of element names down to the texts, ``labels`` the same with class and id of their box:
    alike texts share them.
    """

    names: tuple[str, ...]
    values: Numbers
    slots: tuple[int, ...]
    weights: Numbers
    paths: NDArray[np.int64]
    labels: NDArray[np.int64]


class _Page:
    """The numbers of a page that several groups share."""

    def __init__(self, tree: BlockTree, texts: Sequence[Slot]) -> None:
        self.tree = tree
        self.texts = texts
        self.size = len(texts)
        self.at = np.arange(self.size)
        # One tuple a field of the slots: a hundred columns by attribute would read each slot a hundred times.
        self.fields = dict(zip(Slot._fields, zip(*texts, strict=True), strict=True))
        self.counted = count_characters(self.fields["text"])
        self.weights = self.counted.weights
        self.lengths = self.counted.lengths.astype(np.float32)
        self.link_share = np.minimum(self._column("link_chars") / self.lengths, 1)
        marks = self.counted.of(CharacterKind.SENTENCE_END) + self.counted.of(CharacterKind.COMMA)
        own = self.weights * (1 - self.link_share)
        self.prose: Numbers = np.where((self.weights >= 60) & (self.link_share < 0.5) & (marks >= 1), own, 0).astype(
            np.float32
        )
        self.headings = self._column("heading").astype(np.int64)
        self.sizes = self._column("size") - 3
        self.links = np.fromiter(map(len, self.fields["occurrences"]), np.float32, self.size)
        self.boxes: BoxTable = box_table(texts, tree.slots)
        self.linked = self.weights * self.link_share
        self.total = max(float(self.weights.sum()), 1.0)
        self.total_prose = max(float(self.prose.sum()), 1.0)
        self.before = (np.cumsum(self.weights, dtype=np.float64) - self.weights).astype(np.float32)

    def _column(self, name: str) -> Numbers:
        return np.array(self.fields[name], np.float32)


def block_features(tree: BlockTree, address: str = "") -> BlockFeatures | None:
    """The features of a page's texts; ``None`` of a page without any.

    :param address: the page's URL, or "".
    """
    rows = tuple(number for number, slot in enumerate(tree.slots) if slot.text)
    if not rows:
        return None
    page = _Page(tree, [tree.slots[row] for row in rows])
    columns = [
        column
        for group in (_text, _setting, _boxes, _levels, _core, _paths, _position, _headline, _headed, _page)
        for column in group(page)
    ]
    columns.append(_named("address", address_facts(address)))
    names: list[str] = []
    for name, _ in columns:
        names += (name,) if isinstance(name, str) else name
    values = np.empty((len(names), page.size), np.float32)
    end = 0
    for name, column in columns:
        first, end = end, end + (1 if isinstance(name, str) else len(name))
        values[first:end] = column
    boxes = page.boxes
    return BlockFeatures(tuple(names), values.T, rows, page.weights, boxes.path[boxes.of], boxes.label[boxes.of])


def _text(page: _Page) -> Iterator[Column]:
    counted: CharacterCounts = page.counted
    weights, lengths = page.weights, page.lengths
    ends, commas = counted.of(CharacterKind.SENTENCE_END), counted.of(CharacterKind.COMMA)
    yield "log_weight", np.log1p(weights)
    yield "log_own", np.log1p(weights * (1 - page.link_share))
    yield "link_share", page.link_share
    yield "log_prose", np.log1p(page.prose)
    yield "log_sentences", np.log1p(ends)
    yield "sentence_rate", ends * 40 / (weights + 1)
    yield "log_commas", np.log1p(commas)
    yield "comma_rate", commas * 20 / (weights + 1)
    yield "digit_share", counted.of(CharacterKind.DIGIT) / lengths
    yield "bar_share", counted.of(CharacterKind.BAR) / lengths
    yield "bracket_share", counted.of(CharacterKind.BRACKET) / lengths
    yield "ideograph_share", counted.of(CharacterKind.IDEOGRAPH) / lengths
    yield "quotes", np.minimum(counted.of(CharacterKind.QUOTE), 6) / 3
    yield "currency", np.minimum(counted.of(CharacterKind.CURRENCY), 3)
    yield "colons", np.minimum(counted.of(CharacterKind.COLON), 3)
    closed = (counted.last == CharacterKind.QUOTE) | (counted.last == CharacterKind.BRACKET)
    stops = counted.last_but_one == CharacterKind.SENTENCE_END
    yield "ends_sentence", ((counted.last == CharacterKind.SENTENCE_END) | (closed & stops)).astype(np.float32)
    yield "ends_colon", (counted.last == CharacterKind.COLON).astype(np.float32)
    yield "starts_digit", (counted.first == CharacterKind.DIGIT).astype(np.float32)
    marked = (counted.first == CharacterKind.BAR) | (counted.first == CharacterKind.BRACKET)
    yield "starts_mark", marked.astype(np.float32)
    yield "starts_quote", (counted.first == CharacterKind.QUOTE).astype(np.float32)
    texts = page.fields["text"]
    found = Counter(texts)
    yield "repeats", np.log([found[text] for text in texts]).astype(np.float32)


def _setting(page: _Page) -> Iterator[Column]:
    for name in ("bold", "italic"):
        yield name, np.minimum(page._column(f"{name}_chars") / page.lengths, 1)
    for name in ("option", "caption", "hidden"):
        yield name, page._column(name)
    yield "images", np.minimum(page._column("images"), 3)
    yield "log_breaks", np.log1p(page._column("breaks"))
    yield _HEADINGS, (page.headings == _HEADING_LEVELS).astype(np.float32)
    yield "size", page.sizes
    yield "log_links", np.log1p(page.links)
    yield "log_link_mean", np.log1p(page.link_share * page.lengths / np.maximum(page.links, 1))


def _boxes(page: _Page) -> Iterator[Column]:
    boxes = page.boxes
    numbers = np.fromiter((_TAG_NUMBERS.get(slot.box.tag, -1) for slot in page.texts), np.int64, page.size)
    yield _TAG_NAMES, (numbers == _TAG_COLUMN).astype(np.float32)
    for bits, names in zip((boxes.ancestors, boxes.near_hints, boxes.hints), _BIT_NAMES, strict=True):
        yield names, (bits[boxes.of] >> np.arange(len(names))[:, None] & 1).astype(np.float32)
    yield "depth", boxes.depth[boxes.of] / 20
    yield "floats", boxes.floats[boxes.of]


def _levels(page: _Page) -> Iterator[Column]:
    """The text's box, and the boxes around it: how much they hold, and what share of it is links and prose."""
    boxes = page.boxes
    mass, linked, prose = boxes.within(page.weights), boxes.within(page.linked), boxes.within(page.prose)
    slots = (boxes.end - boxes.first).astype(np.float32)
    of_box = np.array(
        (
            np.log1p(mass),
            linked / (mass + 1),
            prose / page.total_prose,
            mass / page.total,
            np.log1p(slots),
            prose / (mass + 1),
            np.minimum(boxes.controls, 4),
            np.log1p(np.maximum(mass[boxes.parent] - mass, 0)),
        )
    )
    rows = [boxes.of]
    while len(rows) < _LEVELS:
        rows.append(boxes.parent[rows[-1]])
    levels = np.array(rows)
    found = np.empty((_LEVELS, len(_OF_BOX), page.size), np.float32)
    found[:, :-2] = of_box[:, levels].transpose(1, 0, 2)
    found[:, -2] = page.weights / (mass[levels] + 1)
    found[:, -1] = (page.at - boxes.first[levels]) / np.maximum(slots[levels], 1)
    yield _LEVEL_NAMES, found.reshape(-1, page.size)


def _core(page: _Page) -> Iterator[Column]:
    """Where the text stands from the innermost box that holds half, or three quarters, of the page's prose."""
    boxes = page.boxes
    prose = boxes.within(page.prose)
    row = 0
    for share in (75, 50):
        heavy = np.nonzero(100 * prose >= share * page.total_prose)[0]
        row = int(heavy[np.argmax(boxes.depth[heavy])]) if len(heavy) else 0
        first, end = int(boxes.first[row]), int(boxes.end[row])
        before, after = page.at < first, page.at >= end
        edge = page.before[min(first, page.size - 1)], page.before[end - 1] + page.weights[end - 1]
        away = np.where(before, edge[0] - page.before, np.where(after, page.before - edge[1], 0))
        yield f"core{share}_in", (~before & ~after).astype(np.float32)
        yield f"core{share}_below", after.astype(np.float32)
        yield f"core{share}_away", np.log1p(np.maximum(away, 0))
        yield f"core{share}_depth", np.clip(boxes.depth[boxes.of] - boxes.depth[row], -6, 8) / 4
    meets = _meeting_depth(boxes, row)[boxes.of]
    yield "core_up", (boxes.depth[row] - meets) / 8
    yield "core_down", (boxes.depth[boxes.of] - meets) / 8


def _meeting_depth(boxes: BoxTable, core: int) -> Numbers:
    """The depth of the innermost box that each box shares with the core."""
    on_path = np.zeros(len(boxes.boxes), bool)
    row = core
    while not on_path[row]:
        on_path[row] = True
        row = int(boxes.parent[row])
    depth = boxes.depth.tolist()
    meets = [0.0] * len(depth)
    for number, above in enumerate(boxes.parent.tolist()):
        meets[number] = depth[number] if on_path[number] else meets[above]
    return np.array(meets, np.float32)


def _paths(page: _Page) -> Iterator[Column]:
    """All texts of the page that stand on the same path of element names, and those whose box has the same class."""
    for name, numbers in (("path", page.boxes.path), ("label", page.boxes.label)):
        own = numbers[page.boxes.of]
        mass, prose, linked = (np.bincount(own, values) for values in (page.weights, page.prose, page.linked))
        count = np.bincount(own)
        yield f"{name}_prose", (prose[own] / page.total_prose).astype(np.float32)
        yield f"{name}_mass", np.log1p(mass[own]).astype(np.float32)
        yield f"{name}_links", (linked[own] / (mass[own] + 1)).astype(np.float32)
        yield f"{name}_count", np.log(count[own]).astype(np.float32)
        yield f"{name}_mean", np.log1p(mass[own] / count[own]).astype(np.float32)


def _position(page: _Page) -> Iterator[Column]:
    prose_before = np.cumsum(page.prose, dtype=np.float64) - page.prose
    yield "place", (page.at / page.size).astype(np.float32)
    yield "place_mass", page.before / page.total
    yield "place_prose", (prose_before / page.total_prose).astype(np.float32)
    yield "log_before", np.log1p(page.before)
    yield "log_behind", np.log1p(np.maximum(page.total - page.before - page.weights, 0))
    yield "log_index", np.log1p(page.at).astype(np.float32)
    yield "log_rest", np.log1p(page.size - 1 - page.at).astype(np.float32)


def _headline(page: _Page) -> Iterator[Column]:
    like = _likeness(page)
    score = like + _HEADING_LIKE[page.headings] + 0.2 * np.maximum(0, page.sizes)
    best = int(np.argmax(score))
    known = float(score[best] >= _TITLE)
    first = np.argmax(page.headings == 1) if (page.headings == 1).any() else page.size
    yield "title_likeness", like
    yield "is_title", known * (page.at == best).astype(np.float32)
    yield "below_title", known * (page.at > best).astype(np.float32)
    yield "title_distance", known * np.clip((page.at - best) / 20, -3, 3).astype(np.float32)
    yield "title_mass", known * np.log1p(np.maximum(page.before - page.before[best], 0))
    yield "below_h1", (page.at > first).astype(np.float32)


def _likeness(page: _Page) -> Numbers:
    """How like each short text is to what the page declares as its title: Dice's coefficient over words, 0-1."""
    whole, bare = _words(page.tree.title), _words(without_site(page.tree.title))
    like = np.zeros(page.size, np.float32)
    if not bare:
        return like
    for row in np.nonzero((page.counted.lengths <= _HEADLINE) & (page.link_share < 0.6))[0].tolist():
        text = page.texts[row].text.casefold()
        # Most texts have no word of it, and one look tells.
        own = frozenset(_WORD.findall(text)) if any(map(text.__contains__, whole)) else frozenset[str]()
        if own and not own.isdisjoint(whole):
            sizes = len(own) + len(bare), len(own) + len(whole)
            like[row] = max(2 * len(own & bare) / sizes[0], 1.8 * len(own & whole) / sizes[1])
    return like


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _headed(page: _Page) -> Iterator[Column]:
    """The last heading above the text: how far, and of what level."""
    last = np.maximum.accumulate(np.where(page.headings > 0, page.at, -1))
    known = last >= 0
    above = np.maximum(last, 0)
    yield "log_since_heading", np.where(known, np.log1p(page.at - above), 0).astype(np.float32)
    yield "heading_level", np.where(known, page.headings[above], 0).astype(np.float32) / 3


def _page(page: _Page) -> Iterator[Column]:
    """What is the same for all texts of the page."""
    tags = [box.tag for box in page.boxes.boxes]
    paragraphs = float((page.prose > 0).sum())
    metas = dict(page.tree.metas)
    declared = metas.get("og:type", "")
    facts = {
        "slots": np.log1p(page.size),
        "mass": np.log1p(page.total),
        "links": float(page.linked.sum()) / page.total,
        "prose": page.total_prose / page.total,
        "paragraphs": np.log1p(paragraphs),
        "paragraph_mean": np.log1p(page.total_prose / max(1.0, paragraphs)),
        "h1": float((page.headings == 1).any()),
        "headings": np.log1p(float((page.headings > 0).sum())),
        "cells": np.log1p(tags.count("td")),
        "p": np.log1p(tags.count("p")),
        "li": np.log1p(tags.count("li")),
        "controls": min(float(page.boxes.controls[0]), 6.0),
        "declared_article": float(declared == "article"),
        "declared_product": float(declared == "product" or any('"Product"' in text for text in page.tree.json_ld)),
        "published": float("article:published_time" in metas),
        "ld_article": float(any("Article" in text for text in page.tree.json_ld)),
        "description": float(bool(metas.get("description"))),
    }
    yield _named("page", facts)


def _named(group: str, facts: Mapping[str, float]) -> Column:
    """Facts that are the same for all texts of the page."""
    return tuple(f"{group}_{name}" for name in facts), np.array(tuple(facts.values()), np.float32)[:, None]

"""Near join: what ``NearIndex.finalize`` decides text by text, decided for all texts at once, in rounds. Pure.

The index decides from the longest text to the shortest, and each decision stands on those before it: which texts stand
for stories, and which fingerprints few of these have. Here a round takes both from the decisions of the round before,
and decides every text anew. As a decision depends on earlier texts alone, the first text is right after one round, the
k-th after k at the latest; and when a round changes nothing, all of them are as the index would have them. In practice
that takes four to eight rounds, since chains of decisions are short.

A text is known by its place in the index's order. Everything here is about arrays of numbers, so that a cluster can
exchange them in blocks.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from portal_crawler.dedup.fingerprints import Prints, Sketch
from portal_crawler.dedup.near_rule import SAME_WORDS, NearKind, NearVerdict, verdict_of
from portal_crawler.dedup.story_counts import StoryCounts

# As ``near_index_sqlite`` has them: texts that a text is compared with, the least keys of a story, the keys of a long
# text, and the keys that are looked up together.
COMPARED, LEAST_KEYS, LONG, AT_ONCE = 8, 16, 32, 100
# As ``near_rule`` has it: texts of fewer tokens are one story under one headline only.
SAME_TOKENS = 12
# What a text adds to the counts of its fingerprints (``story_counts``), and beyond which sum they are frequent.
STORY, COPY, EXACT = 4, 1, 0
RARE = 50
# More texts than these need not be known of a fingerprint: their sum is beyond RARE.
_TELLING = RARE + 1
# The number of a batch of keys of which the text's words are the only one.
_WHOLE = 255

Ints = npt.NDArray[np.int64]
Decisions = Mapping[int, tuple[int, NearVerdict]]
"""By the place of a text: that of the text it repeats or resembles, and what it is to it."""


@dataclass(frozen=True, slots=True)
class Frequent:
    """The cells of fingerprints (``StoryCounts``) that many texts have, ascending, of a table of ``size``; with each
    the place of the text that made it so. With ``settled``, they are frequent from the first text on.
    """

    size: int
    cells: Ints
    since: Ints
    settled: bool = False


class CountsAt(StoryCounts):
    """What was frequent when the text at a place was decided; with ``after``, when it was counted as well."""

    def __init__(self, frequent: Frequent, place: int, *, after: bool = False) -> None:
        self._frequent, self._before = frequent, place + after

    def are_rare(self, prints: Prints) -> npt.NDArray[np.bool_]:
        """Of each, whether few texts had it."""
        known = self._frequent
        if not len(known.cells):
            return np.ones(len(prints), np.bool_)
        cells = prints.astype(np.int64) % known.size
        found = np.minimum(np.searchsorted(known.cells, cells), len(known.cells) - 1)
        frequent = known.cells[found] == cells
        if not known.settled:
            frequent &= known.since[found] < self._before
        rare: npt.NDArray[np.bool_] = ~frequent
        return rare


def features_of(sketch: Sketch) -> Prints:
    """What is counted of a text."""
    return np.concatenate((sketch.prints, sketch.numbers, sketch.pairs))


def whole_key(sketch: Sketch) -> int:
    """The key under which texts of the same words meet."""
    return sketch.whole >> 32


def size_of(stories: int) -> int:
    """The cells of ``StoryCounts`` for so many stories."""
    return max(1 << 20, 1 << (64 * stories).bit_length())


@dataclass(frozen=True, slots=True)
class Words:
    """Of all texts, by their places: a hash of their words (64 bits), and how many tokens they are."""

    wholes: npt.NDArray[np.uint64]
    tokens: Ints

    @staticmethod
    def of(sketches: Iterable[Sketch]) -> Words:
        """Those of sketches, in their order."""
        wholes, tokens = array("Q"), array("q")
        for sketch in sketches:
            wholes.append(sketch.whole)
            tokens.append(sketch.tokens)
        return Words(np.frombuffer(wholes, np.uint64), np.frombuffer(tokens, np.int64))


@dataclass(slots=True)
class Round:
    """What a round knows of all texts, by their places: what each adds to the counts, and which stand for stories."""

    weights: npt.NDArray[np.uint8]
    stories: npt.NDArray[np.bool_]

    def differing(self, other: Round) -> int:
        """The texts of which two rounds say something else."""
        return int(np.count_nonzero((self.weights != other.weights) | (self.stories != other.stories)))


def first_round(words: Words) -> Round:
    """A guess to begin with: of texts of the same words the first is a story, and no other text is a copy."""
    again = np.ones(len(words.tokens), np.bool_)
    again[np.unique(words.wholes, return_index=True)[1]] = False
    again &= words.tokens >= SAME_TOKENS
    return Round(np.where(again, EXACT, STORY).astype(np.uint8), ~again)


def next_round(texts: int, decisions: Decisions) -> Round:
    """What follows from the decisions of a round."""
    weights, stories = np.full(texts, STORY, np.uint8), np.ones(texts, np.bool_)
    for place, (_, verdict) in decisions.items():
        if verdict.kind is NearKind.EXACT:
            weights[place] = EXACT
        elif verdict.merges:
            weights[place] = COPY
        stories[place] = not verdict.merges
    return Round(weights, stories)


# -- rounds


class Cluster(Protocol):
    """Whoever does what a round asks, with all texts at hand."""

    def frequent(self, size: int, weights: npt.NDArray[np.uint8]) -> tuple[Ints, Ints]:
        """The frequent cells of a table of ``size``, as ``frequent_in`` has them."""
        ...

    def verdicts(self, frequent: Frequent, stories: npt.NDArray[np.bool_]) -> Decisions:
        """What every text is that is no story of its own, or like another one, by its place."""
        ...


def decide(words: Words, cluster: Cluster, said: Callable[[str], None]) -> tuple[Round, Decisions]:
    """What all texts are: the round by which the stories were counted, and the decisions.

    As the index does it, twice over: the first time shows how many stories have a fingerprint.

    :param said: told of each round, in words.
    """
    texts = len(words.tokens)
    size, counting = size_of(len(np.unique(words.wholes))), first_round(words)
    for number in count(1):
        frequent = Frequent(size, *cluster.frequent(size, counting.weights))
        found = next_round(texts, cluster.verdicts(frequent, counting.stories))
        said(f"round {number} of the counting: {(anew := found.differing(counting))} texts decided anew")
        if not anew:
            break
        counting = found
    frequent, settling = replace(frequent, settled=True), counting
    for number in count(1):
        decisions = cluster.verdicts(frequent, settling.stories)
        found = next_round(texts, decisions)
        said(f"round {number} of the settling: {found.differing(settling)} texts decided anew")
        if np.array_equal(found.stories, settling.stories):
            return counting, decisions
        settling = found
    raise AssertionError  # count() does not end


# -- which fingerprints many texts have


def counted(texts: Iterable[tuple[int, Sketch]], size: int, weights: npt.NDArray[np.uint8]) -> tuple[Ints, Ints, Ints]:
    """Cell, place and weight of every fingerprint of some texts."""
    cells, places = list[Ints](), list[Ints]()
    for place, sketch in texts:
        if weights[place]:
            found = np.unique(features_of(sketch).astype(np.int64) % size)
            cells.append(found)
            places.append(np.full(len(found), place, np.int64))
    where = _joined(places)
    return telling(_joined(cells), where, weights[where].astype(np.int64))


def telling(cells: Ints, places: Ints, weights: Ints) -> tuple[Ints, Ints, Ints]:
    """The same in order of cell and place, without texts beyond those that make a cell frequent."""
    order = np.lexsort((places, cells))
    cells, places, weights = cells[order], places[order], weights[order]
    kept = _rank_in_run(cells) < _TELLING
    return cells[kept], places[kept], weights[kept]


def frequent_in(cells: Ints, places: Ints, weights: Ints) -> tuple[Ints, Ints]:
    """The cells that are frequent, with the place of the text that made each so, of all texts that have them."""
    cells, places, weights = telling(cells, places, weights)
    if not len(cells):
        return cells, places
    sums = np.cumsum(weights)
    starts = np.flatnonzero(np.append(True, cells[1:] != cells[:-1]))
    before = np.repeat(sums[starts] - weights[starts], np.diff(np.append(starts, len(cells))))
    beyond = np.flatnonzero(sums - before > RARE)
    _, first = np.unique(cells[beyond], return_index=True)
    return cells[beyond[first]], places[beyond[first]]


# -- which texts meet


def queries(place: int, sketch: Sketch, frequent: Frequent) -> tuple[Ints, Ints, int]:
    """The keys by which a text finds others with the number of each one's batch, and how many must meet."""
    keys = CountsAt(frequent, place).rare(features_of(sketch)).astype(np.int64)
    batches = np.arange(len(keys)) // AT_ONCE
    pairs = np.unique(np.stack((keys, batches)), axis=1) if len(keys) else np.empty((2, 0), np.int64)
    found = np.append(pairs[0], whole_key(sketch)), np.append(pairs[1], _WHOLE)
    return found[0].astype(np.int64), found[1].astype(np.int64), 1 + (len(keys) > LONG)


def postings(place: int, sketch: Sketch, frequent: Frequent) -> Ints:
    """The keys under which a text that stands for its story is found, each once."""
    counts = CountsAt(frequent, place, after=not frequent.settled)
    rare = counts.rare(sketch.prints)
    numbers = counts.rare(np.concatenate((sketch.numbers, sketch.pairs)))
    keys = np.concatenate((rare[rare % 2 == 0], np.sort(rare)[:LEAST_KEYS], numbers)).astype(np.int64)
    return np.unique(np.append(keys, whole_key(sketch)))


def met(asked: tuple[Ints, Ints, Ints], posted: tuple[Ints, Ints]) -> tuple[Ints, Ints, Ints, Ints]:
    """Which texts meet under some keys: the places of the later and of the earlier one, how often, and whether they
    have the same words.

    :param asked: key, place and batch of queries; ``posted``: key and place of postings. All of one key are here.
    """
    keys, places, batches = asked
    order = np.lexsort((posted[1], posted[0]))
    under, stories = posted[0][order], posted[1][order]
    starts, ends = np.searchsorted(under, keys), np.searchsorted(under, keys, side="right")
    many = ends - starts
    later, whole = np.repeat(places, many), np.repeat(batches == _WHOLE, many)
    earlier = stories[np.repeat(starts, many) + _rank(many)]
    kept = earlier < later
    return summed(later[kept], earlier[kept], np.where(whole[kept], 0, 1), whole[kept])


def summed(later: Ints, earlier: Ints, hits: Ints, whole: Any) -> tuple[Ints, Ints, Ints, Ints]:
    """One row for each pair of texts."""
    if not len(later):
        return later, earlier, hits, np.asarray(whole, np.int64)
    order = np.lexsort((earlier, later))
    later, earlier = later[order], earlier[order]
    first = np.append(True, (later[1:] != later[:-1]) | (earlier[1:] != earlier[:-1]))
    starts = np.flatnonzero(first)
    sums = np.add.reduceat(hits[order], starts)
    same = np.maximum.reduceat(np.asarray(whole, np.int64)[order], starts)
    return later[starts], earlier[starts], sums, same


def compared(later: Ints, earlier: Ints, hits: Ints, whole: Ints, least: Ints) -> tuple[Ints, Ints, Ints]:
    """The pairs of texts to compare, in the order in which an index would, those of the same words first: place of the
    later and of the earlier one, and whether they have the same words.

    :param least: how often must meet, by the places of the later ones.
    """
    later, earlier, hits, whole = summed(later, earlier, hits, whole)
    same = whole > 0
    often = hits >= np.maximum(least[later], 1) if len(later) else same
    order = np.lexsort((earlier[often], -hits[often], later[often]))
    others = later[often][order], earlier[often][order]
    kept = _rank_in_run(others[0]) < COMPARED
    ones = np.concatenate((later[same], others[0][kept]))
    return (
        ones,
        np.concatenate((earlier[same], others[1][kept])),
        (np.arange(len(ones)) < np.count_nonzero(same)).astype(np.int64),
    )


# -- what texts are to each other


def decided(
    sketch: Sketch, place: int, stories: Iterable[tuple[int, Sketch, bool]], frequent: Frequent
) -> tuple[int, NearVerdict] | None:
    """Of the texts that a text is compared with, the one that it is most like, and what it is to it.

    :param stories: place and sketch of each, and whether it is said to have the same words; in order.
    """
    counts, best = CountsAt(frequent, place), None
    equal = False
    for other, theirs, is_same in stories:
        if equal and not is_same:
            break
        verdict = verdict_of(sketch, theirs, counts)
        if verdict is None or (is_same and verdict != SAME_WORDS):
            continue
        equal = equal or is_same
        if best is None or _weight(verdict) > _weight(best[1]):
            best = other, verdict
    return best


def _weight(verdict: NearVerdict) -> tuple[bool, bool, float]:
    return verdict.merges, verdict.kind is NearKind.EXACT, verdict.similarity


def _joined(arrays: Sequence[Ints]) -> Ints:
    return np.concatenate(arrays) if arrays else np.empty(0, np.int64)


def _rank(many: Ints) -> Ints:
    """0, 1, 2 … for each of several runs of these lengths."""
    starts = np.cumsum(many) - many
    ranks: Ints = np.arange(int(many.sum())) - np.repeat(starts, many)
    return ranks


def _rank_in_run(values: Ints) -> Ints:
    """The place of each value among its equals, which stand together."""
    if not len(values):
        return values
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
    return _rank(np.diff(np.append(starts, len(values))))

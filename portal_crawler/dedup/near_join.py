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
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol

import numpy as np
import numpy.typing as npt

from portal_crawler.dedup.fingerprints import Sketch
from portal_crawler.dedup.near_frequent import EXACT, CountsAt, Frequent, Ints
from portal_crawler.dedup.near_rule import SAME_TOKENS, SAME_WORDS, NearKind, NearVerdict, verdict_of
from portal_crawler.dedup.story_counts import COPY, STORY, cells_for

Decisions = Mapping[int, tuple[int, NearVerdict]]
"""By the place of a text: that of the text it repeats or resembles, and what it is to it."""


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
    size, counting = cells_for(len(np.unique(words.wholes))), first_round(words)
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
        if best is None or verdict.weight > best[1].weight:
            best = other, verdict
    return best

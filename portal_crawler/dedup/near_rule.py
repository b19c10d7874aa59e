"""Near rule: whether two stories whose texts are not equal are copies of one. Pure.

What speaks for it are fingerprints that few other stories have: those of a template, a site's boilerplate or a much
used agency paragraph are shared by many, and count for nothing. What speaks against it are numbers: two tables of
exchange rates differ in nothing else.

The figures were chosen on seeds 3 and 5 of ``benchmarks/dedup/corpus.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from portal_crawler.dedup.fingerprints import Prints, Sketch
from portal_crawler.dedup.story_counts import StoryCounts

# Equal texts of fewer tokens are one story only under one headline: two photo pages.
SAME_TOKENS = 12
# Rare fingerprints that two texts must share: of fewer, chance decides.
_LEAST = 4
# Copies share such a part of the rare fingerprints that either has, or such a part of those of the one with fewer. Two
# short stories that share a paragraph of an agency come to .4, under two headlines and with passages of their own.
_ALIKE, _ALIKE_IN_PASSAGES, _CONTAINED = 0.35, 0.42, 0.8
# And of all fingerprints of the shorter one, such a part.
_OVERLAP = 0.3
# With so many numbers on each side, such a part of the fewer must be on the other, and all of less; where a passage is
# another, its numbers are others as well, and this part is enough.
_NUMBERS, _SAME_NUMBERS, _FEW_NUMBERS, _ALL_NUMBERS = 3, 0.5, 0.25, 0.9
# Of texts that have so much in common, the numbers should be in it.
_MOSTLY = 0.6
# Fewer fingerprints in a row without one in common are no passage.
_SENTENCE = 6
# A copy that was reworded all over shares less, but something everywhere: no longer part of the shorter than this is
# without, and it has so many fingerprints that this means something. What both have is mostly theirs alone.
_REWORDED, _BARE, _TELLING, _OWN = 0.1, 0.2, 8, 0.5
# A short text of which the other lacks little, under the same headline, needs no more than this; one of which it lacks
# nothing, half of it.
_WITHIN, _FEW = 0.9, 2
# Less is asked of two texts with one headline: such a part of the words of either is in both.
_ALIKE_BY_TITLE, _SAME_TITLE = 0.2, 0.6
# A truncated copy lacks such a part of the whole, at its end; where so much of a text is bare, a passage was changed.
_CUT, _PASSAGE = 0.15, 0.1


class NearKind(StrEnum):
    """What a text is to the one that stands for its story. A template sibling is a story of its own."""

    EXACT = "exact"
    NEAR = "near"
    TRUNCATED_OF = "truncated_of"
    REVISION_OF = "revision_of"
    TEMPLATE_SIBLING = "template_sibling"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What two texts have in common.

    ``shorter`` and ``longer`` count their fingerprints, ``shared`` those of both, ``rare`` likewise of the rare ones
    (shorter, longer, shared). ``bare`` is the longest row of the shorter's fingerprints that the longer lacks.
    ``tail`` is the part of the longer that comes after all that both have, 0-1. ``numbers`` are the different numbers
    in the shorter, in the longer and in both; ``one_frame`` says that all but the numbers is the same.
    """

    shorter: int
    longer: int
    shared: int
    rare: tuple[int, int, int]
    bare: int
    tail: float
    numbers: tuple[int, int, int]
    same_title: bool
    one_frame: bool = False

    @property
    def alike(self) -> float:
        """The part of the rare fingerprints of either that both have (Jaccard's measure), 0-1."""
        one, other, shared = self.rare
        return shared / max(1, one + other - shared)

    @property
    def contained(self) -> float:
        """The part of the rare fingerprints of the one with fewer that the other has, 0-1."""
        one, other, shared = self.rare
        return shared / max(1, min(one, other))

    @property
    def same_numbers(self) -> float:
        """The part of the fewer numbers that the other text has too, 0-1; 1 where one has none."""
        one, other, shared = self.numbers
        return shared / min(one, other) if min(one, other) else 1.0

    @property
    def is_scattered(self) -> bool:
        """Whether what the shorter has for itself stands here and there in it, and in no passage of its own."""
        return self.bare <= _BARE * self.shorter

    def told(self) -> str:
        """In words, with its figures."""
        one, other, both = self.numbers
        return (
            f"{self.shared} of {self.shorter} fingerprints in both, {self.rare[2]} of them rare"
            f" (alike {self.alike:.2f}, contained {self.contained:.2f}); {both} of {one} and {other} numbers"
        )


@dataclass(frozen=True, slots=True)
class NearVerdict:
    """A relation of two texts: its kind, how alike they are (0-1), and why."""

    kind: NearKind
    similarity: float
    reason: str

    @property
    def merges(self) -> bool:
        """Whether the two are one story."""
        return self.kind is not NearKind.TEMPLATE_SIBLING

    @property
    def weight(self) -> tuple[bool, bool, float]:
        """Of several, the one that weighs most counts."""
        return self.merges, self.kind is NearKind.EXACT, self.similarity


SAME_WORDS = NearVerdict(NearKind.EXACT, 1.0, "the same words")


def verdict_of(one: Sketch, other: Sketch, counts: StoryCounts) -> NearVerdict | None:
    """What two texts are to each other; ``None`` where they are stories apart.

    :param counts: how many stories have a fingerprint.
    """
    return verdict_by(one, other, counts) if are_comparable(one, other) else None


def are_comparable(one: Sketch, other: Sketch) -> bool:
    """Whether two texts have so much in common that it depends on the counts what they are to each other, or the same
    words. Of most texts that share a key there is no more to know.
    """
    return comparable_with(one)(other)


def comparable_with(one: Sketch) -> Callable[[Sketch], bool]:
    """``are_comparable`` of one text with each of several."""
    prints = set[int]()

    def are(other: Sketch) -> bool:
        if not one.tokens or not other.tokens:
            return False
        if have_same_words(one, other):
            return True
        prints.update(() if prints else one.prints.tolist())  # most copies have the same words, and need none
        least = _OVERLAP * min(len(one.prints), len(other.prints))
        return len(prints.intersection(other.prints.tolist())) >= least

    return are


def verdict_by(one: Sketch, other: Sketch, counts: StoryCounts) -> NearVerdict | None:
    """``verdict_of`` two texts that are comparable."""
    return SAME_WORDS if have_same_words(one, other) else near_verdict(evidence_of(one, other, counts))


def have_same_words(one: Sketch, other: Sketch) -> bool:
    """Whether two texts that have words have the same; short ones, under one headline."""
    return one.whole == other.whole and (one.tokens >= SAME_TOKENS or np.array_equal(one.title, other.title))


def evidence_of(one: Sketch, other: Sketch, counts: StoryCounts) -> Evidence:
    """What two texts have in common."""
    if len(one.prints) > len(other.prints):
        one, other = other, one
    # Plain lists: for some hundred numbers they are five times as fast as numpy's functions on sets.
    place = {found: number for number, found in enumerate(other.prints.tolist())}
    places = [place.get(found, -1) for found in one.prints.tolist()]
    rare_one, rare_other = counts.are_rare(one.prints), counts.are_rare(other.prints)
    rare_both = int(np.count_nonzero(rare_one & (np.array(places, np.int64) >= 0)))
    return Evidence(
        len(one.prints),
        len(other.prints),
        len(places) - places.count(-1),
        (int(rare_one.sum()), int(rare_other.sum()), rare_both),
        _longest_row(places),
        1 - (max(places, default=-1) + 1) / max(1, len(other.prints)),
        (len(one.numbers), len(other.numbers), _in_both(one.numbers, other.numbers)),
        _same_title(one.title, other.title),
        one.frame == other.frame,
    )


def containment_of(one: Sketch, other: Sketch) -> float:
    """How much of the shorter of two texts stands in the other, 0-1: the part of its fingerprints that both have."""
    return _in_both(one.prints, other.prints) / max(1, min(len(one.prints), len(other.prints)))


def _same_title(one: Prints, other: Prints) -> bool:
    """Whether two headlines are one, but for a word that was put right or added."""
    both = _in_both(one, other)
    return both > 0 and both >= _SAME_TITLE * (len(one) + len(other) - both)


def _in_both(one: Prints, other: Prints) -> int:
    return len(set(one.tolist()).intersection(other.tolist()))


def _longest_row(places: list[int]) -> int:
    """The longest row of fingerprints without a place in the other text."""
    longest = row = 0
    for at in places:
        row = row + 1 if at < 0 else 0
        longest = max(longest, row)
    return longest


def near_verdict(found: Evidence) -> NearVerdict | None:
    """What two texts are to each other; ``None`` where they are stories apart."""
    arm = _arm(found)
    if arm is None or found.shared < _OVERLAP * found.shorter:
        return None
    score = round(max(found.alike, found.contained), 4)
    if _other_numbers(found):
        return NearVerdict(NearKind.TEMPLATE_SIBLING, score, f"its numbers are others: {found.told()}")
    return NearVerdict(_kind(found), score, f"{arm}: {found.told()}")


def _arm(found: Evidence) -> str | None:
    """Which part of the rule holds two texts to be one story."""
    within = found.shared >= _WITHIN * found.shorter and found.same_numbers == 1
    few = 1 if found.shared == found.shorter else _FEW
    if found.same_title and within and (found.rare[2] >= few or min(found.numbers[:2]) >= _NUMBERS):
        return "within the other, with one headline"
    if found.rare[2] < _LEAST:
        return None
    if found.alike >= (_ALIKE if found.same_title or found.is_scattered else _ALIKE_IN_PASSAGES):
        return "alike"
    if found.contained >= _CONTAINED:
        return "one is within the other"
    if found.same_numbers < _SAME_NUMBERS:
        return None
    telling = found.shorter >= _TELLING and found.rare[2] >= _OWN * found.shared
    if found.is_scattered and telling and found.alike >= _REWORDED:
        return "reworded all over"
    if found.same_title and found.alike >= _ALIKE_BY_TITLE:
        return "alike, with one headline"
    return None


def _other_numbers(found: Evidence) -> bool:
    """Whether two texts differ in their numbers as the stories of one template do."""
    if found.one_frame:  # a copy in which one number was put right is the rarer case
        return True
    if found.rare[2] < _OWN * found.shared:  # both are mostly template: one number that differs is enough
        return found.same_numbers < _ALL_NUMBERS
    if found.is_scattered or found.bare < _SENTENCE:
        return found.same_numbers < (_SAME_NUMBERS if min(found.numbers[:2]) >= _NUMBERS else 1)
    many = min(found.numbers[:2]) >= _NUMBERS or found.shared >= _MOSTLY * found.shorter
    return many and found.same_numbers < _FEW_NUMBERS


def _kind(found: Evidence) -> NearKind:
    if found.contained >= _CONTAINED and found.tail >= _CUT:
        return NearKind.TRUNCATED_OF
    passage = found.bare > _PASSAGE * found.shorter or found.shorter < (1 - _PASSAGE) * found.longer
    return NearKind.REVISION_OF if passage else NearKind.NEAR

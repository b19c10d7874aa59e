"""Near frequent: which fingerprints many texts have, and since which text, of all texts at once. Pure.

An index counts stories as they come (``story_counts``), and asks what is rare so far. Of a fingerprint's cell, one
number says all of that: the place of the text that made it frequent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from portal_crawler.dedup.fingerprints import Prints, Sketch
from portal_crawler.dedup.story_counts import RARE, StoryCounts

# What a text of the same words adds to the counts of its fingerprints.
EXACT = 0
# More texts than these need not be known of a fingerprint: their sum is beyond RARE.
_TELLING = RARE + 1

Ints = npt.NDArray[np.int64]


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
    kept = rank_among_equals(cells) < _TELLING
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


def _joined(arrays: Sequence[Ints]) -> Ints:
    return np.concatenate(arrays) if arrays else np.empty(0, np.int64)


def run_lengths(values: npt.NDArray[Any]) -> Ints:
    """How many equals stand together, of each run."""
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1])) if len(values) else values
    return np.diff(np.append(starts, len(values)))


def rank_in(many: Ints) -> Ints:
    """0, 1, 2 … for each of several runs of these lengths."""
    starts = np.cumsum(many) - many
    ranks: Ints = np.arange(int(many.sum())) - np.repeat(starts, many)
    return ranks


def rank_among_equals(values: Ints) -> Ints:
    """The place of each value among its equals, which stand together."""
    return rank_in(run_lengths(values))

"""Tallies of edges against a counter that everybody understands."""

from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.graph.edge_tally import EdgeTally, merged, paired, renamed, tallied
from portal_crawler.graph.occurrence import EDITORIAL, NOFOLLOW

_IDS = st.integers(0, 6)
Occurrences = list[tuple[int, int, int]]
_OCCURRENCES = st.lists(st.tuples(_IDS, _IDS, st.integers(0, 15)), max_size=40)


def _tally(occurrences: Occurrences) -> EdgeTally:
    columns = np.array(occurrences, np.int64).reshape(-1, 3).T
    return tallied(paired(columns[0], columns[1]), columns[2].astype(np.uint8))


def _told(tally: EdgeTally) -> dict[tuple[int, int], tuple[int, int, int]]:
    counts = [tally.column(name).tolist() for name in ("total", "editorial", "nofollow")]
    rows = zip(tally.sources.tolist(), tally.targets.tolist(), *counts, strict=True)
    return {(source, target): (total, editorial, nofollow) for source, target, total, editorial, nofollow in rows}


def _counted(occurrences: Occurrences) -> dict[tuple[int, int], tuple[int, int, int]]:
    total = Counter((source, target) for source, target, _ in occurrences)
    editorial = Counter((source, target) for source, target, flags in occurrences if flags & EDITORIAL)
    nofollow = Counter((source, target) for source, target, flags in occurrences if flags & NOFOLLOW)
    return {edge: (total[edge], editorial[edge], nofollow[edge]) for edge in total}


@given(_OCCURRENCES)
def test_a_tally_counts_each_edge(occurrences: Occurrences) -> None:
    tally = _tally(occurrences)
    assert _told(tally) == _counted(occurrences)
    assert (np.diff(tally.pairs) > 0).all()


@given(st.lists(_OCCURRENCES, max_size=4), st.randoms())
def test_tallies_merge_in_any_order(parts: list[Occurrences], random: Random) -> None:
    whole = _counted([one for part in parts for one in part])
    tallies = [_tally(part) for part in parts]
    random.shuffle(tallies)
    assert _told(merged(tallies)) == whole
    nested = merged([merged(tallies[:2]), merged(tallies[2:])])
    assert _told(nested) == whole


@given(_OCCURRENCES, st.lists(st.integers(0, 2), min_size=7, max_size=7))
def test_edges_that_become_one_are_added_up(occurrences: Occurrences, ids: list[int]) -> None:
    moved = [(ids[source], ids[target], flags) for source, target, flags in occurrences]
    assert _told(renamed(_tally(occurrences), np.array(ids))) == _counted(moved)

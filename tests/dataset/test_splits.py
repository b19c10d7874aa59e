"""Which part of a dataset each record is in: what is related stands together, and stays while the dataset grows."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.dataset.splits import CONFLICT, Pair, Placed, part_by_hash, placed

SHARES = (80.0, 10.0, 10.0)
EVEN = (1.0, 1.0, 1.0)


def _ids(count: int) -> list[str]:
    return [f"record {number}" for number in range(count)]


def _across(pairs: list[Pair], found: Placed) -> list[Pair]:
    """Pairs of which both stand somewhere, and not in one part."""
    kept = [(one, other) for one, other in pairs if CONFLICT not in (found.parts[one], found.parts[other])]
    return [(one, other) for one, other in kept if found.parts[one] != found.parts[other]]


def test_the_parts_have_their_shares() -> None:
    counts = Counter(part_by_hash(one, SHARES) for one in _ids(10_000))
    assert abs(counts[0] - 8_000) < 150
    assert abs(counts[1] - 1_000) < 120
    assert abs(counts[2] - 1_000) < 120


def test_a_part_of_no_share_gets_nothing() -> None:
    assert {part_by_hash(one, (1, 0, 0)) for one in _ids(1_000)} == {0}
    assert {part_by_hash(one, (0, 1, 1)) for one in _ids(1_000)} == {1, 2}


def test_what_is_related_over_others_has_one_part_and_one_head() -> None:
    found = placed(_ids(60), [60], [], [(number, number + 1) for number in range(39)], EVEN)
    assert set(found.parts[:40]) == {part_by_hash("record 0", EVEN)}
    assert set(found.heads[:40]) == {0}
    assert list(found.heads[40:]) == list(range(40, 60))


@st.composite
def _grown(draw: st.DrawFn) -> tuple[list[int], list[Pair]]:
    sizes = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4))
    number = st.integers(0, sum(sizes) - 1)
    pairs = draw(st.lists(st.tuples(number, number).filter(lambda pair: pair[0] != pair[1]), max_size=40))
    return sizes, pairs


@given(_grown())
def test_no_two_that_are_related_stand_in_two_parts(grown: tuple[list[int], list[Pair]]) -> None:
    sizes, pairs = grown
    found = placed(_ids(sum(sizes)), [0, *sizes], [], pairs, EVEN)
    assert _across(pairs, found) == []


@given(_grown())
def test_a_record_stays_in_its_part_when_further_crawls_come(grown: tuple[list[int], list[Pair]]) -> None:
    sizes, pairs = grown
    whole = placed(_ids(sum(sizes)), [0, *sizes], [], pairs, EVEN)
    for count, end in enumerate(accumulate(sizes), start=1):
        some = [pair for pair in pairs if max(pair) < end]
        before = placed(_ids(end), [0, *sizes[:count]], [], some, EVEN)
        assert list(before.parts) == list(whole.parts[:end])


@given(_grown(), st.data())
def test_what_an_earlier_version_has_placed_stays_there(
    grown: tuple[list[int], list[Pair]], data: st.DataObject
) -> None:
    sizes, pairs = grown
    known = data.draw(st.lists(st.integers(0, 2), min_size=sizes[0], max_size=sizes[0]))
    found = placed(_ids(sum(sizes)), sizes, known, pairs, EVEN)
    assert _across(pairs, found) == []
    assert all(part in (before, CONFLICT) for part, before in zip(found.parts, known, strict=False))


def test_a_record_like_texts_of_two_parts_is_left_out() -> None:
    found = placed(_ids(3), [2, 1], [0, 2], [(0, 2), (1, 2)], EVEN)
    assert list(found.parts) == [0, 2, CONFLICT]


def test_of_two_that_turn_out_to_be_alike_the_one_to_learn_from_gives_way() -> None:
    assert list(placed(_ids(2), [2, 0], [0, 2], [(0, 1)], EVEN).parts) == [CONFLICT, 2]

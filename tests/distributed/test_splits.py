"""Splits: every chosen capture in exactly one slice, of an address the first."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal_crawler.archive.warc_collection import WarcSource
from portal_crawler.distributed.first_captures_sqlite import FirstCaptures
from portal_crawler.distributed.splits import Cuts, Slice, cuts_of, slices_of

SOURCE = WarcSource.of(Path("x.warc.gz"))


def _row(offset: int, address: int, *, revisit: bool = False) -> dict[str, object]:
    return {"offset": offset, "key": f"{address:032x}", "revisit": revisit}


def _captures(slices: list[Slice]) -> list[list[int]]:
    return [list(one.captures()) for one in slices]


@pytest.mark.parametrize(
    ("cuts", "expected"),
    [
        (Cuts(), [[0, 1, 3, 4, 5]]),
        (Cuts(captures=2), [[0, 1], [3, 4], [5]]),
        (Cuts(span=250), [[0, 1], [3, 4, 5]]),
    ],
)
def test_slices_hold_the_first_capture_of_each_address(cuts: Cuts, expected: list[list[int]]) -> None:
    rows = [_row(100 * number, address) for number, address in enumerate([1, 2, 1, 3, 4, 5, 2])]
    with FirstCaptures() as firsts:
        slices = list(slices_of(0, SOURCE, rows, firsts, cuts))
    assert _captures(slices) == expected
    assert [one.offset for one in slices] == [100 * captures[0] for captures in expected]
    assert [one.first for one in slices] == [captures[0] for captures in expected]


def test_a_slice_begins_at_the_first_capture_of_its_member() -> None:
    rows = [_row(offset, number) for number, offset in enumerate([0, 0, 0, 70, 70])]
    with FirstCaptures() as firsts:
        slices = list(slices_of(0, SOURCE, rows, firsts, Cuts(captures=1)))
    assert _captures(slices) == [[0], [1], [2], [3], [4]]
    assert [(one.offset, one.first) for one in slices] == [(0, 0), (0, 0), (0, 0), (70, 3), (70, 3)]


def test_where_a_revisit_comes_first_the_captures_behind_it_are_candidates_up_to_a_response() -> None:
    first = [_row(0, 1, revisit=True), _row(10, 2)]
    second = [_row(0, 1, revisit=True), _row(10, 1), _row(20, 1), _row(30, 2, revisit=True)]
    with FirstCaptures() as firsts:
        slices = [*slices_of(0, SOURCE, first, firsts, Cuts()), *slices_of(1, SOURCE, second, firsts, Cuts())]
        assert _captures(slices) == [[0, 1], [0, 1]]
        assert list(firsts.beaten(lambda file, capture: False)) == [(1, 0), (1, 1)]
        assert list(firsts.beaten(lambda file, capture: (file, capture) == (0, 0))) == [(1, 1)]
        assert list(firsts.beaten(lambda file, capture: capture == 0)) == []


def test_a_slice_can_be_narrowed() -> None:
    one = Slice(0, SOURCE, 700, first=5, chosen=0b1011)
    assert list(one.captures()) == [5, 6, 8]
    assert list(one.only([8, 5]).captures()) == [5, 8]
    assert list(one.only([]).captures()) == []


@pytest.mark.parametrize(
    ("captures", "slice_"), [(0, 128), (131_072, 128), (131_073, 129), (10**6, 977), (10**8, 1024)]
)
def test_a_larger_archive_has_larger_slices_and_not_many_more(captures: int, slice_: int) -> None:
    assert cuts_of(captures) == Cuts(captures=slice_)

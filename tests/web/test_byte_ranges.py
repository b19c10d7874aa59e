from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.web.byte_ranges import UNSATISFIABLE, ByteRange, asked_range


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-0", ByteRange(0, 0)),
        ("bytes=0-", ByteRange(0, 999)),
        ("bytes=990-2000", ByteRange(990, 999)),
        ("bytes=-1", ByteRange(999, 999)),
        ("bytes=-5000", ByteRange(0, 999)),
        ("BYTES = 1 - 2", ByteRange(1, 2)),
    ],
)
def test_one_part_is_given(header: str, wanted: ByteRange) -> None:
    assert asked_range(header, 1000) == wanted


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "bytes=0-1, -1", "bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_several_parts_and_parts_that_are_not_there_are_refused(header: str) -> None:
    assert asked_range(header, 1000) is UNSATISFIABLE


@pytest.mark.parametrize(
    "header", [None, "", "lines=1-2", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=0x1-2"]
)
def test_a_header_that_says_no_part_is_passed_over(header: str | None) -> None:
    assert asked_range(header, 1000) is None


@given(st.text(max_size=30), st.integers(0, 10**12))
def test_a_part_lies_within_the_file_whatever_is_asked(text: str, size: int) -> None:
    part = asked_range(f"bytes={text}", size)
    assert part is None or part is UNSATISFIABLE or 0 <= part.first <= part.last < size

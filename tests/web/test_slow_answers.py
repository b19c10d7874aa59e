"""Answers that take longer than a request may."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial

import pytest

from portal_crawler.web.catalog_keeper import NotReadyError
from portal_crawler.web.slow_answers import SlowAnswers

MANY = 7


def test_each_answer_is_made_once_however_many_wait_for_theirs() -> None:
    answers, begun, given = SlowAnswers(), Counter[int](), dict[int, int]()

    def made(number: int) -> int:
        begun[number] += 1
        time.sleep(0.6)
        return number * number

    until = time.monotonic() + 60
    while len(given) < MANY and time.monotonic() < until:
        for number in set(range(MANY)) - given.keys():
            try:
                given[number] = answers.get(number, partial(made, number))
            except NotReadyError:
                continue
    assert given == {number: number * number for number in range(MANY)}
    assert set(begun.values()) == {1}


def test_the_newest_answers_are_kept() -> None:
    answers, begun = SlowAnswers(), Counter[int]()

    def made(number: int) -> int:
        begun[number] += 1
        return number

    for number in (*range(9), 8, 0):
        assert answers.get(number, partial(made, number)) == number
    assert (begun[8], begun[0]) == (1, 2)


def test_what_failed_is_raised_and_tried_again() -> None:
    answers = SlowAnswers()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            answers.get("ratio", lambda: 1 / 0)

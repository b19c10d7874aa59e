"""Pace: how long a host is left alone, when it counts as out, and what a restart or a clock set back does to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal_crawler.frontier.pace import (
    NEW_HOST,
    HostPace,
    PaceRule,
    after_answer,
    after_failure,
    after_proof,
    held,
    is_given_up,
    is_in_doubt,
    pause,
    ready_in,
    reopened,
)

RULE = PaceRule(delay=2.0, factor=3.0, max_factor_delay=10.0, max_crawl_delay=20.0, patience=100.0)
NOW = 1_000_000.0


@pytest.mark.parametrize(
    ("crawl_delay", "seconds", "expected"),
    [(0, 0.1, 2.0), (5, 0.1, 5), (5, 3.0, 9.0), (0, 60.0, 10.0), (300, 0.1, 20.0)],
)
def test_the_pause_is_the_longest_of_three_each_with_its_cap(
    crawl_delay: float, seconds: float, expected: float
) -> None:
    assert pause(HostPace(crawl_delay=crawl_delay), RULE, seconds) == expected


def test_without_a_delay_of_ours_only_the_hosts_own_wish_counts() -> None:
    rule = replace(RULE, delay=0.0)
    assert pause(NEW_HOST, rule, 50.0) == 0.0
    assert pause(HostPace(crawl_delay=5), rule, 50.0) == 5


def test_a_pause_is_counted_from_the_answers_end_and_never_shortened() -> None:
    pace = held(after_answer(NEW_HOST, RULE, NOW, 0.1), NOW, 30.0)
    assert ready_in(pace, NOW) == 30.0
    assert ready_in(held(pace, NOW + 1, 5.0), NOW + 1) == 29.0


def test_failures_double_the_pause_from_the_second_on() -> None:
    pace, now, pauses = NEW_HOST, NOW, []
    for _ in range(12):
        pace = after_failure(pace, replace(RULE, delay=0.0), now, now, 0.0)
        pauses.append(ready_in(pace, now))
        now += pauses[-1] + 1
    assert pauses == [0, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300]


def test_requests_that_were_under_way_together_fail_together() -> None:
    pace = NEW_HOST
    for _ in range(8):
        pace = after_failure(pace, RULE, NOW, NOW - 1, 0.0)
    assert pace.failures == 1
    assert not is_in_doubt(pace, NOW)


def test_a_host_in_doubt_that_answers_is_believed_for_a_while() -> None:
    pace = after_failure(after_failure(NEW_HOST, RULE, NOW, NOW, 0.0), RULE, NOW + 1, NOW + 1, 0.0)
    assert is_in_doubt(pace, NOW + 1)
    pace = after_proof(pace, NOW + 2)
    pace = after_failure(after_failure(pace, RULE, NOW + 3, NOW + 3, 0.0), RULE, NOW + 4, NOW + 4, 0.0)
    assert not pace.failures
    late = after_failure(after_failure(pace, RULE, NOW + 40, NOW + 40, 0.0), RULE, NOW + 41, NOW + 41, 0.0)
    assert is_in_doubt(late, NOW + 41)


def test_a_host_that_never_answered_is_given_up_by_tries_another_by_patience() -> None:
    never = HostPace(failures=4, failing_since=NOW)
    assert is_given_up(never, RULE, NOW, 4)
    assert not is_given_up(never, RULE, NOW, 5)
    once = replace(never, answered=NOW - 10)
    assert not is_given_up(once, RULE, NOW + 99, 4)
    assert is_given_up(once, RULE, NOW + 101, 4)


def test_a_clock_set_back_holds_no_host_longer_than_its_pause() -> None:
    pace = held(NEW_HOST, NOW, 5.0)
    assert ready_in(pace, NOW - 3_600) == 5.0


def test_a_crawl_that_goes_on_asks_late() -> None:
    known = replace(held(NEW_HOST, NOW - 60, 2.0), answered=NOW - 60, crawl_delay=7)
    assert ready_in(reopened(known, RULE, NOW), NOW) == 7
    # Nobody knows whether it was asked right before the kill, or what pause it wants.
    assert ready_in(reopened(NEW_HOST, RULE, NOW), NOW) == 10.0

from __future__ import annotations

from portal_crawler.frontier.budgets import HostBudget, Spent, over

HOUR = 3600.0
NOON = 1_780_315_200.0
FOR_AN_HOUR = HostBudget(seconds=HOUR)


def test_a_host_has_its_seconds_from_its_first_page_on() -> None:
    spent = Spent().and_page(10, NOON).and_page(10, NOON + HOUR - 1)
    assert (spent.pages, spent.bytes) == (2, 20)
    assert over(FOR_AN_HOUR, spent, NOON + HOUR - 1) == ""
    assert over(FOR_AN_HOUR, spent, NOON + HOUR) == "[scope] max_host_seconds = 3600"


def test_a_clock_that_was_put_back_between_two_runs_gives_a_host_its_seconds_once_more_and_not_for_ever() -> None:
    spent = Spent().and_page(10, NOON + 8760 * HOUR)  # while the clock was a year ahead
    assert over(FOR_AN_HOUR, spent, NOON) == ""
    resumed = spent.and_page(10, NOON)
    assert over(FOR_AN_HOUR, resumed, NOON + HOUR - 1) == ""
    assert over(FOR_AN_HOUR, resumed, NOON + HOUR)

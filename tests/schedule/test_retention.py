"""Which crawls are kept by the rules of retention."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.schedule.retention import read_retention

DAYS = [datetime(2026, 1, 1, 3, tzinfo=UTC) + timedelta(days=n) for n in range(120)]  # to 30 April


def _kept(rules: str) -> list[str]:
    return [f"{day:%m-%d}" for day in sorted(read_retention(rules).kept(DAYS))]


def test_of_each_period_the_newest_is_kept() -> None:
    assert _kept("monthly:all") == ["01-31", "02-28", "03-31", "04-30"]
    assert _kept("monthly:2") == ["03-31", "04-30"]
    assert _kept("weekly:3") == ["04-19", "04-26", "04-30"]
    assert _kept("yearly:all") == ["04-30"]


def test_what_any_rule_keeps_is_kept() -> None:
    assert _kept("last:2, monthly:all") == ["01-31", "02-28", "03-31", "04-29", "04-30"]


@pytest.mark.parametrize("rules", ["all", "last:all", "last:all, monthly:2", "daily:all", "hourly:all", "last:999"])
def test_all_is_kept_where_the_rules_keep_all(rules: str) -> None:
    assert len(_kept(rules)) == len(DAYS)


@pytest.mark.parametrize(
    "text", ["", "last", "last:0", "last:-1", "last:30;monthly:all", "all, last:3", "fortnightly:2"]
)
def test_what_are_no_rules_is_told_with_their_form(text: str) -> None:
    with pytest.raises(ValueError, match="last:30, monthly:all"):
        read_retention(text)


@given(st.sets(st.sampled_from(DAYS), min_size=1), st.integers(1, 9))
def test_the_newest_crawl_is_kept_by_every_rule(days: set[datetime], count: int) -> None:
    for name in ("last", "hourly", "daily", "weekly", "monthly", "yearly"):
        kept = read_retention(f"{name}:{count}").kept(sorted(days))
        assert max(days) in kept
        assert len(kept) <= count

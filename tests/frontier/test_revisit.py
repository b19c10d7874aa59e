"""The pace of a page from its visits, and what the next visits are worth."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.frontier.revisit import (
    DAY,
    PRIORS,
    RatePrior,
    RevisitRule,
    VisitHistory,
    change_rate,
    first_seen,
    found_rate,
    next_visit,
    visit_priority,
    visited,
    worth,
)
from portal_crawler.page.kind import PageKind

ARTICLE, HUB, OTHER = PageKind.ARTICLE, PageKind.LINK_PAGE, PageKind.OTHER
KINDS = st.sampled_from(list(PageKind))
VISITS = st.lists(
    st.tuples(st.floats(1.0, 400 * DAY), st.booleans(), st.integers(0, 50)), max_size=30
)  # seconds since the last one, changed, found
TINY = RatePrior(changes=1e-9, seconds=1e-9)


def _history(kind: PageKind, visits: list[tuple[float, bool, int]], born: float | None = None) -> VisitHistory:
    history, at = first_seen(0.0, born), 0.0
    for wait, changed, found in visits:
        at += wait
        history = visited(history, at, changed, kind, found)
    return history


def _watched(rate: float, wait: list[float], seed: int) -> VisitHistory:
    """A page that changes as a Poisson process of that rate a second."""
    rng = Random(seed)
    visits = [(0.0, False, 0), *((one, rng.random() > math.exp(-rate * one), 0) for one in wait)]
    return _history(OTHER, visits)


@pytest.mark.parametrize(("visits", "changes"), [(1, 0), (1, 1), (10, 0), (10, 3), (10, 10), (300, 299)])
def test_regular_visits_give_the_bias_corrected_estimate(visits: int, changes: int) -> None:
    """Cho and Garcia-Molina's ``-log((quiet + 0.5) / (n + 0.5)) / interval`` is the case of half a quiet interval."""
    history = _history(OTHER, [(0.0, False, 0), *((DAY, at < changes, 0) for at in range(visits))])
    expected = -math.log((visits - changes + 0.5) / (visits + 0.5)) / DAY
    assert change_rate(history, RatePrior(1e-12, DAY / 2)) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("per_day", [0.05, 0.5, 2.0])
def test_irregular_visits_give_the_rate_that_was_there(per_day: float) -> None:
    waits = [Random(at).uniform(0.2, 2.0) * DAY for at in range(2000)]
    rates = [change_rate(_watched(per_day / DAY, waits, seed), TINY) * DAY for seed in range(5)]
    assert sum(rates) / len(rates) == pytest.approx(per_day, rel=0.1)


@given(KINDS, VISITS, st.floats(-9000 * DAY, 0))
def test_every_history_gives_a_finite_rate_above_zero(
    kind: PageKind, visits: list[tuple[float, bool, int]], born: float
) -> None:
    history = _history(kind, visits, born)
    rate = change_rate(history, PRIORS[kind])
    assert 0 < rate < math.inf
    assert rate <= (history.changes + PRIORS[kind].changes) / PRIORS[kind].seconds


@given(KINDS, VISITS)
def test_a_change_never_means_a_lower_rate(kind: PageKind, visits: list[tuple[float, bool, int]]) -> None:
    history = _history(kind, [*visits, (1.0, False, 0)])
    at = history.last_visit or 0.0
    quiet = change_rate(visited(history, at + DAY, False, kind), PRIORS[kind])
    changed = change_rate(visited(history, at + DAY, True, kind), PRIORS[kind])
    assert changed >= quiet


def test_the_first_visit_tells_nothing_of_the_rate() -> None:
    history = visited(first_seen(5.0), 9.0, True, HUB, found=20)
    assert (history.visits, history.changes, history.found, history.last_visit) == (1, 0, 0, 9.0)


def test_a_page_that_is_found_old_is_not_taken_for_new() -> None:
    new = visited(first_seen(0.0), 0.0, False, ARTICLE)
    old = visited(first_seen(0.0, born=-1000 * DAY), 0.0, False, ARTICLE)
    assert worth(old, ARTICLE, DAY) < worth(new, ARTICLE, DAY) / 100


def test_a_story_is_due_later_and_later() -> None:
    history, rule, waits = first_seen(0.0), RevisitRule(), []
    for _ in range(6):
        at = next_visit(history, ARTICLE, rule)
        waits.append(at - (history.last_visit or 0.0))
        history = visited(history, at, False, ARTICLE)
    assert waits[0] == 0.0
    assert waits[1:] == sorted(waits[1:])
    assert waits[-1] == rule.max_interval


def test_a_hub_is_worth_what_it_leads_to_and_not_its_own_changes() -> None:
    barren = _history(HUB, [(DAY, True, 0)] * 20)
    fertile = _history(HUB, [(DAY, True, 5)] * 20)
    assert found_rate(fertile, PRIORS[HUB]) * DAY == pytest.approx(96 / 20)
    assert worth(fertile, HUB, 21 * DAY) > 50 * worth(barren, HUB, 21 * DAY)
    assert next_visit(fertile, HUB, RevisitRule()) < next_visit(barren, HUB, RevisitRule())


@given(KINDS, VISITS, st.floats(0, 400 * DAY), st.floats(0, 400 * DAY))
def test_waiting_never_makes_a_visit_worth_less(
    kind: PageKind, visits: list[tuple[float, bool, int]], one: float, other: float
) -> None:
    history = _history(kind, [(1.0, False, 0), *visits])
    last = history.last_visit or 0.0
    early, late = sorted((one, other))
    assert worth(history, kind, last + early) <= worth(history, kind, last + late) * (1 + 1e-6) + 1e-6


@given(KINDS, VISITS, st.floats(1.0, 90 * DAY), st.floats(1.0, 400 * DAY))
def test_the_next_visit_keeps_the_limits_of_the_profile(
    kind: PageKind, visits: list[tuple[float, bool, int]], shortest: float, more: float
) -> None:
    history = _history(kind, [(1.0, False, 0), *visits])
    wait = next_visit(history, kind, RevisitRule(shortest, shortest + more)) - (history.last_visit or 0.0)
    assert shortest * (1 - 1e-6) <= wait <= (shortest + more) * (1 + 1e-6)


@given(KINDS, VISITS, st.floats(1.0, 400 * DAY), st.booleans(), st.floats(0, 400 * DAY))
def test_a_clock_that_was_ahead_tells_nothing_of_the_rate(
    kind: PageKind, visits: list[tuple[float, bool, int]], ahead: float, changed: bool, later: float
) -> None:
    before = _history(kind, [(500 * DAY, False, 0), *visits])
    now = (before.last_visit or 0.0) - ahead
    assert visit_priority(before, kind, RevisitRule(), now) == -1
    after = visited(before, now, changed, kind, 3)
    assert change_rate(after, PRIORS[kind]) == change_rate(before, PRIORS[kind])
    assert found_rate(after, PRIORS[kind]) == found_rate(before, PRIORS[kind])
    assert visit_priority(after, kind, RevisitRule(), now + later) < 0


def _last_visit(kind: PageKind, at: float | None) -> VisitHistory | None:
    return None if at is None else visited(first_seen(0.0), at, False, kind)


def test_new_addresses_come_first_then_overdue_pages_then_those_worth_most() -> None:
    rule, now = RevisitRule(max_interval=30 * DAY), 100 * DAY
    order = [
        visit_priority(_last_visit(kind, at), kind, rule, now)
        for kind, at in ((ARTICLE, None), (OTHER, 60 * DAY), (HUB, 98 * DAY), (HUB, 99 * DAY), (OTHER, 99 * DAY))
    ]
    assert order[:2] == [0, -1]
    assert order == sorted(order, reverse=True)
    assert len(set(order)) == len(order)


@given(KINDS, VISITS, st.floats(0, 36_500 * DAY))
def test_a_known_page_never_comes_before_a_new_address(
    kind: PageKind, visits: list[tuple[float, bool, int]], later: float
) -> None:
    history = _history(kind, [(1.0, False, 0), *visits])
    assert visit_priority(history, kind, RevisitRule(), (history.last_visit or 0.0) + later) < 0

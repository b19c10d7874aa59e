"""Revisit: how often a page is likely to change, and what its next visit is worth.

A page is taken to change as a Poisson process. What visits saw of it, and a weak prior for its kind, give its rate;
rate and time since the last visit give the worth of a visit in seconds of a page out of date that it saves. A hub is
worth what it leads to: its events are addresses that nobody had seen before, not changes of its own markup. Contains
no clock, no file and no network; times are seconds since the epoch.

Sources: J. Cho and H. Garcia-Molina, Estimating Frequency of Change, ACM TOIT 3(3), 2003 (the estimators); the same,
Effective Page Refresh Policies for Web Crawlers, ACM TODS 28(4), 2003 (the optimum); C. Olston and S. Pandey, Recrawl
Scheduling Based on Information Longevity, WWW 2008, section 2.2 (the worth of a visit; to visit what is above a
threshold is that optimum); Y. Azar et al., Tractable Near-Optimal Policies for Crawling, PNAS 115(32), 2018 (a
deterministic order reaches 99 % of it).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from portal_crawler.page.kind import PageKind

DAY = 86_400.0
# Bisections of a bracket; its ends differ by a factor of a few, so that the rate is exact to nine digits.
_STEPS = 40
# Above every ``1000 * log2`` of a worth in seconds: a hub with a thousand new addresses a second, unseen for a century.
_MOST_PRIORITY = 80_000


@dataclass(frozen=True, slots=True)
class RatePrior:
    """What is assumed of a kind before its first visit, as counts: ``changes`` seen in ``seconds`` of watching.

    ``found`` is the same for new addresses on a hub. ``half_age`` (seconds) is the age at which a page changes half
    as often as a new one: at age ``a``, ``1 / (1 + a / half_age)`` times as often. ``None``: it does not age.
    """

    changes: float
    seconds: float
    found: float = 0.0
    half_age: float | None = None

    def exposure(self, start: float, end: float) -> float:
        """Seconds of a new page's life that do as much as those between two ages (seconds)."""
        if self.half_age is None:
            return end - start
        return self.half_age * math.log((self.half_age + end) / (self.half_age + start))

    def age_after(self, start: float, exposure: float) -> float:
        """The age at which ``exposure`` has passed since the age ``start``; infinite where it is beyond all numbers."""
        if self.half_age is None:
            return start + exposure
        power = exposure / self.half_age
        return (self.half_age + start) * math.exp(power) - self.half_age if power < 100 else math.inf


# Weak on purpose: each counts as one change seen, so that a few visits outweigh it. Of the kinds' order: four in ten
# pages of commercial sites changed daily, the mean page within months (Cho and Garcia-Molina, The Evolution of the Web
# and Implications for an Incremental Crawler, VLDB 2000); a story is corrected in its first days or hardly ever.
PRIORS: Mapping[PageKind, RatePrior] = {
    PageKind.LINK_PAGE: RatePrior(changes=1, seconds=DAY, found=1),
    PageKind.ARTICLE: RatePrior(changes=1, seconds=5 * DAY, half_age=DAY),
    PageKind.OTHER: RatePrior(changes=1, seconds=30 * DAY),
    PageKind.UNREADABLE: RatePrior(changes=1, seconds=30 * DAY),
}


@dataclass(frozen=True, slots=True)
class RevisitRule:
    """The profile's limits: seconds between two visits of a page, at least and at most."""

    min_interval: float = 0.0
    max_interval: float = 90 * DAY


@dataclass(frozen=True, slots=True)
class VisitHistory:
    """What the visits of one page told.

    ``born`` is when the page appeared: the day that its story shows, else ``first_seen``. ``changes`` counts the
    visits that found another text than the visit before, ``found`` the addresses that nobody had seen before this page
    showed them, those of its first visit aside. ``seconds`` is the time between first and last visit. ``quiet`` and
    ``changed`` are the exposures (``RatePrior.exposure``) of the intervals that ended without and with a change.
    """

    first_seen: float
    born: float
    visits: int = 0
    changes: int = 0
    found: int = 0
    last_visit: float | None = None
    last_change: float | None = None
    seconds: float = 0.0
    quiet: float = 0.0
    changed: float = 0.0


def first_seen(at: float, born: float | None = None) -> VisitHistory:
    """The history of an address that was just found."""
    return VisitHistory(at, min(at, born) if born is not None else at)


def visited(history: VisitHistory, at: float, changed: bool, kind: PageKind, found: int = 0) -> VisitHistory:
    """The history after a visit at ``at``. The first visit has nothing to compare: its ``changed`` and ``found`` tell
    nothing of the rate and are left out. So are those of a visit before the last one: a clock was ahead, and what time
    lies between the two is not known.
    """
    last = history.last_visit
    if last is None or at < last:
        return replace(history, visits=history.visits + 1, last_visit=at)
    exposure = PRIORS[kind].exposure(max(0.0, last - history.born), max(0.0, at - history.born))
    return replace(
        history,
        visits=history.visits + 1,
        changes=history.changes + changed,
        found=history.found + found,
        last_visit=at,
        last_change=at if changed else history.last_change,
        seconds=history.seconds + at - last,
        quiet=history.quiet + (0.0 if changed else exposure),
        changed=history.changed + (exposure if changed else 0.0),
    )


def change_rate(history: VisitHistory, prior: RatePrior) -> float:
    """Changes a second, of a new page where the kind ages.

    The maximum-likelihood estimator for irregular visits of Estimating Frequency of Change (a visit that finds a change
    says that there was at least one), the intervals with a change taken at their mean, with the prior's counts on both
    sides. For visits at a regular interval ``i`` and a prior of 0 changes in ``i / 2`` seconds it is that paper's
    bias-corrected estimator, ``-log((quiet visits + 0.5) / (visits + 0.5)) / i``. Finite and above 0 for every history,
    also where no visit or each of them found a change.
    """
    quiet = history.quiet + prior.seconds
    count, mean = history.changes, history.changed / history.changes if history.changes else 0.0
    # The bracket: a change counts as at the end of its interval at most, and at its middle at least.
    high = (count + prior.changes) / quiet
    low = (count + prior.changes) / (quiet + history.changed / 2)
    if not count or not mean:
        return high
    for _ in range(_STEPS):
        rate = (low + high) / 2
        if _score(rate, count, mean, prior.changes) > quiet:
            low = rate
        else:
            high = rate
    return (low + high) / 2


def _score(rate: float, count: int, mean: float, pseudo: float) -> float:
    """What the quiet seconds must be for ``rate`` to be the likeliest: falls with the rate."""
    power = rate * mean
    return (count * mean / math.expm1(power) if power < 700 else 0.0) + pseudo / rate


def found_rate(history: VisitHistory, prior: RatePrior) -> float:
    """New addresses a second on a hub: all of them are seen, so their count is the estimate, beside the prior's."""
    return (history.found + prior.found) / (history.seconds + prior.seconds)


def worth(history: VisitHistory, kind: PageKind, now: float) -> float:
    """What a visit now saves, in seconds of a page out of date; infinite before the first visit.

    ``t D(t)`` less the integral of ``D`` up to ``t`` (Olston and Pandey, equation 4), ``t`` seconds after the last
    visit. For a page, ``D`` is the chance that it has changed; for a hub, the number of addresses that it has and
    nobody knows, each a page out of date.
    """
    if history.last_visit is None:
        return math.inf
    prior, since = PRIORS[kind], max(0.0, now - history.last_visit)
    if kind is PageKind.LINK_PAGE:
        return found_rate(history, prior) * since * since / 2
    age = max(0.0, history.last_visit - history.born)
    events = change_rate(history, prior) * prior.exposure(age, age + since)
    if events < 1e-4:  # the series: the difference below loses its digits
        return since * events / 2
    return since * ((1 - math.exp(-events)) / events - math.exp(-events))


def next_visit(history: VisitHistory, kind: PageKind, rule: RevisitRule) -> float:
    """When one change (a hub: one new address) is to be expected since the last visit, within the rule's limits.

    For a crawl without a budget; a page never visited is due when it was found.
    """
    if history.last_visit is None:
        return history.first_seen
    prior = PRIORS[kind]
    if kind is PageKind.LINK_PAGE:
        interval = 1 / found_rate(history, prior)
    else:
        age = max(0.0, history.last_visit - history.born)
        interval = prior.age_after(age, 1 / change_rate(history, prior)) - age
    return history.last_visit + min(max(interval, rule.min_interval), rule.max_interval)


def visit_priority(history: VisitHistory | None, kind: PageKind, rule: RevisitRule, now: float) -> int:
    """Where a page stands in the frontier's queue: the highest first. New addresses have 0 and more there.

    A page never visited has 0; one past ``max_interval`` -1, as has one whose last visit is yet to come (a clock was
    ahead); the others stand below them by worth, a thousand steps for each doubling, so that a limit on pages or time
    goes to the worthiest.
    """
    if history is None or history.last_visit is None:
        return 0
    if not 0 <= now - history.last_visit < rule.max_interval:
        return -1
    return min(-2, round(1000 * math.log2(1 + worth(history, kind, now))) - _MOST_PRIORITY)

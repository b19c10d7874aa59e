"""Adaptive against uniform revisiting, at one budget of requests, over a year of the demo portal.

    python benchmarks/revisit/simulated_year.py [--size medium] [--budget 0.15] [--seeds 5] [--jobs 2]

Every policy knows the portal of day 0 from a first crawl. From then on it may ask for ``--budget`` times as many pages
a day as that crawl had, in four rounds a day. A visit sees what a crawl would: status, text, date, and the addresses
that the page links to; an address is known once a visited page named it. The events are those of
``portal_crawler.demo.lives``, which gives the sources of its rates.

- uniform: each known page in turn, the oldest visit first;
- hubs first: every link page once a day, then the others in turn;
- adaptive: the order in which ``crawl --since`` queues them (``frontier.revisit.visit_priority``), default limits.

All ask first for addresses that they have not seen yet. A change of a story counts as caught when a page that shows it
was visited within a day of the change; every changed story counts the same, by the share of its changes that were
caught. Freshness is the share of the portal's pages of which the latest text is held, in the mean of all days. Exits 1
where adaptive catches less than 1.5 times what uniform does.
"""

from __future__ import annotations

import argparse
import heapq
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from statistics import mean, stdev

from portal_crawler import urls
from portal_crawler.demo.chronicle import TEXT_KINDS, Chronicle, chronicle_of, portal_at
from portal_crawler.demo.lives import START, YEAR, Life
from portal_crawler.demo.model import PagePlan, PlanKind, Portal
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.views_story import paragraphs_of
from portal_crawler.frontier.revisit import DAY, RevisitRule, VisitHistory, first_seen, visit_priority, visited
from portal_crawler.page.kind import PageKind

_MARK = 1.5
_ROUNDS = 4
_RULE = RevisitRule()
_LINK_KINDS = (PlanKind.HUB, PlanKind.TOPIC, PlanKind.DIGEST, PlanKind.FEED)


@dataclass(frozen=True, slots=True)
class KnownPage:
    """An address that a crawl knows."""

    url_key: str
    kind: PageKind
    history: VisitHistory


Policy = Callable[[list[KnownPage], float, int], list[KnownPage]]
# A page of a story: its number, and the part where it has several.
Shown = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Look:
    """What one visit sees. ``born`` is the date that the page shows, in seconds since day 0; ``text`` tells versions
    apart; ``shown`` is for the score alone, no policy sees it.
    """

    status: int
    kind: PageKind = PageKind.OTHER
    text: int = 0
    links: tuple[str, ...] = ()
    born: float | None = None
    shown: Shown | None = None


class Site:
    """The portal at one moment, as visits see it."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.prints = {plan.story: plan.url for plan in portal.plans.values() if plan.kind is PlanKind.PRINT}

    def look(self, url: str) -> Look:
        plan = self.portal.plans.get(url)
        if plan is None or plan.answer.status >= 400:
            return Look(404)
        if plan.answer.location:
            return Look(plan.answer.status, links=(plan.answer.location,))
        if plan.story is not None and plan.kind in TEXT_KINDS:
            return self._story(plan, plan.story)
        kind = PageKind.LINK_PAGE if plan.kind in _LINK_KINDS else PageKind.OTHER
        return Look(200, kind, hash((plan.groups, plan.rows, plan.pager)), tuple(_links(plan)))

    def _story(self, plan: PagePlan, number: int) -> Look:
        story = self.portal.stories[number]
        links = (*_links(plan), *([self.prints[number]] if number in self.prints else []))
        text = hash((story.title, paragraphs_of(story, plan.part)))
        born = None if "no-date" in plan.traits else (story.day - START).days * DAY
        return Look(200, PageKind.ARTICLE, text, links, born, (number, plan.part))


def _links(plan: PagePlan) -> Iterator[str]:
    entries = [entry for group in plan.groups for entry in group.entries] + list(plan.pager)
    for entry in entries:
        url = urls.resolve(plan.url, entry.url) if entry.url else None
        if url and ".portal.test" in url + "/":
            yield url


class Crawl:
    """What one policy knows, and the visits that it made."""

    def __init__(self, site: Site, policy: Policy) -> None:
        self.policy, self.requests = policy, 0
        self.known: dict[str, KnownPage] = {}
        self.named: set[str] = set()
        self.texts: dict[str, int] = {}
        self.seen: dict[Shown, list[float]] = defaultdict(list)
        for url, plan in site.portal.plans.items():
            if plan.answer.status == 200:
                self._name(url, 0.0)
        for url in list(self.known):
            self._visit(url, site, 0.0)
        self.requests = 0

    def round(self, site: Site, day: float, budget: int) -> None:
        """One round; what its visits reveal is visited within it where the budget allows."""
        chosen = self.policy(list(self.known.values()), day * DAY, budget)
        for page in chosen:
            self._visit(page.url_key, site, day)
        left = budget - len(chosen)
        fresh = [url for url, page in self.known.items() if page.history.last_visit is None]
        for url in fresh[:left]:
            self._visit(url, site, day)

    def freshness(self, looks: Mapping[str, Look]) -> float:
        """The share of the portal's pages of which the latest text is held."""
        return mean(self.texts.get(url) == look.text for url, look in looks.items())

    def _name(self, url: str, day: float) -> bool:
        if url in self.named:
            return False
        self.named.add(url)
        self.known[url] = KnownPage(url, PageKind.ARTICLE, first_seen(day * DAY))
        return True

    def _visit(self, url: str, site: Site, day: float) -> None:
        self.requests += 1
        look, page = site.look(url), self.known[url]
        found = sum(self._name(link, day) for link in look.links)
        if look.status != 200:
            del self.known[url]
            self.texts.pop(url, None)
            return
        history = page.history
        if history.last_visit is None:
            history = first_seen(history.first_seen, look.born)
        changed = self.texts.get(url) != look.text
        self.known[url] = KnownPage(url, look.kind, visited(history, day * DAY, changed, look.kind, found))
        self.texts[url] = look.text
        if look.shown:
            self.seen[look.shown].append(day)


def _last(page: KnownPage) -> tuple[float, float, str]:
    last = page.history.last_visit
    return (-math.inf if last is None else last, page.history.first_seen, page.url_key)


def uniform(pages: list[KnownPage], now: float, budget: int) -> list[KnownPage]:
    return heapq.nsmallest(budget, pages, key=_last)


def hubs_first(pages: list[KnownPage], now: float, budget: int) -> list[KnownPage]:
    def order(page: KnownPage) -> tuple[int, tuple[float, float, str]]:
        last = page.history.last_visit
        due = last is not None and page.kind is PageKind.LINK_PAGE and now - last >= DAY
        return (0 if last is None else 1 if due else 2, _last(page))

    return heapq.nsmallest(budget, pages, key=order)


def adaptive(pages: list[KnownPage], now: float, budget: int) -> list[KnownPage]:
    def order(page: KnownPage) -> tuple[int, tuple[float, float, str]]:
        return -visit_priority(page.history, page.kind, _RULE, now), _last(page)

    return heapq.nsmallest(budget, pages, key=order)


POLICIES: dict[str, Policy] = {"uniform": uniform, "hubs first": hubs_first, "adaptive": adaptive}


@dataclass(frozen=True, slots=True)
class Figures:
    """The score of one policy over one year; all but ``requests`` (a day) are shares."""

    changed: float
    changes: float
    new: float
    freshness: float
    requests: float


def _caught(life: Life, seen: Mapping[Shown, list[float]]) -> list[bool]:
    """For each change of a story, whether a page that shows it was visited within a day."""
    caught = []
    for at, day in enumerate(life.changes):
        old, new = life.versions[at], life.versions[at + 1]
        parts = range(1, len(new.parts) + 1) if new.parts else [None]
        there = [p for p in parts if old.title != new.title or paragraphs_of(old, p) != paragraphs_of(new, p)]
        visits = [visit for part in there for visit in seen.get((new.number, part), ())]
        if day <= YEAR - 1:
            caught.append(any(day <= visit <= day + 1 for visit in visits))
    return caught


def _figures(crawl: Crawl, chronicle: Chronicle, fresh: list[float]) -> Figures:
    lives = chronicle.lives
    shares = [caught for life in lives.values() if (caught := _caught(life, crawl.seen))]
    first: dict[int, float] = {}
    for (number, _), visits in crawl.seen.items():
        first[number] = min(first.get(number, math.inf), visits[0])
    out = {n: life.published for n, life in lives.items() if life.published is not None and life.published <= YEAR - 1}
    return Figures(
        changed=mean(mean(caught) for caught in shares),
        changes=mean(one for caught in shares for one in caught),
        new=mean(first.get(number, math.inf) <= day + 1 for number, day in out.items()),
        freshness=mean(fresh),
        requests=crawl.requests / YEAR,
    )


def year(size: str, share: float, seed: int) -> tuple[int, dict[str, Figures]]:
    """The pages of the first crawl, and the figures of every policy, over the year of one seed."""
    whole = build_portal(size, seed)
    chronicle = chronicle_of(whole)
    site = Site(portal_at(whole, chronicle, 0.0))
    crawls = {name: Crawl(site, policy) for name, policy in POLICIES.items()}
    pages = len(crawls["uniform"].known)
    fresh: dict[str, list[float]] = defaultdict(list)
    rounds, budget = int(YEAR * _ROUNDS), share * pages / _ROUNDS
    for at in range(1, rounds + 1):
        site = Site(portal_at(whole, chronicle, at / _ROUNDS))
        for crawl in crawls.values():
            # Whole requests that add up to the budget: round by round the same for every policy.
            crawl.round(site, at / _ROUNDS, round(budget * at) - round(budget * (at - 1)))
        if at % _ROUNDS == 0:
            looks = {url: look for url in site.portal.plans if (look := site.look(url)).status == 200}
            for name, crawl in crawls.items():
                fresh[name].append(crawl.freshness(looks))
    return pages, {name: _figures(crawl, chronicle, fresh[name]) for name, crawl in crawls.items()}


def _spread(values: list[float], form: str) -> str:
    spread = f"({min(values):{form}}-{max(values):{form}}, sd {stdev(values) if len(values) > 1 else 0.0:{form}})"
    return f"{mean(values):{form}} {spread}"


def report(results: list[tuple[int, dict[str, Figures]]], share: float) -> float:
    """Print the table; gives the mean ratio of adaptive to uniform."""
    pages = [count for count, _ in results]
    print(f"{len(results)} seeds, {min(pages)}-{max(pages)} pages on day 0, budget {share:.0%} of them a day")
    rows = (
        ("changed stories caught within a day", "changed", ".3f"),
        ("changes caught within a day", "changes", ".3f"),
        ("new stories found within a day", "new", ".3f"),
        ("freshness", "freshness", ".4f"),
        ("requests a day", "requests", ".1f"),
    )
    for title, field, form in rows:
        print(title)
        for name in POLICIES:
            print(f"  {name:<12} {_spread([getattr(figures[name], field) for _, figures in results], form)}")
    ratios = {}
    for rival in ("uniform", "hubs first"):
        ratios[rival] = [figures["adaptive"].changed / (figures[rival].changed or math.nan) for _, figures in results]
        print(f"changed stories, adaptive to {rival:<12} {_spread(ratios[rival], '.2f')}")
    return mean(ratios["uniform"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=("small", "medium", "large"), default="medium")
    parser.add_argument("--budget", type=float, default=0.15, help="requests a day, as a share of the pages of day 0")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    options = parser.parse_args()
    with ProcessPoolExecutor(options.jobs) as pool:
        results = list(pool.map(partial(year, options.size, options.budget), range(2004, 2004 + options.seeds)))
    ratio = report(results, options.budget)
    print(f"ratio {ratio:.2f}  >= {_MARK}  {'ok' if ratio >= _MARK else 'MISSED'}")
    return 0 if ratio >= _MARK else 1


if __name__ == "__main__":
    sys.exit(main())

"""Crawl frontier: the addresses of a running crawl, from the page that leads to them to the queue of their host."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path

from portal_crawler.engine.absent_answers import AbsentAnswers, is_probe
from portal_crawler.engine.host_queues import HostQueues
from portal_crawler.engine.known_keys import KnownKeys
from portal_crawler.engine.pacing import Pacing
from portal_crawler.engine.redirect_watch import RedirectWatch
from portal_crawler.engine.share import WHOLE, Share
from portal_crawler.engine.skip_log import SkipLog
from portal_crawler.engine.trap_watch import TrapWatch
from portal_crawler.frontier.budgets import HostBudget, Spent, over
from portal_crawler.frontier.follow import follow, told
from portal_crawler.frontier.hops import REDIRECT, in_a_row
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.frontier.ledger_sqlite import Discovery, FrontierRow, Ledger
from portal_crawler.frontier.lost_page import lost_page
from portal_crawler.frontier.sampling import Sampling
from portal_crawler.frontier.scope import Refusal, ScopeRule
from portal_crawler.frontier.starts import SEED_PRIORITY, known_again, named, seeds, seeds_among
from portal_crawler.frontier.trap_rule import TrapOptions
from portal_crawler.frontier.traps import trap
from portal_crawler.frontier.visits_sqlite import relative_folder
from portal_crawler.reading import PageReading
from portal_crawler.records.skip_record import Bin
from portal_crawler.records.tombstone import NOTHING_WITHDRAWN, Withdrawn
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.urls import UrlRules

# Addresses claimed at once: one statement for many pages, and little in memory.
_CLAIM = 64
# Addresses of an earlier crawl that are queued together.
_HEAP = 1_000


class CrawlFrontier:
    """What a crawl has found and not fetched yet. All of it stands in the ledger, and changes in its transactions.

    :param again: whether the crawl goes on from an earlier one.
    :param sampling: the order of what is found, where the crawl is a sample.
    :param withdrawn: what must not come back.
    :param share: the part of the crawl that this process has.
    """

    def __init__(
        self,
        profile: SiteProfile,
        ledger: Ledger,
        skips: SkipLog,
        pacing: Pacing,
        sampling: Sampling,
        *,
        again: bool,
        withdrawn: Withdrawn = NOTHING_WITHDRAWN,
        share: Share = WHOLE,
    ) -> None:
        scope = profile.scope
        self._profile, self._ledger, self._skips, self._pacing = profile, ledger, skips, pacing
        self._share = share
        self._scope, self._rules = ScopeRule(profile, withdrawn.rule_of), UrlRules(frozenset(profile.urls.drop_params))
        self._known = KnownKeys(ledger)
        self._redirects = RedirectWatch(ledger, profile.limits.redirects)
        self._budget = HostBudget(scope.max_host_pages, scope.max_host_bytes, scope.max_host_seconds)
        self._trap_options = TrapOptions.of(profile.traps)
        self._traps = TrapWatch(ledger, self._trap_options)
        probes = profile.traps.enabled and profile.traps.soft_404
        self._absent = AbsentAnswers(ledger, self._scope, self._rules, enabled=probes)
        self._sampling = sampling
        # Of known addresses, and of a sample's, one at a time: what a page newly leads to comes before them.
        claim = 1 if again or sampling.most else _CLAIM
        self._queues = HostQueues(
            *(ledger, pacing, profile.politeness, claim, self._traps, self.refuse),
            newest_first=bool(sampling.most),
        )
        self.in_hand = self._queues.in_hand
        self.release = self._queues.release

    def __len__(self) -> int:
        """Addresses that wait or are in hand."""
        return len(self._queues)

    def waiting(self) -> int:
        """Addresses that wait."""
        return self._queues.waiting()

    # -- what comes in

    def begin(self, since: Path | None, folder: Path, commit: Callable[[], object]) -> None:
        """Add the profile's addresses and those that an earlier crawl knew, in one transaction.

        :param since: the earlier crawl's folder.
        :param folder: this crawl's own.
        :param commit: ends the transaction.
        """
        first = self._share.owned(seeds(self._profile, self._scope, self._rules))
        self.add(first)
        self._ledger.set_meta("seeded", "1")
        if since is not None:
            name = relative_folder(since, folder)
            self._ledger.set_meta("since", name)
            self._seed_again(since, name, frozenset(one.url_key for one in first), commit)
        commit()

    def go_on(self, commit: Callable[[], object]) -> int:
        """Add the addresses that the profile names since the crawl last ran; how many.

        :param commit: ends the transaction.
        """
        found = named(self._profile, self._rules)
        own = [one.url_key for one in self._share.owned(list(found.values()))]
        first = seeds_among(found, self._ledger.unknown(own), self._scope, self._rules)
        self.add(first)
        self._ledger.left_out.start_from(own, SEED_PRIORITY)
        commit()
        return len(first)

    def _seed_again(self, since: Path, folder: str, seeded: frozenset[str], commit: Callable[[], object]) -> None:
        """Add what an earlier crawl knew.

        :param commit: ends the transaction, which holds the earlier ledger.
        :param folder: that crawl's folder as this crawl names it.
        :param seeded: keys of this crawl's own starts.
        """
        with self._ledger.visits.taken_over(since / LEDGER, folder) as known:
            again = known_again(known, self._scope, self._profile.revisit, time.time(), seeded, self._endless)
            while heap := list(islice(again, _HEAP)):
                self.add(self._share.owned(heap))  # each shard begins with its own
            commit()

    def add(self, found: list[Discovery], above: FrontierRow | None = None, reading: PageReading | None = None) -> None:
        """Give addresses their rows: to fetch, to wait in doubt, or with the rule that refused them.

        :param above: the page that led to them, and its ``reading``.
        """
        ordered = self._sampling.ordered(self._share.dealt(found))
        placed = self._traps.placed([self._within_budget(one) for one in ordered], above, reading)
        self._ledger.add(placed)
        self._traps.added(placed)
        refused = []
        for one in placed:
            if one.reason is not None:
                refused.append(one)
            elif not one.doubt:
                self._queues.add(one.host)
        if refused:
            self._skips.write(refused)

    def page(self, row: FrontierRow, reading: PageReading) -> int:
        """Take up what a page shows and leads to; how many addresses it was the first to show."""
        capture = reading.capture
        self._traps.shown(row, reading)
        self._queues.add_all(self._traps.cleared())
        if probe := self._absent.probe_near(row, reading):
            self._ask_first(probe)
        fresh, found = self._known.fresh(reading.links), list[Discovery]()
        if fresh:
            most, rule = self._profile.limits.redirects, self._forbidden(reading)
            found = follow(fresh, self._scope, capture.url, row.depth, row.hops, most, rule, self._endless)
            self.add(found, row, reading)
        self.add(told(self._known.fresh(reading.bad_links), capture.url, row.depth, row.hops))
        lost = lost_page(reading)
        for one, why in [(row, lost)] if lost else self._redirects.lost(row, reading):
            self._skips.tell(one, why, Bin.FETCHED)
        if self._budget:
            self._spend(row.host, len(capture.body))
        return sum(one.reason is None for one in found)

    def _endless(self, url: str) -> Refusal | None:
        return None if self._trap_options.vouches_for(url) else trap(url)

    def _forbidden(self, reading: PageReading) -> str:
        """The rule by which no link of a page is followed, or ""."""
        obeys = self._profile.politeness.meta_robots == "obey"
        return f"{reading.capture.url} asks for nofollow" if obeys and "nofollow" in reading.directives else ""

    def judged(self, row: FrontierRow, reading: PageReading) -> PageReading | None:
        """A reading with what is known of its host's answers; ``None`` for a probe, of which the host's way to answer
        is learned.
        """
        if not is_probe(row):
            return self._absent.judged(row, reading)
        if more := self._absent.learned(row, reading):
            self._ask_first(more)
        return None

    def _ask_first(self, probe: Discovery) -> None:
        self.add([probe])
        self._queues.claim_first(probe.host, self._pacing.now())

    # -- what goes out

    def next(self, requests: int) -> tuple[FrontierRow | None, float | None]:
        """The next address to fetch, now in hand, and, where there is none, the seconds until a host is ready.

        :param requests: those of the crawl so far.
        """
        while True:
            row, soonest = self._queues.next(requests)
            gone = self._scope.refusal(row.url, row.url_key, row.depth) if row is not None else None
            if row is None or gone is None:
                return row, soonest
            # It was queued before it was taken down, or by the profile as it was when the crawl last ran.
            self.release(row.url_key, asked=False)
            if is_probe(row):
                self._ledger.drop(row.id)
            else:
                self.refuse(row, gone)

    @property
    def only_doubts_are_left(self) -> bool:
        """Whether nothing waits or is in hand but what is in doubt."""
        return self._queues.only_doubts_are_left

    def give_up_doubts(self) -> Iterator[int]:
        """Skip what waits in doubt, a heap at a time; how many of each. What is in doubt no more is queued."""
        for skipped in self._traps.given_up():
            self._queues.add_all(self._traps.cleared())
            self._skips.write(skipped)
            yield len(skipped)
        self._queues.add_all(self._traps.cleared())

    def queue_again(self, row: FrontierRow, delay: float, reason: str) -> None:
        """An address that was released is to be fetched once more, in ``delay`` seconds."""
        self._ledger.again(row.id, self._pacing.now() + delay, reason)
        self._queues.add(row.host)

    def put_back(self, row: FrontierRow) -> None:
        """An address that was released was not asked for."""
        if row.doubt:
            self._traps.hold_back(row)
            return
        self._ledger.put_back(row.id)
        self._queues.add(row.host)

    def move(self, row: FrontierRow, url: str) -> bool:
        """Queue an address in hand by another spelling, to which it redirects; ``False`` where that may not be."""
        key, most = row.url_key, self._profile.limits.redirects
        if in_a_row(row.hops) >= most or self._scope.refusal(url, key, row.depth):
            return False
        self.release(key)
        self._ledger.moved(row.id, url, row.hops + REDIRECT)
        self._queues.add(row.host)
        return True

    def refuse(self, row: FrontierRow, why: Refusal) -> None:
        """An address that was in hand, or claimed, is not asked for."""
        self._ledger.skip(row.id, why.reason, why.rule)
        self._skips.tell(row, why, Bin.SKIPPED)

    def fail(self, row: FrontierRow, why: Refusal) -> None:
        """An address that was released is given up."""
        self._ledger.failed(row.id, why.rule)
        self._skips.tell(row, why, Bin.FAILED)

    def fail_host(self, host: str, why: Refusal) -> int:
        """All addresses of a host are given up; how many."""
        count = 0
        for rows in self._ledger.fail_host(host, why.rule, self._queues.forget(host)):
            self._skips.tell_all(rows, why, Bin.FAILED)
            count += len(rows)
        return count

    # -- budgets

    def _spend(self, host: str, size: int) -> None:
        """A host has given a page; where that was its last, what is left of it is skipped."""
        spent = self._spent_of(host).and_page(size, self._pacing.now())
        self._ledger.set_host_facts(f"{host} spent", asdict(spent))
        if rule := over(self._budget, spent, self._pacing.now()):
            for rows in self._ledger.skip_host(host, "budget", rule, self._queues.forget(host)):
                self._skips.tell_all(rows, Refusal("budget", rule), Bin.SKIPPED)

    def _spent_of(self, host: str) -> Spent:
        return Spent(**self._ledger.host_facts(f"{host} spent"))

    def _within_budget(self, one: Discovery) -> Discovery:
        if one.reason or not self._budget:
            return one
        rule = over(self._budget, self._spent_of(one.host), self._pacing.now())
        return replace(one, reason="budget", rule=rule) if rule else one

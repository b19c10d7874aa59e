"""Pacing: when each host of a running crawl may be asked next. What it knows survives a restart, in the ledger."""

from __future__ import annotations

import random
import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from portal_crawler.engine.limits import backoff
from portal_crawler.frontier import pace as rules
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.frontier.pace import NEW_HOST, HostPace, PaceRule
from portal_crawler.sites.hours import opens_in, read_span
from portal_crawler.sites.profile import Politeness


class Pacing:
    """The hosts of one crawl. Its clock is the machine's at the start and goes on by itself from there.

    ``changed`` holds the hosts whose pace has changed; whoever looks takes them out.

    :param sparing: whether there is a server to spare; where an archive answers, nothing ever waits.
    """

    def __init__(self, ledger: Ledger, polite: Politeness, *, sparing: bool) -> None:
        self._ledger, self._sparing = ledger, sparing
        self._begun, self._steady = time.time(), time.monotonic()
        self.rule = PaceRule(
            delay=polite.delay,
            factor=polite.delay_factor,
            max_factor_delay=polite.max_delay,
            max_crawl_delay=polite.max_crawl_delay,
            patience=polite.patience,
        )
        self._tries = polite.retries + 1
        self._spans, self._zone = [read_span(text) for text in polite.hours], ZoneInfo(polite.hours_zone)
        self._bandwidth = polite.bandwidth
        self._line_free = 0.0
        self._paces: dict[str, HostPace] = {}
        self.changed: set[str] = set()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._begun + time.monotonic() - self._steady

    def wall(self) -> float:
        """Seconds since the epoch by the machine's own clock, for the hours of the day: it may be set while the crawl
        runs, and goes on while the machine sleeps.
        """
        return time.time()

    def keep_delay(self, seconds: float) -> None:
        """Another pause than the profile's (``-s DOWNLOAD_DELAY=…``)."""
        self.rule = replace(self.rule, delay=seconds)

    def ready_in(self, host: str) -> float:
        """Seconds until a host may be asked; 0 where it may be now."""
        now = self.now()
        return max(self.ready_at(host) - now, self.closed_for(now), 0.0)

    def ready_at(self, host: str) -> float:
        """The moment from which on a host may be asked, for all that is known of it alone. It is never moved forward:
        of two that were told, the later holds.
        """
        return self._of(host).ready if self._sparing else 0.0

    def closed_for(self, now: float) -> float:
        """Seconds in which no host at all may be asked: the bandwidth is used up, or it is not the hour."""
        if not self._sparing:
            return 0.0
        closed = opens_in(self._spans, datetime.fromtimestamp(self.wall(), UTC), self._zone) if self._spans else 0.0
        return max(self._line_free - now, closed, 0.0)

    def sends(self, host: str) -> None:
        """A request is on its way: the next one goes no sooner than a pause after it."""
        pace = self._of(host)
        self._paces[host] = rules.held(pace, self.now(), rules.pause(pace, self.rule))
        self.changed.add(host)

    def meets(self, host: str) -> bool:
        """A host is about to be asked for the first time; whether this is news."""
        if not self._sparing or self._ledger.host_facts(host):
            return False
        self._ledger.set_host_facts(host, asdict(self._of(host)))
        return True

    def answered(self, host: str, seconds: float, size: int, wanted: float = 0.0) -> None:
        """A host has answered: in so many seconds, with so many bytes, and it wants to be left alone for so long."""
        now = self.now()
        self._keep(host, rules.held(rules.after_answer(self._of(host), self.rule, now, seconds), now, wanted))
        if self._bandwidth and self._sparing:
            self._line_free = max(self._line_free, now) + size / self._bandwidth

    def failed(self, host: str, started: float, wanted: float = 0.0) -> None:
        """A request that was sent at ``started`` (of this clock) got no answer, or one of a server in trouble."""
        now, luck = self.now(), random.random()  # noqa: S311 - nothing secret
        self._keep(host, rules.held(rules.after_failure(self._of(host), self.rule, now, started, luck), now, wanted))

    def proved(self, host: str) -> None:
        """A host in doubt has answered."""
        self._keep(host, rules.after_proof(self._of(host), self.now()))

    def wishes(self, host: str, crawl_delay: float) -> None:
        """A host's Crawl-delay, in seconds."""
        pace = replace(self._of(host), crawl_delay=crawl_delay)
        self._keep(host, rules.held(pace, self.now(), rules.pause(pace, self.rule)) if pace.answered else pace)

    def backoff(self, tries: int) -> float:
        """Seconds before the next try of an address."""
        return backoff(tries, random.random())  # noqa: S311 - nothing secret

    def is_in_doubt(self, host: str) -> bool:
        """Whether a host may be out, so that it is to be asked for its robots.txt before anything else."""
        return self._sparing and rules.is_in_doubt(self._of(host), self.now())

    def is_given_up(self, host: str) -> bool:
        """Whether a host has been silent for too long."""
        return self._sparing and rules.is_given_up(self._of(host), self.rule, self.now(), self._tries)

    def silence(self, host: str) -> float:
        """Seconds since a host began to fail."""
        pace = self._of(host)
        return self.now() - pace.failing_since if pace.failures else 0.0

    def rested(self, seconds: float) -> None:
        """Nothing was asked for so long: that was no host's silence."""
        for host, pace in self._paces.items():
            if pace.failures:
                self._keep(host, replace(pace, failing_since=pace.failing_since + seconds))

    def _of(self, host: str) -> HostPace:
        pace = self._paces.get(host)
        if pace is None:
            facts = self._ledger.host_facts(host)
            pace = rules.reopened(HostPace(**facts), self.rule, self.now()) if facts else NEW_HOST
            self._paces[host] = pace
        return pace

    def _keep(self, host: str, pace: HostPace) -> None:
        self._paces[host] = pace
        self.changed.add(host)
        if self._sparing:
            self._ledger.set_host_facts(host, asdict(pace))

"""Skip tally: why addresses were not fetched, or gave no page, with samples. Pure and mergeable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal_crawler.records.skip_record import Bin, bin_of
from portal_crawler.report.summary import RULE_OF_ONE
from portal_crawler.report.time_bins import TimeBins
from portal_crawler.urls import host_of_key, name_of

# Addresses kept of each rule.
SAMPLES = 3
# Rules are told apart up to so many; more than that are told by their reason alone.
_MOST_RULES = 2_000

Why = tuple[str, str, str]


@dataclass(slots=True)
class SkipTally:
    """Counts by (bin, reason, rule), and for each the addresses that come first in order. ``failures`` are failed
    fetches over time by host.
    """

    counts: Counter[Why] = field(default_factory=Counter)
    samples: dict[Why, tuple[str, ...]] = field(default_factory=dict)
    failures: TimeBins = field(default_factory=TimeBins)

    def add(self, record: Mapping[str, Any]) -> None:
        """Count one line of ``skipped.jsonl``."""
        reason, counted = record["reason"], bin_of(record)
        rule = "" if reason in RULE_OF_ONE or counted != Bin.SKIPPED else record["rule"] or ""
        why = (counted, reason, rule)
        if why not in self.counts and len(self.counts) >= _MOST_RULES:
            why = (counted, reason, "")
        self.counts[why] += 1
        self._keep(why, (record["url"],))
        if counted == Bin.FAILED:
            host = name_of(host_of_key(record["url_key"])) if record["url_key"] else ""
            self.failures.add(datetime.fromisoformat(record["ts"]), host)

    def merge(self, other: SkipTally) -> SkipTally:
        """The counts of both."""
        both = SkipTally(self.counts + other.counts, dict(self.samples), self.failures.merge(other.failures))
        for why, urls in other.samples.items():
            both._keep(why, urls)
        return both

    def by_reason(self, where: str) -> Counter[str]:
        """The addresses of one bin by reason."""
        counts: Counter[str] = Counter()
        for (place, reason, _), count in self.counts.items():
            if place == where:
                counts[reason] += count
        return counts

    def _keep(self, why: Why, urls: tuple[str, ...]) -> None:
        known = self.samples.get(why, ())
        if len(known) < SAMPLES or urls[0] < known[-1]:
            self.samples[why] = tuple(sorted({*known, *urls}))[:SAMPLES]

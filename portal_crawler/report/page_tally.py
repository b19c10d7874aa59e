"""Page tally: what the lines of ``pages.jsonl`` come to for the report. Pure and mergeable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal_crawler.report.pauses import PauseTally
from portal_crawler.report.time_bins import TimeBins
from portal_crawler.urls import host_of_key, name_of, section_of_key

# Statuses that say an address gave no page: 4xx and 5xx (RFC 9110, section 15).
_FAILING = 400
# A label of a charset as it is shown; a page may declare anything.
_LABEL = 40


@dataclass(slots=True)
class PageTally:
    """Counts over the answers.

    ``answers`` are answers over time by class of status (``2xx``); ``failing`` those of 400 and above, by host;
    ``charsets`` pages by (declared, used, source); ``statuses`` by (host, status); ``kinds`` by (section, kind);
    ``readings`` by ("html", kind), or ("no_html", what the answer was instead).
    """

    answers: TimeBins = field(default_factory=TimeBins)
    failing: TimeBins = field(default_factory=TimeBins)
    charsets: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    readings: Counter[tuple[str, str]] = field(default_factory=Counter)
    pauses: PauseTally = field(default_factory=PauseTally)

    def add(self, record: Mapping[str, Any]) -> None:
        """Count one line."""
        at, status = datetime.fromisoformat(record["fetched_at"]), record["status"]
        host = name_of(host_of_key(record["url_key"]))
        self.answers.add(at, f"{status // 100}xx")
        if status >= _FAILING:
            self.failing.add(at, host)
        self.statuses[host, status] += 1
        self.kinds[section_of_key(record["url_key"]), record["kind"]] += 1
        self.readings[_reading(record)] += 1
        if record["charset_used"]:
            declared = (record["charset_declared"] or "").strip().lower()[:_LABEL]
            self.charsets[declared, record["charset_used"], record["charset_source"] or ""] += 1
        self.pauses.add(host, at)

    def merge(self, other: PageTally) -> PageTally:
        """The counts of both: associative and commutative."""
        return PageTally(
            self.answers.merge(other.answers),
            self.failing.merge(other.failing),
            self.charsets + other.charsets,
            self.statuses + other.statuses,
            self.kinds + other.kinds,
            self.readings + other.readings,
            self.pauses.merge(other.pauses),
        )


def _reading(record: Mapping[str, Any]) -> tuple[str, str]:
    """Whether an answer was read as an HTML page, and as what."""
    status, kind = record["status"], record["kind"]
    if kind == "article":
        return "html", kind
    if status >= _FAILING or (300 <= status < _FAILING and status != 304):
        return "no_html", f"status {status}"
    if kind == "unreadable":
        return "no_html", kind
    return ("html", kind) if record["charset_used"] else ("no_html", "feed_or_sitemap")

"""Figures: what a dataset comes to, counted record by record. Contains no input or output."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from portal_crawler.dataset.fields import RECORDS
from portal_crawler.dataset.record import UNKNOWN


@dataclass(slots=True)
class Figures:
    """Counts by value, and of each field in how many records something is known."""

    records: int = 0
    words: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    sections: Counter[str] = field(default_factory=Counter)
    sites: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    crawls: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)

    def add(self, record: dict[str, Any]) -> None:
        """Count one record."""
        self.records += 1
        self.words += record["word_count"]
        self.languages[record["language"] or UNKNOWN] += 1
        self.sections[record["section"] or UNKNOWN] += 1
        self.sites[record["site"]] += 1
        self.years[(record["published"] or UNKNOWN)[:4] if record["published"] else UNKNOWN] += 1
        self.splits[record["split"]] += 1
        self.crawls[record["crawl"]] += 1
        self.lengths[record["word_count"]] += 1
        self.known.update(name for name, value in record.items() if value is not None and value not in ("", []))

    def quantile(self, share: float) -> int:
        """The word count that this share of the records does not exceed, 0-1; 0 where there are no records.

        >>> figures = Figures(records=4, lengths=Counter([10, 20, 30, 40]))
        >>> figures.quantile(0.5), figures.quantile(1)
        (20, 40)
        """
        seen = 0
        for length, many in sorted(self.lengths.items()):
            seen += many
            if seen >= share * self.records:
                return length
        return 0

    def completeness(self) -> dict[str, float]:
        """Of each field that may be empty, the share of records in which it is not."""
        names = [one.name for one in RECORDS.fields if one.nullable or one.type == "strings"]
        return {name: round(self.known[name] / self.records, 4) if self.records else 0.0 for name in names}

    def told(self) -> dict[str, Any]:
        """The figures as JSON has them; sections in order of their number, then of their name."""
        return {
            "records": self.records,
            "words": self.words,
            "splits": dict(sorted(self.splits.items())),
            "languages": ordered(self.languages),
            "sites": ordered(self.sites),
            "sections": ordered(self.sections),
            "years": dict(sorted(self.years.items())),
            "crawls": dict(sorted(self.crawls.items())),
            "word_count": {
                "min": self.quantile(0),
                "p05": self.quantile(0.05),
                "median": self.quantile(0.5),
                "mean": round(self.words / self.records, 1) if self.records else 0,
                "p95": self.quantile(0.95),
                "max": self.quantile(1),
            },
            "completeness": self.completeness(),
        }


def ordered(counts: Counter[str]) -> dict[str, int]:
    """Counts, the greatest first; equal ones by name."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

"""Article tally: what the lines of ``articles.jsonl`` come to for the report. Pure and mergeable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import nlargest, nsmallest
from typing import Any

from portal_crawler.report.seeded_sample import SeededSample

# Fields that may be empty, in the order of the record.
FIELDS = (
    "title",
    "text",
    "lead",
    "section",
    "authors",
    "source",
    "published",
    "modified",
    "language",
    "captions",
    "canonical_url",
    "warc_record_id",
)
# Shortest and longest articles that are kept, and articles of the random sample.
ENDS, SAMPLED = 10, 6
# Bounds of the classes of length, in words.
LENGTHS = (0, 25, 50, 100, 200, 400, 800, 1_600, 3_200)
# Characters of a text that a page shows of an article; a headline may be of any length.
_SHOWN = 240
_LEAD = 420


@dataclass(frozen=True, slots=True, order=True)
class Length:
    """How long one article is."""

    words: int
    id: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Sampled:
    """An article of the sample. ``warc`` are the fields of its record that name its place in the archive."""

    id: str
    url: str
    title: str
    lead: str
    section: str | None
    published: str | None
    words: int
    warc: Mapping[str, Any]


@dataclass(slots=True)
class ArticleTally:
    """Counts over distinct articles: by (section, month) with "" where one is not known, filled ``fields``, languages,
    lengths by class (the lower bound).
    """

    seed: str = ""
    count: int = 0
    months: Counter[tuple[str, str]] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    by_section: Counter[tuple[str, str]] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    shortest: list[Length] = field(default_factory=list)
    longest: list[Length] = field(default_factory=list)
    sample: SeededSample[Sampled] = field(init=False)

    def __post_init__(self) -> None:
        self.sample = SeededSample(self.seed, SAMPLED)

    def add(self, record: Mapping[str, Any]) -> None:
        """Count one article."""
        self.count += 1
        section, words = record["section"] or "", record["word_count"]
        self.months[section, (record["published"] or "")[:7]] += 1
        self.languages[record["language"] or ""] += 1
        self.lengths[max(bound for bound in LENGTHS if bound <= words)] += 1
        for name in FIELDS:
            if record[name]:
                self.filled[name] += 1
                self.by_section[section, name] += 1
        self._measure(record, words)
        if self.sample.wants(record["id"]):
            self.sample.add(record["id"], _sampled(record))

    def merge(self, other: ArticleTally) -> ArticleTally:
        """The counts of both: associative and commutative. Both have one seed."""
        both = ArticleTally(
            self.seed,
            self.count + other.count,
            self.months + other.months,
            self.filled + other.filled,
            self.by_section + other.by_section,
            self.languages + other.languages,
            self.lengths + other.lengths,
            nsmallest(ENDS, self.shortest + other.shortest),
            nlargest(ENDS, self.longest + other.longest),
        )
        both.sample = self.sample.merge(other.sample)
        return both

    def sections(self) -> list[str]:
        """The sections, the one with the most articles first."""
        totals: Counter[str] = Counter()
        for (section, _), count in self.months.items():
            totals[section] += count
        return sorted(totals, key=lambda name: (-totals[name], name))

    def _measure(self, record: Mapping[str, Any], words: int) -> None:
        """Note the article where it is one of the shortest or longest so far."""
        full = len(self.shortest) >= ENDS
        if full and self.shortest[-1].words < words < self.longest[-1].words:
            return
        length = Length(words, record["id"], record["url"], shortened(record["title"], _SHOWN))
        self.shortest = nsmallest(ENDS, [*self.shortest, length])
        self.longest = nlargest(ENDS, [*self.longest, length])


def shortened(text: str, most: int) -> str:
    """A text of so many characters at most, told where it is cut.

    >>> shortened("a long text", 6), shortened("short", 6)
    ('a long…', 'short')
    """
    return text if len(text) <= most else text[:most].rstrip() + "…"


def _sampled(record: Mapping[str, Any]) -> Sampled:
    warc = {name: record[name] for name in ("url", "warc_file", "warc_offset", "warc_record_id")}
    lead = record["lead"] or record["text"].partition("\n\n")[0]
    return Sampled(
        record["id"],
        record["url"],
        shortened(record["title"], _SHOWN),
        shortened(lead, _LEAD),
        record["section"],
        record["published"],
        record["word_count"],
        warc,
    )

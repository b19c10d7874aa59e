"""Summary: what a crawl came to, in numbers that can be added to those of another crawl."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from portal_crawler.records.jsonl import raw_lines, read_lines
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, PAGES, SKIPPED
from portal_crawler.records.skip_record import Bin, bin_of
from portal_crawler.report.ledger_counts_sqlite import states

# Reasons of skipped.jsonl that say an address was never part of the portal that was to be crawled.
OUT_OF_SCOPE = frozenset(["offsite", "not_included", "excluded", "depth", "ssrf", "redirect_scheme", "bad_url"])
# Reasons whose rules name the single address: they are counted by themselves.
RULE_OF_ONE = frozenset(["offsite", "trap", "ssrf", "url_too_long", "bad_url", "redirect_scheme"])


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """The counts of one crawl or of several.

    Every address discovered is in one bin: ``discovered = fetched + failed + skipped + queued``. ``in_scope`` leaves
    out what the scope refused, ``articles`` are pages that hold a story, ``unique`` the distinct stories. The mappings
    count pages by kind, status and charset, duplicates by kind, skipped addresses by ``reason`` or ``reason: rule``;
    ``lost`` those by reason that were asked for and gave no document.
    """

    discovered: int = 0
    in_scope: int = 0
    fetched: int = 0
    failed: int = 0
    skipped: int = 0
    queued: int = 0
    articles: int = 0
    unique: int = 0
    links: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)
    charsets: Mapping[str, int] = field(default_factory=dict)
    copies: Mapping[str, int] = field(default_factory=dict)
    skip_rules: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, int] = field(default_factory=dict)

    def merge(self, other: CrawlSummary) -> CrawlSummary:
        """The counts of both together. Associative and commutative; ``CrawlSummary()`` changes nothing."""
        both = ((item.name, getattr(self, item.name), getattr(other, item.name)) for item in fields(self))
        return CrawlSummary(**{name: _sum(one, two) for name, one, two in both})

    @property
    def funnel(self) -> tuple[tuple[str, int], ...]:
        """From everything discovered down to distinct stories."""
        return (
            ("discovered", self.discovered),
            ("in_scope", self.in_scope),
            ("fetched", self.fetched),
            ("article", self.articles),
            ("unique", self.unique),
        )

    def counts(self) -> dict[str, Any]:
        """The summary as JSON has it, in ``crawl.json``."""
        rest = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "articles"}
        return {**dict(self.funnel), **{name: _plain(value) for name, value in rest.items()}}


def from_crawl(folder: Path) -> CrawlSummary:
    """The summary of a crawl's folder, finished or not.

    :raises StateError: where it has no readable ledger.
    :raises DamagedFileError: at a line that is no record.
    """
    bins = Counter(states(folder))
    discovered = sum(bins.values())
    skips = _Skips(_records(folder / SKIPPED))
    pages = _Pages(_records(folder / PAGES))
    return CrawlSummary(
        discovered=discovered,
        in_scope=discovered - skips.outside,
        fetched=bins["done"],
        failed=bins["failed"],
        skipped=bins["skipped"],
        queued=bins["queued"] + bins["in_flight"],
        articles=pages.kinds["article"],
        unique=_line_count(folder / ARTICLES),
        links=pages.links,
        kinds=pages.kinds,
        statuses=pages.statuses,
        charsets=pages.charsets,
        copies=Counter(record["kind"] for record in _records(folder / DUPLICATES)),
        skip_rules=skips.rules,
        lost=skips.lost,
        problems=pages.problems,
    )


class _Pages:
    """The counts over pages.jsonl."""

    def __init__(self, records: Iterable[dict[str, Any]]) -> None:
        self.kinds: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.charsets: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.links = 0
        for record in records:
            self.kinds[record["kind"]] += 1
            self.statuses[str(record["status"])] += 1
            if record["charset_used"]:
                self.charsets[record["charset_used"]] += 1
            # What follows a colon is about the one page.
            self.problems.update(problem.partition(":")[0] for problem in record["problems"])
            self.links += record["links"]


class _Skips:
    """The counts over skipped.jsonl: by reason and rule what was never asked for, by reason what was and is lost."""

    def __init__(self, records: Iterable[dict[str, Any]]) -> None:
        self.rules: Counter[str] = Counter()
        self.outside = 0
        self.lost: Counter[str] = Counter()
        for record in records:
            reason, rule = record["reason"], record["rule"]
            if bin_of(record) != Bin.SKIPPED:
                self.lost[reason] += 1
                continue
            self.rules[f"{reason}: {rule}" if rule and reason not in RULE_OF_ONE else reason] += 1
            self.outside += reason in OUT_OF_SCOPE


def _records(path: Path) -> Iterator[dict[str, Any]]:
    return (record for _, _, record in read_lines(path)) if path.exists() else iter(())


def _line_count(path: Path) -> int:
    return sum(1 for _ in raw_lines(path)) if path.exists() else 0


def _sum(one: Any, other: Any) -> Any:
    return one + other if isinstance(one, int) else dict(Counter(one) + Counter(other))


def _plain(value: Any) -> Any:
    """Mappings with the most frequent first, so that a file says the same for the same counts."""
    if isinstance(value, int):
        return value
    return dict(sorted(value.items(), key=lambda pair: (-pair[1], pair[0])))

"""Funnel: from every address discovered down to distinct articles, what each step left out and by which rule. Pure.

The counts of a step come from other files than those of its losses where there are two that tell of it, so that a sum
which does not add up says that a file is not what it should be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal_crawler.records.skip_record import Bin
from portal_crawler.report.page_tally import PageTally
from portal_crawler.report.skip_tally import SkipTally
from portal_crawler.report.summary import OUT_OF_SCOPE, CrawlSummary


@dataclass(frozen=True, slots=True)
class Loss:
    """Addresses that do not reach a step. ``why`` is a bin, reason, status or kind, ``rule`` the rule that decided."""

    why: str
    rule: str
    count: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``count`` reach it of the ``before`` that reached the step above it."""

    name: str
    before: int
    count: int
    losses: tuple[Loss, ...]

    @property
    def lost(self) -> int:
        """How many the rules left out."""
        return sum(loss.count for loss in self.losses)

    @property
    def difference(self) -> int:
        """What the sum misses: 0 where ``before = count + lost``."""
        return self.before - self.count - self.lost


def funnel(summary: CrawlSummary, pages: PageTally, skips: SkipTally) -> tuple[Step, ...]:
    """The steps after ``discovered``, in order."""
    never = [(reason, rule, count) for (where, reason, rule), count in skips.counts.items() if where == Bin.SKIPPED]
    failed = [(reason, "", count) for reason, count in skips.by_reason(Bin.FAILED).items()]
    outside = [one for one in never if one[0] in OUT_OF_SCOPE]
    inside = [one for one in never if one[0] not in OUT_OF_SCOPE]
    waiting = [("queued", "", summary.queued)] if summary.queued else []
    html = sum(count for (step, _), count in pages.readings.items() if step == "html")
    in_scope = summary.discovered - sum(count for _, _, count in outside)
    return (
        Step("in_scope", summary.discovered, in_scope, _losses(outside)),
        Step("fetched", in_scope, summary.fetched, _losses([*inside, *failed, *waiting])),
        Step("html", summary.fetched, html, _losses(_of(pages.readings, "no_html"))),
        Step("article", html, summary.articles, _losses(_of(pages.readings, "html", but="article"))),
        Step("unique", summary.articles, summary.unique, _losses((kind, "", n) for kind, n in summary.copies.items())),
    )


def _of(readings: Mapping[tuple[str, str], int], step: str, but: str = "") -> list[tuple[str, str, int]]:
    return [(why, "", count) for (place, why), count in readings.items() if place == step and why != but]


def _losses(found: Iterable[tuple[str, str, int]]) -> tuple[Loss, ...]:
    """Losses, the largest first."""
    counts: Counter[tuple[str, str]] = Counter()
    for why, rule, count in found:
        counts[why, rule] += count
    return tuple(Loss(*key, count) for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

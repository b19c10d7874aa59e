"""Summary as text: the closing lines of a crawl for a terminal or a log. Contains no input or output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portal_crawler.report.summary import CrawlSummary

# A list longer than this is told in full by crawl.json.
_SHOWN = 6


def summary_lines(summary: CrawlSummary) -> list[str]:
    """The summary, one fact a line, without colour."""
    return [*_funnel(summary), "", *_bins(summary)]


def _funnel(summary: CrawlSummary) -> Iterator[str]:
    """From everything discovered down to distinct stories, with what each step left out."""
    width = max(len(f"{count:,}") for _, count in summary.funnel)
    before: int | None = None
    for step, count in summary.funnel:
        lost = f"  ({before - count:,} {_LOST[step]})" if before is not None and before > count else ""
        yield f"{step.replace('_', ' '):<11}{count:>{width},}{lost}"
        before = count


# What an address is that does not reach a step.
_LOST = {
    "in_scope": "outside the scope",
    "fetched": "skipped, failed or still queued",
    "article": "without a story",
    "unique": "copies and parts",
}


def _bins(summary: CrawlSummary) -> Iterator[str]:
    lists: tuple[tuple[str, Mapping[str, int]], ...] = (
        ("kinds", summary.kinds),
        ("copies", summary.copies),
        ("skipped", summary.skip_rules),
        ("lost", summary.lost),
        ("statuses", summary.statuses),
        ("charsets", summary.charsets),
        ("problems", summary.problems),
    )
    yield f"{'failed':<11}{summary.failed:,}, queued {summary.queued:,}, links {summary.links:,}"
    for name, counts in lists:
        if counts:
            yield f"{name:<11}{_listed(counts)}"


def _listed(counts: Mapping[str, int]) -> str:
    """Names with their counts, the most frequent first.

    >>> _listed({"print": 2, "mirror": 1200})
    'mirror 1,200, print 2'
    """
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    # The name of a single one that is left is no longer than words on it.
    many = len(ranked) if len(ranked) <= _SHOWN + 1 else _SHOWN
    shown, rest = ", ".join(f"{name} {count:,}" for name, count in ranked[:many]), ranked[many:]
    return f"{shown}, {sum(count for _, count in rest):,} of {len(rest)} more kinds" if rest else shown

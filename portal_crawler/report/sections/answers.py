"""Answers: what the portal's servers answered and when, in which charsets, and how long each was left alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from portal_crawler.page.charset import codec_of
from portal_crawler.report.charts import histogram, stacked
from portal_crawler.report.crawl_report import CrawlReport
from portal_crawler.report.pauses import HostPauses
from portal_crawler.report.pen import Pen, number, seconds
from portal_crawler.report.time_bins import TimeBins
from portal_crawler.report.view import Column, Columns, Facts, Note, Part, Row, Section, Table

_CLASSES = ("2xx", "3xx", "4xx", "5xx")
# Hosts that have a colour of their own.
_HOSTS = 7
_CHARSETS = 12
# Bounds of the classes of pauses, in seconds.
_PAUSES = (0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


def answers(report: CrawlReport, pen: Pen) -> Section:
    """Status codes and failing hosts over time."""
    say = pen.words
    failed = report.skips.failures
    everything = report.pages.answers.merge(failed.renamed(say("bin.failed")))
    parts: list[Part] = [
        pen.figure(
            "answers.over_time",
            *_over_time(everything, [*_CLASSES, say("bin.failed")], pen),
            width=_span(everything.width, pen),
        )
    ]
    failing = report.pages.failing.merge(failed)
    if failing.names():
        names = failing.names()[:_HOSTS]
        parts.append(
            pen.figure(
                "answers.failing",
                *_over_time(failing, names, pen, "answers.failing_table"),
                width=_span(failing.width, pen),
            )
        )
    else:
        parts.append(Note(say("answers.none_failing"), "good"))
    parts.append(_by_host(report, pen))
    return Section("answers", say("answers.title"), say("answers.lead"), tuple(parts))


def _over_time(
    bins: TimeBins, names: list[str], pen: Pen, key: str = "answers.table"
) -> tuple[dict[str, object], Table]:
    starts = list(bins.bins())
    days = bool(starts) and starts[0].date() != starts[-1].date()
    pattern = "%m-%d %H:%M" if days else "%H:%M:%S" if bins.width < 60 else "%H:%M"
    pattern = "%Y-%m-%d" if bins.width >= 86_400 else pattern
    present = [name for name in names if name in set(bins.names())]
    shown = [(start.strftime(pattern), [bins.at(start, name) for name in present]) for start in starts]
    values = [(at, name, float(count)) for at, counts in shown for name, count in zip(present, counts, strict=True)]
    rows: list[Row] = [(at, *counts) for at, counts in shown]
    named = [Column(name, "number") for name in present]
    table = pen.table(key, [("col.time_utc", "text"), *named], rows, most=80)
    return stacked(values, present, pen.words("col.answers")), table


def _span(width: int, pen: Pen) -> str:
    return seconds(width) if width < 86_400 else pen.words("answers.days", days=width // 86_400)


def _by_host(report: CrawlReport, pen: Pen) -> Table:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    codes: dict[str, Counter[int]] = defaultdict(Counter)
    for (host, status), count in report.pages.statuses.items():
        counts[host][f"{status // 100}xx"] += count
        if status >= 400:
            codes[host][status] += count
    for (_, host), count in report.skips.failures.counts.items():
        counts[host]["failed"] += count
    rows: list[Row] = [
        (
            host,
            *(told[name] for name in _CLASSES),
            told["failed"],
            ", ".join(f"{code}: {n}" for code, n in codes[host].most_common(5)) or None,
        )
        for host, told in sorted(counts.items(), key=lambda pair: (-sum(pair[1].values()), pair[0]))
    ]
    columns: Columns = (
        ("col.host", "text"),
        ("col.2xx", "number"),
        ("col.3xx", "number"),
        ("col.4xx", "number"),
        ("col.5xx", "number"),
        ("bin.failed", "number"),
        ("col.codes", "text"),
    )
    return pen.table("answers.hosts", columns, rows, most=40)


def charsets(report: CrawlReport, pen: Pen) -> Section:
    """Charsets as the pages declare them, against those that decode them."""
    say, counts = pen.words, report.pages.charsets
    by_used: dict[str, Counter[str]] = defaultdict(Counter)
    for (declared, used, _), count in counts.items():
        by_used[used]["agrees" if declared and codec_of(declared) == used else "other" if declared else "none"] += count
    ranked = sorted(by_used, key=lambda name: (-sum(by_used[name].values()), name))
    kinds = [("agrees", say("charsets.agrees")), ("other", say("charsets.other")), ("none", say("charsets.undeclared"))]
    values = [(used, words, float(by_used[used][kind])) for used in ranked[:_CHARSETS] for kind, words in kinds]
    rows: list[Row] = [
        (declared or None, used, say.known("charset_source", source), count)
        for (declared, used, source), count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    columns: Columns = (
        ("col.declared", "code"),
        ("col.used", "code"),
        ("col.decided_by", "text"),
        ("col.pages", "number"),
    )
    table = pen.table("charsets.pairs", columns, rows)
    chart = stacked(values, [words for _, words in kinds], say("col.pages"), across=True)
    return Section(
        "charsets", say("charsets.title"), say("charsets.lead"), (pen.figure("charsets.chart", chart, table),)
    )


def pauses(report: CrawlReport, pen: Pen) -> Section:
    """The pauses that were kept between requests to a host, against the profile's."""
    say, delay = pen.words, report.profile.politeness.delay
    hosts, every = report.pages.pauses.hosts(delay), report.pages.pauses.seconds()
    if not every:
        return Section("pauses", say("pauses.title"), say("pauses.lead"), (Note(say("pauses.none")),))
    short = sum(host.short for host in hosts)
    figures = (
        (say("pauses.asked"), seconds(delay)),
        (say("pauses.least"), seconds(every[0])),
        (say("pauses.median"), seconds(every[len(every) // 2])),
        (say("pauses.short"), number(short)),
    )
    verdict = Note(say("pauses.kept", delay=seconds(delay)), "good") if delay else Note(say("pauses.no_delay"))
    if short:
        verdict = Note(say("pauses.broken", short=number(short), of=number(len(every)), delay=seconds(delay)), "bad")
    bounds = [*_PAUSES, float("inf")]
    names = [f"{low:g}-{high:g}" for low, high in pairwise(_PAUSES)] + [f"≥ {_PAUSES[-1]:g}"]
    classes = [
        (name, sum(1 for one in every if low <= one < high))
        for name, (low, high) in zip(names, pairwise(bounds), strict=True)
    ]
    figure = pen.figure("pauses.chart", histogram(classes, say("col.pauses"), say("col.seconds")), _hosts(hosts, pen))
    return Section("pauses", say("pauses.title"), say("pauses.lead"), (Facts(figures), verdict, figure))


def _hosts(hosts: list[HostPauses], pen: Pen) -> Table:
    rows: list[Row] = [(one.host, one.requests, one.least, one.median, one.longest, one.short) for one in hosts]
    columns: Columns = (
        ("col.host", "text"),
        ("col.requests", "number"),
        ("col.least", "seconds"),
        ("col.median", "seconds"),
        ("col.longest", "seconds"),
        ("col.short", "number"),
    )
    return pen.table("pauses.hosts", columns, rows, most=40)

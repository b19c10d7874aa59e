"""Loss: the funnel from addresses to articles, its sums, and the reasons for which addresses were skipped."""

from __future__ import annotations

from collections.abc import Sequence

from portal_crawler.report.charts import bars
from portal_crawler.report.crawl_report import CrawlReport
from portal_crawler.report.funnel import Step, funnel
from portal_crawler.report.pen import Pen, number
from portal_crawler.report.view import Columns, Note, Part, Row, Section, Table


def loss(report: CrawlReport, pen: Pen) -> Section:
    """The loss funnel, which reconciles or says where it does not."""
    say = pen.words
    steps = funnel(report.summary, report.pages, report.skips)
    reached = [("discovered", report.summary.discovered), *((step.name, step.count) for step in steps)]
    named = [(say(f"step.{name}"), float(count)) for name, count in reached]
    parts: tuple[Part, ...] = (
        pen.figure("loss.chart", bars(named, say("col.addresses")), _steps(steps, reached[0], pen)),
        *_sums(steps, report, pen),
        _rules(steps, pen),
    )
    return Section("loss", say("loss.title"), say("loss.lead"), parts)


def _steps(steps: Sequence[Step], first: tuple[str, int], pen: Pen) -> Table:
    say = pen.words
    rows: list[Row] = [(say(f"step.{first[0]}"), first[1], None, None, say(f"step.{first[0]}_means"))]
    for step in steps:
        share = step.count / step.before if step.before else None
        rows.append((say(f"step.{step.name}"), step.count, step.lost, share, say(f"step.{step.name}_means")))
    columns: Columns = (
        ("col.step", "text"),
        ("col.reached", "number"),
        ("col.left_out", "number"),
        ("col.share", "share"),
        ("col.meaning", "wide"),
    )
    return pen.table("loss.steps", columns, rows)


def _sums(steps: Sequence[Step], report: CrawlReport, pen: Pen) -> list[Note]:
    """Whether the sums add up."""
    say, summary = pen.words, report.summary
    bins = summary.fetched + summary.failed + summary.skipped + summary.queued
    wrong = [
        say(
            "loss.step_differs",
            step=say(f"step.{step.name}"),
            before=number(step.before),
            count=number(step.count),
            lost=number(step.lost),
            by=f"{step.difference:+,}",
        )
        for step in steps
        if step.difference
    ]
    if bins != summary.discovered:
        wrong.append(say("loss.bins_differ", discovered=number(summary.discovered), bins=number(bins)))
    if wrong:
        return [Note(text, "bad") for text in wrong]
    return [
        Note(
            say(
                "loss.adds_up",
                discovered=number(summary.discovered),
                fetched=number(summary.fetched),
                skipped=number(summary.skipped),
                failed=number(summary.failed),
                queued=number(summary.queued),
            ),
            "good",
        )
    ]


def _rules(steps: Sequence[Step], pen: Pen) -> Table:
    say = pen.words
    rows: list[Row] = [
        (say(f"step.{step.name}"), say.known("why", loss.why), loss.rule or None, loss.count)
        for step in steps
        for loss in step.losses
    ]
    columns: Columns = (
        ("col.not_reached", "text"),
        ("col.why", "text"),
        ("col.rule", "code"),
        ("col.addresses", "number"),
    )
    foot: Row = (say("col.sum"), None, None, sum(step.lost for step in steps))
    return pen.table("loss.rules", columns, rows, foot, most=120)


def skipped(report: CrawlReport, pen: Pen) -> Section:
    """Why addresses were not fetched, or gave no document, with samples."""
    say, skips = pen.words, report.skips
    ranked = sorted(skips.counts.items(), key=lambda pair: (-pair[1], pair[0]))
    rows: list[Row] = [
        (
            say.known("why", reason),
            say(f"bin.{where}"),
            rule or None,
            count,
            "\n".join(skips.samples[where, reason, rule]),
        )
        for (where, reason, rule), count in ranked
    ]
    columns: Columns = (
        ("col.why", "text"),
        ("col.bin", "tag"),
        ("col.rule", "code"),
        ("col.addresses", "number"),
        ("col.samples", "wide"),
    )
    table = pen.table("skipped.reasons", columns, rows)
    if not rows:
        return Section("skipped", say("skipped.title"), say("skipped.lead"), (Note(say("skipped.none"), "good"),))
    reasons: dict[str, float] = {}
    for (_, reason, _), count in ranked:
        reasons[say.known("why", reason)] = reasons.get(say.known("why", reason), 0) + count
    shown = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:14]
    figure = pen.figure("skipped.chart", bars(shown, say("col.addresses")), table)
    return Section("skipped", say("skipped.title"), say("skipped.lead"), (figure,))

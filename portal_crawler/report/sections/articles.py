"""Articles: how many of each section and month, with the gaps; which fields they have; how long they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from portal_crawler.report.article_tally import FIELDS, LENGTHS, ArticleTally, Length
from portal_crawler.report.charts import bars, grid, histogram, timeline
from portal_crawler.report.crawl_report import CrawlReport
from portal_crawler.report.months import calendar_of, counted, gaps
from portal_crawler.report.pen import Pen, number
from portal_crawler.report.view import Column, Columns, Note, Part, Row, Section, Table

# Sections on the chart; the table has more.
_CHARTED = 14
# Units of time of that chart.
_COLUMNS = 48
# Fields whose completeness is told of each section.
_TOLD = ("authors", "published", "section", "language", "captions")


def articles(report: CrawlReport, pen: Pen) -> Section:
    """Articles by section and month."""
    say, tally = pen.words, report.articles
    by_month: Counter[str] = Counter()
    of_section: dict[str, Counter[str]] = defaultdict(Counter)
    for (section, month), count in tally.months.items():
        by_month[month] += count
        of_section[section][month] += count
    undated = by_month.pop("", 0)
    calendar = calendar_of(by_month)
    if not calendar.units:
        return Section("articles", say("articles.title"), say("articles.lead"), (Note(say("articles.none"), "warn"),))
    units = counted(calendar, by_month)
    line = [(unit, units[unit]) for unit in calendar.units]
    over_time: list[Row] = [(unit, count or None, "" if count else say("articles.gap")) for unit, count in line]
    parts: list[Part] = [
        pen.figure(
            "articles.by_month",
            timeline(line, say("col.articles")),
            pen.table(
                "articles.months",
                (("col.time", "text"), ("col.articles", "number"), ("col.remark", "text")),
                over_time,
                most=200,
            ),
            empty=sum(1 for _, count in line if not count),
            of=len(line),
        ),
        pen.figure("articles.by_section", _grid(tally, of_section, pen), _sections(tally, of_section, pen)),
        _gaps(of_section, by_month, pen),
    ]
    if undated:
        parts.insert(0, Note(say("articles.undated", count=number(undated), of=number(tally.count)), "warn"))
    return Section("articles", say("articles.title"), say("articles.lead"), tuple(parts))


def _grid(tally: ArticleTally, of_section: dict[str, Counter[str]], pen: Pen) -> dict[str, object]:
    calendar = calendar_of((month for _, month in tally.months), _COLUMNS)
    cells = []
    for section in tally.sections()[:_CHARTED]:
        counts = counted(calendar, of_section[section])
        filled = [unit for unit in calendar.units if counts[unit]]
        for unit in calendar.units:
            gap = bool(filled) and filled[0] < unit < filled[-1] and not counts[unit]
            cells.append((section or pen.words("articles.no_section"), unit, counts[unit], gap))
    return grid(cells, pen.words("col.articles"))


def _sections(tally: ArticleTally, of_section: dict[str, Counter[str]], pen: Pen) -> Table:
    rows: list[Row] = []
    for section in tally.sections():
        months = [month for month in of_section[section] if month]
        rows.append(
            (
                section or pen.words("articles.no_section"),
                sum(of_section[section].values()),
                min(months, default=None),
                max(months, default=None),
                len(months),
                sum(long for _, _, long in gaps(months)),
            )
        )
    columns: Columns = (
        ("col.section", "text"),
        ("col.articles", "number"),
        ("col.first", "text"),
        ("col.last", "text"),
        ("col.months_with", "number"),
        ("col.months_without", "number"),
    )
    return pen.table("articles.sections", columns, rows)


def _gaps(of_section: dict[str, Counter[str]], by_month: Counter[str], pen: Pen) -> Part:
    """The longest stretches without an article, of the whole portal first."""
    say = pen.words
    whole = [(say("articles.whole"), *gap) for gap in gaps(by_month)]
    each = [
        (section or say("articles.no_section"), *gap) for section, months in of_section.items() for gap in gaps(months)
    ]
    rows: list[Row] = [
        *sorted(whole, key=lambda row: (-row[3], row[1])),
        *sorted(each, key=lambda row: (-row[3], row[0], row[1])),
    ]
    if not rows:
        return Note(say("articles.no_gaps"), "good")
    columns: Columns = (("col.section", "text"), ("col.from", "text"), ("col.to", "text"), ("col.months", "number"))
    return pen.table("articles.gaps", columns, rows, most=20)


def fields(report: CrawlReport, pen: Pen) -> Section:
    """How complete the fields of the articles are."""
    say, tally = pen.words, report.articles
    if not tally.count:
        return Section("fields", say("fields.title"), say("fields.lead"), (Note(say("articles.none"), "warn"),))
    shares = [(name, tally.filled[name] / tally.count) for name in FIELDS]
    rows: list[Row] = [(name, tally.filled[name], tally.count - tally.filled[name], share) for name, share in shares]
    columns: Columns = (
        ("col.field", "code"),
        ("col.filled", "number"),
        ("col.empty", "number"),
        ("col.share", "share"),
    )
    figure = pen.figure(
        "fields.chart", bars(shares, say("col.share"), share=True), pen.table("fields.all", columns, rows)
    )
    languages: list[Row] = [
        (name or say("articles.unknown"), count, count / tally.count)
        for name, count in sorted(tally.languages.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    spoken = pen.table(
        "fields.languages", (("col.language", "code"), ("col.articles", "number"), ("col.share", "share")), languages
    )
    return Section("fields", say("fields.title"), say("fields.lead"), (figure, _by_section(tally, pen), spoken))


def _by_section(tally: ArticleTally, pen: Pen) -> Table:
    totals: Counter[str] = Counter()
    for (section, _), count in tally.months.items():
        totals[section] += count
    rows: list[Row] = [
        (
            section or pen.words("articles.no_section"),
            totals[section],
            *(tally.by_section[section, name] / totals[section] for name in _TOLD),
        )
        for section in tally.sections()
    ]
    shares = [Column(name, "share") for name in _TOLD]
    return pen.table("fields.by_section", [("col.section", "text"), ("col.articles", "number"), *shares], rows, most=25)


def lengths(report: CrawlReport, pen: Pen) -> Section:
    """How long the articles are, and the shortest and longest of them."""
    say, tally = pen.words, report.articles
    if not tally.count:
        return Section("lengths", say("lengths.title"), say("lengths.lead"), (Note(say("articles.none"), "warn"),))
    names = [f"{low}-{high - 1}" for low, high in pairwise(LENGTHS)] + [f"≥ {LENGTHS[-1]:,}"]
    classes = [(name, tally.lengths[low]) for name, low in zip(names, LENGTHS, strict=True)]
    rows: list[Row] = [(name, count, count / tally.count) for name, count in classes]
    table = pen.table(
        "lengths.classes", (("col.words", "text"), ("col.articles", "number"), ("col.share", "share")), rows
    )
    figure = pen.figure("lengths.chart", histogram(classes, say("col.articles"), say("col.words")), table)
    ends = (_ends("lengths.shortest", tally.shortest, pen), _ends("lengths.longest", tally.longest, pen))
    return Section("lengths", say("lengths.title"), say("lengths.lead"), (figure, *ends))


def _ends(key: str, found: list[Length], pen: Pen) -> Table:
    rows: list[Row] = [(one.words, one.title, one.url) for one in found]
    return pen.table(key, (("col.length", "number"), ("col.title", "wide"), ("col.address", "url")), rows)

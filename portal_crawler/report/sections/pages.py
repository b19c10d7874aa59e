"""Pages: what the portal puts around its stories, its layouts over time, its copies, and a sample with reasons."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from portal_crawler.errors import PortalCrawlerError
from portal_crawler.page.roles import Reason
from portal_crawler.reading import PageReading
from portal_crawler.report.article_tally import Sampled, shortened
from portal_crawler.report.charts import points, stacked
from portal_crawler.report.crawl_report import CrawlReport
from portal_crawler.report.duplicate_texts import SideBySide
from portal_crawler.report.months import calendar_of, counted
from portal_crawler.report.pen import Pen, number
from portal_crawler.report.view import Columns, Facts, Note, Part, Row, Section, SidePair, WhyBlock, WhyPage

# Reads an archived page again, from the fields of its record; ``None`` where its bytes are not kept.
ReadAgain = Callable[[Mapping[str, Any]], PageReading | None]
_LAYOUTS, _CHARTED, _COLUMNS = 7, 16, 60
# Blocks of a sampled page that are shown, and characters of each.
_BLOCKS, _TEXT = 24, 160
_REASONS = 3


def template(report: CrawlReport, pen: Pen) -> Section:
    """Boilerplate by section and layout; template families and how they changed."""
    say, stories = pen.words, report.stories
    if not stories.pages:
        return Section("template", say("template.title"), say("template.lead"), (Note(say("template.none"), "warn"),))
    families: Counter[str] = Counter()
    for (layout, _), count in stories.families.items():
        families[layout] += count
    ranked = sorted(families, key=lambda name: (-families[name], name))
    whole = 1 - sum(stories.story.values()) / max(1, sum(stories.page.values()))
    parts: list[Part] = [
        Facts(((say("template.layouts"), number(len(families))), (say("template.share"), f"{whole:.1%}"))),
        _boilerplate(report, pen, ranked),
        _families(report, pen, ranked, families),
    ]
    return Section("template", say("template.title"), say("template.lead"), tuple(parts))


def _boilerplate(report: CrawlReport, pen: Pen, ranked: list[str]) -> Part:
    say, stories = pen.words, report.stories
    of_section: Counter[str] = Counter()
    for (section, _), count in stories.pages.items():
        of_section[section] += count
    order = sorted(of_section, key=lambda name: (-of_section[name], name))
    places = sorted(stories.pages, key=lambda place: (order.index(place[0]), ranked.index(place[1])))
    shares = {place: 1 - stories.story[place] / stories.page[place] if stories.page[place] else 0.0 for place in places}
    shown = [
        (report.section_name(section), layout, shares[section, layout], stories.pages[section, layout])
        for section, layout in places
        if section in order[:_CHARTED] and layout in ranked[:_LAYOUTS]
    ]
    rows: list[Row] = [
        (report.section_name(place[0]), place[1], stories.pages[place], shares[place]) for place in places
    ]
    columns: Columns = (
        ("col.section", "text"),
        ("col.layout", "code"),
        ("col.pages", "number"),
        ("col.boilerplate", "share"),
    )
    chart = points(shown, say("col.boilerplate"), say("col.pages"))
    return pen.figure("template.boilerplate", chart, pen.table("template.shares", columns, rows))


def _families(report: CrawlReport, pen: Pen, ranked: list[str], families: Counter[str]) -> Part:
    say, stories = pen.words, report.stories
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for (layout, month), count in stories.families.items():
        months[layout][month] += count
    calendar = calendar_of((month for _, month in stories.families), _COLUMNS)
    counts = {layout: counted(calendar, months[layout]) for layout in ranked[:_LAYOUTS]}
    values = [(unit, layout, float(counts[layout][unit])) for unit in calendar.units for layout in ranked[:_LAYOUTS]]
    rows: list[Row] = []
    for layout in ranked:
        dated = [month for month in months[layout] if month]
        ids = sorted(name for (path, name) in stories.templates if path == layout and name)
        rows.append(
            (
                layout,
                families[layout],
                families[layout] / families.total(),
                min(dated, default=None),
                max(dated, default=None),
                ", ".join(ids) or None,
            )
        )
    columns: Columns = (
        ("col.layout", "code"),
        ("col.pages", "number"),
        ("col.share", "share"),
        ("col.first", "text"),
        ("col.last", "text"),
        ("col.template", "code"),
    )
    table = pen.table("template.families", columns, rows)
    return pen.figure("template.drift", stacked(values, ranked[:_LAYOUTS], say("col.pages")), table)


def duplicates(report: CrawlReport, pen: Pen) -> Section:
    """Duplicate clusters, and the largest of them side by side."""
    say, found, copies = pen.words, report.duplicates, report.summary.copies
    if not found.clusters:
        return Section("duplicates", say("duplicates.title"), say("duplicates.lead"), (Note(say("duplicates.none")),))
    figures = [
        (say.known("why", kind), number(count))
        for kind, count in sorted(copies.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    rows: list[Row] = []
    for cluster in found.clusters:
        kinds = Counter(copy.kind for copy in cluster.copies)
        told = ", ".join(f"{say.known('why', kind)} {count}" for kind, count in kinds.most_common())
        rows.append((len(cluster.copies), cluster.title[:200], cluster.url, told))
    columns: Columns = (("col.copies", "number"), ("col.title", "wide"), ("col.address", "url"), ("col.kinds", "text"))
    pairs = [_pair(at, one, pen) for at, one in enumerate(found.side_by_side(), start=1)]
    return Section(
        "duplicates",
        say("duplicates.title"),
        say("duplicates.lead"),
        (Facts(tuple(figures)), pen.table("duplicates.clusters", columns, rows), *pairs),
    )


def _pair(at: int, one: SideBySide, pen: Pen) -> SidePair:
    say, copy = pen.words, one.copy
    tags = (
        say.known("why", copy.kind),
        say("duplicates.similar", share=f"{copy.similarity:.0%}"),
        say("duplicates.of", count=number(len(one.cluster.copies))),
    )
    return SidePair(
        f"pair-{at}",
        one.cluster.title[:200],
        tags,
        copy.reason,
        say("duplicates.kept"),
        one.cluster.url,
        say("duplicates.copy"),
        copy.url,
        one.aligned,
    )


def sample(report: CrawlReport, pen: Pen, read_again: ReadAgain | None) -> Section:
    """A random sample of articles, each with why its page was read so."""
    say, items = pen.words, report.articles.sample.items
    parts = tuple(_why(at, one, report, pen, read_again) for at, one in enumerate(items, start=1))
    lead = say("sample.lead", seed=report.articles.seed)
    return Section("sample", say("sample.title"), lead, parts or (Note(say("articles.none"), "warn"),))


def _why(at: int, one: Sampled, report: CrawlReport, pen: Pen, read_again: ReadAgain | None) -> WhyPage:
    say = pen.words
    facts = (one.section, one.published, say("sample.words", count=number(one.words)))
    said = " · ".join(fact for fact in facts if fact)
    command = f"portal-crawler why {report.name} {one.url} --html why.html"
    blocks: tuple[WhyBlock, ...] = ()
    left_out, problem = 0, ""
    try:
        reading = read_again(one.warc) if read_again else None
        if reading is None:
            problem = say("sample.no_bytes")
        else:
            blocks, left_out = _blocks(reading)
    except PortalCrawlerError as error:
        problem = str(error)
    return WhyPage(f"sample-{at}", one.title, one.url, said, one.lead, command, blocks, left_out, problem)


def _blocks(reading: PageReading) -> tuple[tuple[WhyBlock, ...], int]:
    """The blocks of a page with their reasons, as many as are shown, and how many there are beyond."""
    texts = {block.index: block.text for block in reading.blocks}
    told = [
        WhyBlock(
            one.block,
            one.role.value,
            one.confidence,
            shortened(" ".join(texts.get(one.block, "").split()), _TEXT),
            _words(one.reasons),
        )
        for one in reading.roles
    ]
    own = [block for block in told if block.role in {"title", "byline", "body", "caption"}]
    rest = [block for block in told if block not in own]
    shown = sorted([*own[:_BLOCKS], *rest[: max(6, _BLOCKS - len(own))]], key=lambda block: block.number)
    return tuple(shown), len(told) - len(shown)


def _words(reasons: tuple[Reason, ...]) -> str:
    """The weightiest reasons with their weights."""
    ordered = sorted(reasons, key=lambda reason: -abs(reason.weight))[:_REASONS]
    return "; ".join(f"{reason.text} ({reason.weight:+.2g})" for reason in ordered)

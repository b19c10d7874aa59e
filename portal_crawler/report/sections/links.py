"""Links: the link graph drawn, its rank tables, and what share of the known addresses of each section was fetched."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from portal_crawler.report.charts import stacked
from portal_crawler.report.crawl_report import CrawlReport
from portal_crawler.report.drawn_graph import DrawnGraph, drawn_graph
from portal_crawler.report.link_tally import MOST_PAGES, ROLES
from portal_crawler.report.page_links import FRAME, PageLinks, Ranks, page_links
from portal_crawler.report.pen import Pen, number
from portal_crawler.report.view import Columns, Graph, Note, Part, Row, Section, Table

_RANKED, _ODD, _PAIRS = 25, 25, 40
_CHARTED = 16
# Roles in the order in which the graph offers them.
_OFFERED = (
    "body",
    "related",
    "promo",
    "caption",
    "byline",
    "comments",
    "title",
    "other",
    "navigation",
    "header",
    "footer",
)


def links(report: CrawlReport, pen: Pen, ranks: Ranks | None) -> Section:
    """The link graph and its ranks."""
    say, tally = pen.words, report.links
    found = page_links(tally, ranks)
    graph = drawn_graph(tally, found, report.section_name)
    if graph is None:
        return Section("links", say("links.title"), say("links.lead"), (Note(say("links.none"), "warn"),))
    parts: list[Part] = [_graph(graph, found, pen)]
    if tally.unknown:
        parts.append(Note(say("links.cut", most=number(MOST_PAGES), unknown=number(tally.unknown.total())), "warn"))
    if not found.is_pagerank:
        parts.append(Note(say("links.no_pagerank")))
    parts += [
        _ranked(report, found, pen),
        _odd("links.orphans", found.orphan, report, pen),
        _odd("links.dead_ends", found.dead_end, report, pen),
        _between(report, pen),
        _roles(report, pen),
    ]
    lead = (
        say("links.lead")
        + " "
        + say("links.drawn", pages=number(graph.pages), of=number(int(found.fetched.sum())), edges=number(graph.edges))
    )
    return Section("links", say("links.title"), lead, tuple(parts))


def _graph(graph: DrawnGraph, found: PageLinks, pen: Pen) -> Graph:
    say = pen.words
    roles = tuple(
        (role, say(f"role.{role}"), graph.roles[role], role not in FRAME) for role in _OFFERED if graph.roles[role]
    )
    legend = tuple((f"c{colour + 1}", f"{name} ({number(count)})") for name, count, colour in graph.sections[:12])
    odd = say("links.odd", orphans=number(int(found.orphan.sum())), dead_ends=number(int(found.dead_end.sum())))
    return Graph("graph", graph.data, graph.svg, say("links.svg_title") + " " + odd, roles, legend)


def _ranked(report: CrawlReport, found: PageLinks, pen: Pen) -> Table:
    rows: list[Row] = [
        (
            at,
            report.links.answers[page][2] or None,
            report.links.urls[page],
            int(found.linked_by[page]),
            int(found.links_to[page]),
            f"{found.rank[page]:.5f}",
        )
        for at, page in enumerate(found.leading(_RANKED), start=1)
    ]
    columns: Columns = (
        ("col.place", "number"),
        ("col.title", "wide"),
        ("col.address", "url"),
        ("col.linked_by", "number"),
        ("col.links_to", "number"),
        ("col.pagerank" if found.is_pagerank else "col.linked_share", "text"),
    )
    return pen.table("links.ranks", columns, rows)


def _odd(key: str, flags: np.ndarray, report: CrawlReport, pen: Pen) -> Part:
    pages = np.flatnonzero(flags).tolist()
    if not pages:
        return Note(pen.words(f"{key}_none"), "good")
    ordered = sorted(pages, key=lambda page: report.links.urls[page])
    rows: list[Row] = [
        (
            report.links.urls[page],
            report.links.answers[page][2] or None,
            pen.words.known("kind", report.links.answers[page][1]),
        )
        for page in ordered
    ]
    columns: Columns = (("col.address", "url"), ("col.title", "wide"), ("col.kind", "text"))
    return pen.table(key, columns, rows, most=_ODD)


def _between(report: CrawlReport, pen: Pen) -> Table:
    pairs: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    for (source, target, role), count in report.links.sections().items():
        pairs[source, target][role in FRAME] += count
    rows: list[Row] = [
        (report.section_name(source), report.section_name(target), counts[False], counts[True])
        for (source, target), counts in sorted(
            pairs.items(), key=lambda pair: (-pair[1][False], -pair[1][True], pair[0])
        )
    ]
    columns: Columns = (
        ("col.from_section", "text"),
        ("col.to_section", "text"),
        ("col.own_links", "number"),
        ("col.frame_links", "number"),
    )
    return pen.table("links.sections", columns, rows, most=_PAIRS)


def _roles(report: CrawlReport, pen: Pen) -> Table:
    counts: Counter[str] = Counter()
    for (_, _, role), count in report.links.sections().items():
        counts[role] += count
    total = max(1, sum(counts.values()))
    rows: list[Row] = [
        (pen.words(f"role.{role}"), counts[role], counts[role] / total)
        for role in sorted(ROLES, key=lambda role: (-counts[role], role))
        if counts[role]
    ]
    return pen.table("links.roles", (("col.role", "text"), ("col.links", "number"), ("col.share", "share")), rows)


def coverage(report: CrawlReport, pen: Pen) -> Section:
    """What share of the known addresses of each section was fetched, and of those that site maps and feeds name."""
    say = pen.words
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for (section, state), count in report.addresses.items():
        states[section][state] += count
    inside = {name: told for name, told in states.items() if sum(told.values()) > told["outside"]}
    ranked = sorted(inside, key=lambda name: (-(sum(inside[name].values()) - inside[name]["outside"]), name))
    parts_of = [(state, say(f"state.{state}")) for state in ("done", "failed", "skipped", "queued")]
    values = [
        (report.section_name(name), words, float(inside[name][state]))
        for name in ranked[:_CHARTED]
        for state, words in parts_of
    ]
    rows: list[Row] = []
    for name in ranked:
        told = inside[name]
        known = sum(told.values()) - told["outside"]
        rows.append(
            (
                report.section_name(name),
                known,
                told["done"],
                told["done"] / known,
                told["failed"],
                told["skipped"],
                told["queued"],
                told["outside"],
            )
        )
    columns: Columns = (
        ("col.section", "text"),
        ("col.known", "number"),
        ("state.done", "number"),
        ("col.share", "share"),
        ("state.failed", "number"),
        ("state.skipped", "number"),
        ("state.queued", "number"),
        ("state.outside", "number"),
    )
    table = pen.table("coverage.sections", columns, rows)
    chart = stacked(values, [words for _, words in parts_of], say("col.addresses"), across=True)
    return Section(
        "coverage",
        say("coverage.title"),
        say("coverage.lead"),
        (pen.figure("coverage.chart", chart, table), _declared(report, pen)),
    )


def _declared(report: CrawlReport, pen: Pen) -> Part:
    """What the portal itself names: its site maps and feeds."""
    tally = report.links
    rows: list[Row] = []
    for element in ("sitemap", "feed"):
        named = tally.declared.get(element)
        if named:
            fetched = sum(1 for page in named if page in tally.answers)
            rows.append((pen.words(f"coverage.{element}"), len(named), fetched, fetched / len(named)))
    if not rows:
        return Note(pen.words("coverage.undeclared"))
    columns: Columns = (
        ("col.list", "text"),
        ("col.addresses", "number"),
        ("state.done", "number"),
        ("col.share", "share"),
    )
    return pen.table("coverage.declared", columns, rows)

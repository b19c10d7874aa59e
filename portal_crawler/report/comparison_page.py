"""Comparison page: two crawls of a portal side by side: counts, stories, texts, template and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal_crawler.report.aligned_texts import MOST_ROWS, AlignedTexts, aligned_edit
from portal_crawler.report.changes_tally import ChangesTally, Edited
from portal_crawler.report.chart_svg import CURE
from portal_crawler.report.charts import bars
from portal_crawler.report.comparison import Change, ChangeKind, FrameLink
from portal_crawler.report.pen import Pen, number
from portal_crawler.report.story_tally import StoryTally
from portal_crawler.report.summary import CrawlSummary
from portal_crawler.report.view import Columns, Commands, Facts, Note, Page, Part, Row, Section, SidePair


@dataclass(frozen=True, slots=True)
class ComparedCrawl:
    """One of the two crawls. ``summary`` is ``None`` of records without a ledger, which replay and build make."""

    name: str
    facts: Mapping[str, Any]
    summary: CrawlSummary | None
    stories: StoryTally


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two crawls.

    :param drift: links of the portal's frame that came or went; ``pages`` are the story pages that both crawls read.
    :param statuses: (status before, status after, addresses, one of them) where the answer is another.
    :param others: how many pages without a story came and went.
    """

    before: ComparedCrawl
    after: ComparedCrawl
    changes: ChangesTally
    drift: Sequence[FrameLink]
    pages: int
    statuses: Sequence[tuple[int, int, int, str]]
    others: Mapping[str, int]


def comparison_page(found: Comparison, pen: Pen) -> Page:
    """The page of a comparison."""
    say = pen.words
    sections = (
        _about(found, pen),
        _stories(found, pen),
        _edits(found, pen),
        _template(found, pen),
        _answers(found, pen),
        _again(found, pen),
    )
    title = say("compare.title", profile=found.after.facts.get("profile") or found.after.name)
    lead = say("compare.page_lead", before=_day(found.before), after=_day(found.after))
    return Page(title, say("compare.kicker"), lead, sections, say("page.foot"))


def _day(crawl: ComparedCrawl) -> str:
    return str(crawl.facts.get("started") or "-")[:10]


def _about(found: Comparison, pen: Pen) -> Section:
    say, counts = pen.words, found.changes.counts
    facts = Facts(tuple((say(f"change.{kind.value}"), number(counts[kind])) for kind in ChangeKind))
    told = [one.facts.get("profile") for one in (found.before, found.after)]
    hashes = [one.facts.get("profile_hash") for one in (found.before, found.after)]
    parts: list[Part] = [facts]
    if not pen.has_charts:
        parts.append(Note(say("page.no_charts", cure=CURE), "warn"))
    if told[0] != told[1]:
        parts.append(Note(say("compare.other_profile", before=told[0] or "-", after=told[1] or "-"), "warn"))
    elif hashes[0] != hashes[1]:
        parts.append(Note(say("compare.other_hash"), "warn"))
    parts.append(_counts(found, pen))
    return Section(
        "counts",
        say("compare.counts"),
        say("compare.counts_lead", before=found.before.name, after=found.after.name),
        tuple(parts),
    )


def _counts(found: Comparison, pen: Pen) -> Part:
    """The counts of both crawls, and how far they differ."""
    say, before, after = pen.words, found.before.summary, found.after.summary
    if before is None or after is None:
        return Note(say("compare.no_counts"), "warn")
    pairs = [
        (say(f"step.{name}"), one, other) for (name, one), (_, other) in zip(before.funnel, after.funnel, strict=True)
    ]
    pairs += [(say(f"bin.{name}"), getattr(before, name), getattr(after, name)) for name in ("skipped", "failed")]
    pairs += [(say("col.links"), before.links, after.links)]
    for key, words, one_of, other_of in (
        ("col.kind", "kind", before.kinds, after.kinds),
        ("col.copies", "why", before.copies, after.copies),
        ("col.charset", "", before.charsets, after.charsets),
    ):
        for name in sorted({*one_of, *other_of}):
            pairs.append((f"{say(key)}: {say.known(words, name)}", one_of.get(name, 0), other_of.get(name, 0)))
    rows: list[Row] = [(name, one, other, f"{other - one:+,}" if other != one else "=") for name, one, other in pairs]
    columns: Columns = (("col.what", "text"), ("col.before", "number"), ("col.after", "number"), ("col.change", "text"))
    return pen.table("compare.both", columns, rows, most=80)


def _stories(found: Comparison, pen: Pen) -> Section:
    say, changes = pen.words, found.changes
    shown = [(say(f"change.{kind.value}"), float(changes.counts[kind])) for kind in ChangeKind]
    rows: list[Row] = [(name, int(count)) for name, count in shown]
    table = pen.table("compare.kinds", (("col.change", "text"), ("col.articles", "number")), rows)
    parts: list[Part] = [pen.figure("compare.chart", bars(shown, say("col.articles")), table)]
    parts += [_listed(kind, found, pen) for kind in ChangeKind if changes.counts[kind]]
    parts.append(Note(say("compare.others", new=number(found.others["new"]), gone=number(found.others["gone"]))))
    return Section("stories", say("compare.stories"), say("compare.stories_lead"), tuple(parts))


def _listed(kind: ChangeKind, found: Comparison, pen: Pen) -> Part:
    changes = found.changes
    rows = [_row(change) for change in changes.listed[kind]]
    columns: Columns = (("col.title", "wide"), ("col.address", "url"), ("col.was", "url"), ("col.why", "wide"))
    table = pen.table(f"compare.{kind.value}", columns, rows, most=len(rows))
    left_out = changes.counts[kind] - len(rows)
    return type(table)(table.id, table.caption, table.columns, table.rows, left_out)


def _row(change: Change) -> Row:
    one = change.after or change.before
    assert one is not None  # noqa: S101 - a change has a side
    was = change.before.urls[0] if change.before and change.before.urls[0] != one.urls[0] else None
    return one.title[:240], one.urls[0], was, change.reason


def _edits(found: Comparison, pen: Pen) -> Section:
    say, edited = pen.words, found.changes.edited
    parts: list[Part] = [_pair(at, one, found, pen) for at, one in enumerate(edited, start=1)]
    left_out = found.changes.counts[ChangeKind.CHANGED] - len(edited)
    if left_out:
        parts.append(Note(say("compare.edits_left_out", count=number(left_out))))
    return Section(
        "edits",
        say("compare.edits"),
        say("compare.edits_lead"),
        tuple(parts) or (Note(say("compare.no_edits"), "good"),),
    )


def _pair(at: int, one: Edited, found: Comparison, pen: Pen) -> SidePair:
    before, after = one.change.before, one.change.after
    assert before is not None  # noqa: S101 - a changed story has both
    assert after is not None  # noqa: S101 - as above
    rows = tuple(aligned_edit(edit) for edit in one.edits[:MOST_ROWS])
    aligned = AlignedTexts(rows, max(0, len(one.edits) - MOST_ROWS))
    return SidePair(
        f"edit-{at}",
        after.title[:240],
        (),
        one.change.reason,
        _day(found.before),
        before.urls[0],
        _day(found.after),
        after.urls[0],
        aligned,
    )


def _template(found: Comparison, pen: Pen) -> Section:
    say = pen.words
    families = [_families(one.stories) for one in (found.before, found.after)]
    totals = [max(1, sum(family.values())) for family in families]
    names = sorted(
        {*families[0], *families[1]}, key=lambda name: (-max(families[0].get(name, 0), families[1].get(name, 0)), name)
    )
    layouts: list[Row] = [
        (
            name,
            *(family.get(name, 0) for family in families),
            *(family.get(name, 0) / total for family, total in zip(families, totals, strict=True)),
        )
        for name in names
    ]
    columns: Columns = (
        ("col.layout", "code"),
        ("col.before", "number"),
        ("col.after", "number"),
        ("col.share_before", "share"),
        ("col.share_after", "share"),
    )
    frame: list[Row] = [
        (link.text[:120] or None, pen.words.known("role", link.role), link.target_key[:300], link.before, link.after)
        for link in found.drift
    ]
    drift_columns: Columns = (
        ("col.text", "wide"),
        ("col.role", "text"),
        ("col.target", "code"),
        ("col.before", "share"),
        ("col.after", "share"),
    )
    frames: Part = (
        pen.table("compare.drift", drift_columns, frame, pages=number(found.pages))
        if frame
        else Note(say("compare.no_drift", pages=number(found.pages)), "good")
    )
    return Section(
        "template",
        say("compare.template"),
        say("compare.template_lead"),
        (pen.table("compare.layouts", columns, layouts), frames),
    )


def _families(stories: StoryTally) -> dict[str, int]:
    """Story pages by layout."""
    found: dict[str, int] = {}
    for (layout, _), count in stories.families.items():
        found[layout] = found.get(layout, 0) + count
    return found


def _answers(found: Comparison, pen: Pen) -> Section:
    say = pen.words
    rows: list[Row] = [(str(before), str(after), count, url) for before, after, count, url in found.statuses]
    columns: Columns = (
        ("col.before", "code"),
        ("col.after", "code"),
        ("col.addresses", "number"),
        ("col.samples", "url"),
    )
    part: Part = pen.table("compare.statuses", columns, rows) if rows else Note(say("compare.no_statuses"), "good")
    return Section("answers", say("compare.answers"), say("compare.answers_lead"), (part,))


def _again(found: Comparison, pen: Pen) -> Section:
    say, names = pen.words, f"{found.before.name} {found.after.name}"
    lines = (
        (say("compare.as_text"), f"portal-crawler diff {names}"),
        (say("compare.as_json"), f"portal-crawler diff {names} --json"),
    )
    return Section("reproduce", say("reproduce.title"), "", (Commands(lines),))

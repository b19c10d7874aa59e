"""The tallies of the report: the same counts in whatever order, and however the records were parted."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_crawler.report.aligned_texts import RunKind, aligned_texts
from portal_crawler.report.article_tally import ArticleTally
from portal_crawler.report.funnel import funnel
from portal_crawler.report.link_map import discs
from portal_crawler.report.link_tally import LinkTally
from portal_crawler.report.months import MOST_UNITS, calendar_of, gaps
from portal_crawler.report.page_links import page_links
from portal_crawler.report.page_tally import PageTally
from portal_crawler.report.pauses import PauseTally
from portal_crawler.report.seeded_sample import SeededSample
from portal_crawler.report.skip_tally import SkipTally
from portal_crawler.report.story_tally import StoryTally
from portal_crawler.report.summary import CrawlSummary
from portal_crawler.report.time_bins import MOST_BINS, TimeBins
from tests.report.made_reports import Reports

START = datetime(2026, 3, 29, tzinfo=UTC)
_EVENTS = st.lists(st.tuples(st.integers(0, 10**8), st.sampled_from("ab")), max_size=40)


def _bins(events: list[tuple[int, str]]) -> TimeBins:
    bins = TimeBins()
    for second, name in events:
        bins.add(START + timedelta(seconds=second), name)
    return bins


@settings(deadline=None, max_examples=50)
@given(_EVENTS, _EVENTS)
def test_bins_of_time_are_the_same_however_they_were_filled(
    one: list[tuple[int, str]], two: list[tuple[int, str]]
) -> None:
    whole = _bins(one + two)
    assert _bins(one).merge(_bins(two)) == whole == _bins(two[::-1] + one)
    assert sum(whole.counts.values()) == len(one + two)
    assert len(list(whole.bins())) <= MOST_BINS
    assert {start for start, _ in whole.counts} <= {int(start.timestamp()) for start in whole.bins()}


@settings(deadline=None, max_examples=50)
@given(st.sets(st.text(max_size=3), max_size=30), st.integers(1, 5), st.data())
def test_a_sample_depends_on_its_seed_alone(keys: set[str], size: int, data: st.DataObject) -> None:
    order = data.draw(st.permutations(sorted(keys)))
    cut = data.draw(st.integers(0, len(order)))
    parts = [SeededSample[str]("seed", size) for _ in range(3)]
    for number, key in enumerate(order):
        for sample in (parts[0], parts[1 + (number >= cut)]):
            if sample.wants(key):
                sample.add(key, key)
    assert parts[0].items == parts[1].merge(parts[2]).items
    assert len(parts[0].items) == min(size, len(keys))


def _files(reports: Reports) -> list[tuple[str, Callable[[], Any]]]:
    return [
        ("pages.jsonl", PageTally),
        ("skipped.jsonl", SkipTally),
        ("articles.jsonl", lambda: ArticleTally("seed")),
        ("work/stories.jsonl", StoryTally),
    ]


@pytest.mark.parametrize("number", range(4), ids=["pages", "skips", "articles", "stories"])
def test_tallies_of_parts_are_merged_into_that_of_the_whole(reports: Reports, number: int) -> None:
    name, make = _files(reports)[number]
    records = [json.loads(line) for line in (reports.first / name).read_bytes().splitlines()]
    whole, one, other = make(), make(), make()
    for at, record in enumerate(records):
        whole.add(record)
        (one if at % 3 else other).add(record)
    assert len(records) >= 3
    for merged in (one.merge(other), other.merge(one)):
        if name == "articles.jsonl":
            assert merged.sample.items == whole.sample.items
            assert (merged.months, merged.shortest, merged.longest) == (whole.months, whole.shortest, whole.longest)
        elif name == "pages.jsonl":
            assert merged.pauses.hosts(1.0) == whole.pauses.hosts(1.0)
            assert (merged.answers, merged.charsets, merged.readings) == (whole.answers, whole.charsets, whole.readings)
        else:
            assert merged == whole


def test_pauses_are_told_of_each_host_against_the_delay() -> None:
    tally = PauseTally()
    for seconds in (3.5, 0, 1.5, 2.0):
        tally.add("a", START + timedelta(seconds=seconds))
    tally.add("b", START)
    one, other = tally.hosts(1.0)
    assert (one.requests, one.least, one.median, one.longest, one.short) == (4, 0.5, 1.5, 1.5, 1)
    assert (other.host, other.least, other.short) == ("b", None, 0)
    assert tally.seconds() == [0.5, 1.5, 1.5]


def test_a_funnel_says_what_each_step_left_out_and_what_is_missing() -> None:
    skips, pages = SkipTally(), PageTally()
    for reason, rule, where in (
        ("offsite", "other.test", "skipped"),
        ("robots", "/x", "skipped"),
        ("timeout", "", "failed"),
    ):
        record = {"reason": reason, "rule": rule, "bin": where, "url": "u", "url_key": "test)/u"}
        skips.add({**record, "ts": "2026-01-01T00:00:00Z"})
    base = {"url_key": "test)/", "charset_declared": None, "charset_used": "utf-8", "charset_source": None}
    for status, kind in ((200, "article"), (404, "other")):
        pages.add({**base, "status": status, "kind": kind, "fetched_at": "2026-01-01T00:00:00Z"})
    summary = CrawlSummary(discovered=6, fetched=2, failed=1, skipped=2, queued=0, articles=1, unique=1)
    steps = {step.name: step for step in funnel(summary, pages, skips)}
    assert (steps["in_scope"].count, steps["in_scope"].difference) == (5, 0)
    assert [(loss.why, loss.rule, loss.count) for loss in steps["fetched"].losses] == [
        ("robots", "/x", 1),
        ("timeout", "", 1),
    ]
    assert steps["fetched"].difference == 1
    assert [(loss.why, loss.count) for loss in steps["html"].losses] == [("status 404", 1)]
    assert steps["unique"].difference == 0


@settings(deadline=None, max_examples=25)
@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 400), max_size=10),
    st.randoms(use_true_random=False),
)
def test_discs_of_sections_never_lie_over_one_another(sizes: dict[str, int], rng: Any) -> None:
    links = {(one, other): rng.randint(0, 50) for one in sizes for other in sizes}
    placed = list(discs(sizes, links).values())
    assert len(placed) == len(sizes)
    for at, one in enumerate(placed):
        for other in placed[:at]:
            apart = ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5
            assert apart >= one.radius + other.radius
    assert discs(sizes, links) == discs(dict(reversed(sizes.items())), links)


def _link(source: str, target: str, role: str = "body", element: str = "a") -> dict[str, Any]:
    keys = {f"{end}_key": f"test,portal)/{name}" for end, name in (("source", source), ("target", target))}
    urls = {f"{end}_url": f"http://portal.test/{name}" for end, name in (("source", source), ("target", target))}
    return {**keys, **urls, "role": role, "element": element}


def test_orphans_and_dead_ends_are_pages_without_links_for_readers() -> None:
    tally = LinkTally()
    for name in "abcd":
        page = {
            "url_key": f"test,portal)/{name}",
            "url": f"http://portal.test/{name}",
            "status": 200,
            "kind": "article",
        }
        tally.add_page({**page, "title": name, "charset_used": "utf-8"})
    for link in (_link("a", "b"), _link("a", "b", "navigation"), _link("b", "b"), _link("b", "a"), _link("a", "c"),
                 _link("map", "d", element="sitemap")):  # fmt: skip
        tally.add_link(link)
    found = page_links(tally, None)
    named = [[tally.urls[page][-1] for page in flags.nonzero()[0]] for flags in (found.orphan, found.dead_end)]
    assert named == [["d"], ["c", "d"]]
    assert found.linked_by.tolist()[:4] == [1, 1, 1, 0]
    assert tally.declared == {"sitemap": {3}}


def test_a_far_date_does_not_stretch_the_axis_beyond_its_room() -> None:
    assert len(calendar_of(["1970-01", "2004-05", "2098-12"]).units) <= MOST_UNITS
    assert len(calendar_of(["0001-01", "9999-12"]).units) <= MOST_UNITS
    assert gaps(["2004-12", "2005-02", "rubbish"]) == [("2005-01", "2005-01", 1)]


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet="ab \n中", max_size=60), st.text(alphabet="ab \n中", max_size=60))
def test_aligned_texts_part_what_was_taken_from_what_was_added(before: str, after: str) -> None:
    rows = aligned_texts(before, after).rows
    if before == after:
        assert all(row.same for row in rows)
    for row in rows:
        assert bool(row.same) != bool(row.before or row.after)
        assert all(run.kind is not RunKind.ADDED for run in row.before or ())
        assert all(run.kind is not RunKind.TAKEN for run in row.after or ())

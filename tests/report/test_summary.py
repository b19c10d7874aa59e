from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.errors import StateError
from portal_crawler.records.assemble import assemble_dataset
from portal_crawler.records.jsonl import JsonlFile, dumps_lines, read_lines
from portal_crawler.records.skip_record import skip_record
from portal_crawler.report.summary import CrawlSummary, from_crawl
from portal_crawler.report.summary_text import summary_lines
from tests.crawl_ledger import write_ledger
from tests.story_readings import PROFILE, TEXT, WWW, Lengths, hub, key, redirect, story, write

_COUNTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 9))
_SUMMARIES = st.builds(CrawlSummary, *([st.integers(0, 99)] * 9), *([_COUNTS] * 6))


@given(_SUMMARIES, _SUMMARIES, _SUMMARIES)
def test_merging_is_associative_and_commutative_and_nothing_adds_nothing(
    one: CrawlSummary, two: CrawlSummary, three: CrawlSummary
) -> None:
    assert one.merge(two).merge(three) == one.merge(two.merge(three))
    assert one.merge(two) == two.merge(one)
    assert one.merge(CrawlSummary()) == one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = [
        hub(f"{WWW}/", [f"{WWW}/a/50400.htm", "http://other.test/"]),
        story(f"{WWW}/a/50400.htm"),
        story("http://portal.test/a/50400.htm"),
        story(f"{WWW}/print/50400.htm", TEXT + "\n\nPrinted."),
        redirect(f"{WWW}/old.htm", f"{WWW}/a/50400.htm"),
    ]
    write(tmp_path, pages)
    skipped = JsonlFile(tmp_path / "skipped.jsonl")
    at = datetime(2026, 1, 2, tzinfo=UTC)
    skips = [("http://other.test/", "offsite", None), (f"{WWW}/search?q=1", "robots", "/search")]
    for url, reason, rule in skips:
        skipped.append(skip_record(url, reason, at, url_key=key(url), rule=rule))
    skipped.close()
    assemble_dataset(tmp_path, PROFILE, Lengths())
    write_ledger(tmp_path, skipped=[url for url, _, _ in skips], queued=[f"{WWW}/later.htm"])
    return tmp_path


def test_every_address_is_in_one_bin(folder: Path) -> None:
    summary = from_crawl(folder)
    assert summary.funnel == (("discovered", 8), ("in_scope", 7), ("fetched", 5), ("article", 3), ("unique", 1))
    assert summary.discovered == summary.fetched + summary.failed + summary.skipped + summary.queued
    assert summary.copies == {"mirror": 1, "print": 1}
    assert summary.skip_rules == {"offsite": 1, "robots: /search": 1}
    assert summary.kinds == {"article": 3, "link_page": 1, "other": 1}
    assert (summary.links, summary.statuses) == (3, {"200": 4, "301": 1})


def test_lines_of_an_early_version_without_a_bin_are_of_skipped_addresses(folder: Path) -> None:
    now, path = from_crawl(folder), folder / "skipped.jsonl"
    early = [{name: value for name, value in record.items() if name != "bin"} for _, _, record in read_lines(path)]
    path.write_bytes(dumps_lines(early))
    assert from_crawl(folder) == now


def test_the_text_tells_what_each_step_lost(folder: Path) -> None:
    lines = summary_lines(from_crawl(folder))
    assert lines[0] == "discovered 8"
    assert "article    3  (2 without a story)" in lines
    assert "unique     1  (2 copies and parts)" in lines
    assert "skipped    offsite 1, robots: /search 1" in lines


def test_counts_carry_the_funnel_and_sort_what_is_counted(folder: Path) -> None:
    counts = from_crawl(folder).counts()
    assert counts["article"] == 3
    assert list(counts["kinds"]) == ["article", "link_page", "other"]


def test_a_folder_without_a_ledger_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"ledger\.sqlite: is missing"):
        from_crawl(tmp_path)

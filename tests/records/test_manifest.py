from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal_crawler import __version__
from portal_crawler.errors import DamagedFileError
from portal_crawler.records.manifest_json import (
    CrawlFacts,
    drop_sums,
    read_crawl,
    read_sums,
    sha256_of,
    write_crawl,
    write_sums,
)

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FACTS = CrawlFacts(("portal-crawler", "crawl", "demo.toml"), "demo", "sha256:00", ("http://www.portal.test/",), START)


def test_the_facts_of_a_crawl_are_read_back(tmp_path: Path) -> None:
    write_crawl(tmp_path, FACTS)
    crawl = read_crawl(tmp_path)
    assert crawl is not None
    assert crawl["command"] == ["portal-crawler", "crawl", "demo.toml"]
    assert crawl["versions"]["portal-crawler"] == __version__
    assert {"python", "scrapy", "lxml", "sqlite"} <= crawl["versions"].keys()
    assert (crawl["started"], crawl["finished"], crawl["seconds"]) == ("2026-01-02T03:04:05Z", None, None)
    assert [path.name for path in tmp_path.iterdir()] == ["crawl.json"]


def test_an_ended_crawl_says_how_long_it_took(tmp_path: Path) -> None:
    ended = START.replace(minute=5, microsecond=250_000)
    write_crawl(tmp_path, CrawlFacts(("x",), "demo", "sha256:00", (), START, ended, "finished", {"unique": 3}))
    crawl = read_crawl(tmp_path)
    assert crawl is not None
    assert (crawl["seconds"], crawl["finish_reason"], crawl["counts"]) == (60.25, "finished", {"unique": 3})


def test_how_long_a_crawl_took_is_unknown_where_the_clock_was_put_back_behind_its_start(tmp_path: Path) -> None:
    write_crawl(tmp_path, CrawlFacts(("x",), "demo", "sha256:00", (), START, START.replace(hour=2), "finished"))
    crawl = read_crawl(tmp_path)
    assert crawl is not None
    assert (crawl["seconds"], crawl["finished"]) == (None, "2026-01-02T02:04:05Z")


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff"])
def test_damaged_facts_are_named(content: bytes, tmp_path: Path) -> None:
    assert read_crawl(tmp_path) is None
    (tmp_path / "crawl.json").write_bytes(content)
    with pytest.raises(DamagedFileError, match=r"crawl\.json"):
        read_crawl(tmp_path)


def test_a_fact_that_an_early_version_did_not_write_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "crawl.json").write_bytes(b'{"finished":"2026-01-02T03:04:05Z"}')
    crawl = read_crawl(tmp_path)
    assert crawl is not None
    with pytest.raises(DamagedFileError, match=r"crawl\.json: has no field started; "):
        crawl["started"]
    assert crawl.get("started") is None


def test_sums_are_those_of_sha256sum_and_leave_out_what_changes_by_itself(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    for name in (
        "b.jsonl",
        "a.jsonl",
        "work/stories.jsonl",
        "ledger.sqlite",
        "ledger.lock",
        "crawl.log",
        "a.jsonl.new",
    ):
        (tmp_path / name).write_text(name)
    write_sums(tmp_path)
    lines = (tmp_path / "SHA256SUMS").read_text().splitlines()
    names = ["a.jsonl", "b.jsonl", "work/stories.jsonl"]
    assert lines == [f"{hashlib.sha256(name.encode()).hexdigest()}  {name}" for name in names]
    sums = read_sums(tmp_path)
    assert sums == {name: sha256_of(tmp_path / name) for name in names}
    write_sums(tmp_path)
    assert read_sums(tmp_path) == sums
    drop_sums(tmp_path)
    assert read_sums(tmp_path) is None


def test_what_is_made_of_the_records_is_not_summed(tmp_path: Path) -> None:
    for name in ("links.jsonl", "graph/pages.parquet", ".graph.new/pages.parquet", "graphs.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    write_sums(tmp_path)
    assert list(read_sums(tmp_path) or {}) == ["graphs.txt", "links.jsonl"]


def test_the_sums_do_not_cover_what_somebody_makes_beside_the_crawls_own_files(tmp_path: Path) -> None:
    own = ("archive/a.warc.gz", "articles.jsonl", "indexes/index.cdxj", "work/stories.jsonl")
    for name in (*own, "mine/dataset.json", "generations/1/articles.jsonl", "notes/a.txt", "a.wacz", "mine.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a")
    write_sums(tmp_path)
    assert [line.partition("  ")[2] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()] == list(own)


def test_what_a_dashboard_makes_and_removes_again_is_not_summed(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    passing = ("control.json", "control-state.json", "work/catalog.sqlite", "work/catalog.sqlite.new-journal")
    for name in ("pages.jsonl", "work/stories.jsonl", "work/catalog.sqlite-journal", *passing):
        (tmp_path / name).write_text("{}\n")
    write_sums(tmp_path)
    assert list(read_sums(tmp_path) or {}) == ["pages.jsonl", "work/stories.jsonl"]

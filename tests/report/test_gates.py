"""Gates: what a profile asks of a crawl, and what is said where it was not reached."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal_crawler.report.gates import Yield, broken_gates, yield_of
from portal_crawler.report.summary import CrawlSummary
from portal_crawler.sites.profile import Gates


@pytest.mark.parametrize(
    ("gates", "found", "told"),
    [
        (Gates(min_articles=1000), Yield(12), "gate min_articles: 12 articles, at least 1,000 wanted"),
        (Gates(max_error_rate=0.02), Yield(9, tried=200, errors=7),
         "gate max_error_rate: 3.5 % of 200 pages failed, at most 2 % wanted"),
        (Gates(min_date_rate=0.9), Yield(8, dated=6),
         "gate min_date_rate: 75 % of 8 articles have a date, at least 90 % wanted"),
        (Gates(max_empty_rate=0.1), Yield(8, short=1, empty=2),
         "gate max_empty_rate: 30 % of 10 bodies are empty, at most 10 % wanted"),
        (Gates(max_yield_drop=0.25), Yield(60, before=1200),
         "gate max_yield_drop: 95 % fewer articles than the 1,200 of the crawl before, at most 25 % wanted"),
    ],
)  # fmt: skip
def test_a_broken_gate_names_itself_the_value_and_the_bound(gates: Gates, found: Yield, told: str) -> None:
    (broken,) = broken_gates(gates, found)
    assert broken.told == told
    assert broken.gate in told
    assert broken.bound == getattr(gates, broken.gate)


@pytest.mark.parametrize(
    ("gates", "found"),
    [
        (Gates(), Yield(0)),
        (Gates(min_articles=12), Yield(12)),
        (Gates(max_error_rate=0.02), Yield(9, tried=100, errors=2)),
        (Gates(max_error_rate=0.0, min_date_rate=1.0, max_empty_rate=0.0), Yield(0)),
        (Gates(min_date_rate=0.75), Yield(8, dated=6)),
        (Gates(max_yield_drop=0.5), Yield(50, before=100)),
        (Gates(max_yield_drop=0.0), Yield(150, before=100)),
        (Gates(max_yield_drop=0.0), Yield(0, before=None)),
    ],
)
def test_a_bound_that_is_just_reached_or_of_nothing_is_kept(gates: Gates, found: Yield) -> None:
    assert broken_gates(gates, found) == ()


def _crawl(folder: Path, started: str, unique: int, **facts: object) -> Path:
    folder.mkdir(parents=True)
    told = {"profile": "p", "started": started, "finish_reason": "finished", "counts": {"unique": unique}, **facts}
    (folder / "crawl.json").write_text(json.dumps(told))
    (folder / "articles.jsonl").write_text("")
    return folder


def test_the_crawl_before_is_the_newest_good_one_of_the_profile(tmp_path: Path) -> None:
    _crawl(tmp_path / "1", "2026-01-01", 100)
    _crawl(tmp_path / "2", "2026-01-02", 200)
    _crawl(tmp_path / "3", "2026-01-03", 3, gates=[{"gate": "min_articles"}])
    _crawl(tmp_path / "4", "2026-01-04", 4, finish_reason="interrupted")
    _crawl(tmp_path / "5", "2026-01-05", 5, profile="other")
    _crawl(tmp_path / "7", "2026-01-07", 7)
    own = _crawl(tmp_path / "6", "2026-01-06", 6)
    (tmp_path / "latest").symlink_to("6")
    summary = CrawlSummary(unique=6)
    assert yield_of(own, Gates(max_yield_drop=0.1), summary).before == 200
    assert yield_of(own, Gates(), summary).before is None


def test_dates_and_bodies_are_counted_from_the_records(tmp_path: Path) -> None:
    own = _crawl(tmp_path / "1", "2026-01-01", 3)
    records = [("2004-01-01", 300), (None, 9), ("2004-01-02", 10)]
    lines = [json.dumps({"published": published, "word_count": words}) for published, words in records]
    (own / "articles.jsonl").write_text("\n".join(lines) + "\n")
    summary = CrawlSummary(
        unique=3, fetched=8, failed=2, statuses={"200": 7, "404": 1}, lost={"empty": 2, "timeout": 2}
    )
    found = yield_of(own, Gates(min_date_rate=0.5), summary)
    assert found == Yield(3, dated=2, short=1, empty=2, tried=10, errors=3)

"""What the schedule's page makes of runs and crawls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal_crawler.schedule.desk import past_run
from portal_crawler.schedule.run import Run, RunState
from portal_crawler.web.crawl_shelf import CrawlShelf, ShelvedCrawl
from portal_crawler.web.pages_schedule import crawl_names

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_crawls_are_looked_for_once_for_all_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / "data/crawls/p" / name).mkdir(parents=True)
        (tmp_path / "data/crawls/p" / name / "ledger.sqlite").touch()
    looked: list[int] = []
    crawls = CrawlShelf.crawls

    def counted(shelf: CrawlShelf) -> list[ShelvedCrawl]:
        looked.append(1)
        return crawls(shelf)

    monkeypatch.setattr(CrawlShelf, "crawls", counted)
    run = past_run(Run(1, "a", NOON, RunState.FINISHED, NOON, folder="data/crawls/p/one"))
    runs = [run, replace(run, id=2, folder="data/crawls/p/two"), replace(run, id=3, folder=None)]
    runs.append(replace(run, id=4, folder="data/crawls/p/gone"))
    shelf = CrawlShelf([tmp_path / "data/crawls"])
    assert crawl_names(shelf, tmp_path, runs) == {1: "p~one", 2: "p~two"}
    assert len(looked) == 1

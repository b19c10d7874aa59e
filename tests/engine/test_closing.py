"""How a crawl ends when its last step goes wrong."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from portal_crawler.engine.attached import attach
from portal_crawler.engine.closing import Closing
from portal_crawler.engine.crawl import Crawl
from portal_crawler.engine.finish import begin_crawl, finish_crawl
from portal_crawler.errors import DiskFullError
from portal_crawler.sites.profile import SiteProfile


@pytest.fixture
def crawl(tmp_path: Path) -> Crawl:
    return Crawl(SiteProfile(name="closing", seeds=("http://portal.test/",)), tmp_path)


def test_a_disk_that_is_full_at_the_last_commit_is_told_and_the_crawl_is_not_finished(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = begin_crawl(crawl)
    crawler: Any = get_crawler()
    attach(crawler, crawl)
    full = DiskFullError("articles.jsonl", "the disk is full", "free some space")

    def refuse() -> dict[str, int]:
        raise full

    monkeypatch.setattr(crawl.outputs, "sync", refuse)
    Closing(crawler)._closed("finished")
    with pytest.raises(DiskFullError) as told:
        finish_crawl(crawl, facts)
    assert told.value is full
    assert (crawl.folder / "crawl.json").read_text().count('"finish_reason": null') == 1


def test_what_sqlite_says_of_a_full_disk_is_told_as_one(crawl: Crawl) -> None:
    facts = begin_crawl(crawl)
    crawl.error = sqlite3.OperationalError("database or disk is full")
    with pytest.raises(DiskFullError, match=r"ledger\.sqlite: the disk is full; free some space"):
        finish_crawl(crawl, facts)

"""How a crawl ends when its last step goes wrong."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from portal_crawler.archive.exchange import Exchange
from portal_crawler.engine.attached import attach
from portal_crawler.engine.closing import Closing
from portal_crawler.engine.crawl import Crawl
from portal_crawler.engine.finish import begin_crawl, finish_crawl
from portal_crawler.errors import DiskFullError
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.sites.profile import Politeness, Scope, SiteProfile


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


def test_a_full_disk_met_while_an_answer_is_set_aside_is_the_crawls_end_and_no_failed_download(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = begin_crawl(crawl)
    ended: list[bool] = []
    crawl.at_error = lambda: ended.append(True)
    row = crawl.next_row()
    assert row is not None
    archive: Any = crawl.outputs.archive
    full = DiskFullError("archive", "the disk is full", "free some space")

    def refuse(*_: object) -> None:
        raise full

    monkeypatch.setattr(archive, "add", refuse)
    exchange = Exchange(row.url, datetime(2026, 1, 2, tzinfo=UTC), b"GET / HTTP/1.1\r\n\r\n", b"")
    with pytest.raises(DiskFullError):  # which Scrapy would take for a failure of the downloader
        crawl.again(row.url_key, 0.0, "status 503", exchange)
    crawl.no_answer(row.url_key, str(full))
    assert ended == [True]
    assert (crawl.has_more(), crawl.next_row()) == (False, None)
    with pytest.raises(DiskFullError) as told:
        finish_crawl(crawl, facts)
    assert told.value is full
    with closing(Ledger(crawl.folder)) as ledger:
        assert ledger.counts() == {"queued": 1}


def test_no_more_pages_are_under_way_than_the_profile_allows_in_all(tmp_path: Path) -> None:
    hosts = tuple(f"h{number}.test" for number in range(5))
    profile = SiteProfile(
        name="wide",
        seeds=tuple(f"http://{host}/{number}" for host in hosts for number in range(3)),
        scope=Scope(hosts=hosts),
        politeness=Politeness(delay=0, concurrency=2, total_concurrency=6),
    )
    crawl = Crawl(profile, tmp_path)
    rows = [row for _ in range(15) if (row := crawl.next_row())]
    assert len(rows) == 6
    assert max(Counter(row.host for row in rows).values()) == 2
    crawl.again(rows[0].url_key, 0.0, "status 503")
    assert crawl.next_row() is not None
    crawl.close()

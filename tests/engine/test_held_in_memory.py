"""What a running crawl holds in memory of addresses: not more as it goes on, nor with every host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_crawler.engine.crawl import Crawl
from portal_crawler.frontier.ledger_sqlite import Discovery, FrontierRow
from portal_crawler.sites.profile import Output, Politeness, Scope, SiteProfile


def _crawl(folder: Path, hosts: int) -> Crawl:
    names = tuple(f"h{number}.test" for number in range(hosts))
    return Crawl(
        SiteProfile(
            name="held",
            seeds=("http://h0.test/",),
            scope=Scope(hosts=names),
            politeness=Politeness(delay=0, retries=0, total_concurrency=hosts, contact="a@portal.test"),
            output=Output(warc=False),
        ),
        folder,
    )


def _taken(crawl: Crawl) -> Iterator[FrontierRow]:
    while row := crawl.next_row():
        crawl.visits.conditions(row.url_key)
        yield row


def _found(host: str, number: int) -> Discovery:
    return Discovery(f"http://{host}/{number}", f"{host})/{number}", host, depth=1, via="http://h0.test/")


@pytest.mark.parametrize("end", ["no answer", "refused"])
def test_an_address_that_became_no_page_is_let_go(tmp_path: Path, end: str) -> None:
    crawl = _crawl(tmp_path, 1)
    rows = list(_taken(crawl))
    assert [row.url for row in rows] == ["http://h0.test/"]
    if end == "refused":
        crawl.refused(rows[0].url_key, "robots", "robots.txt")
    else:
        crawl.no_answer(rows[0].url_key, "TimeoutError")
    assert crawl.ledger.counts() == {"skipped" if end == "refused" else "failed": 1}
    assert crawl.visits._in_hand == {}
    crawl.close()


@pytest.mark.parametrize(("hosts", "each"), [(10, 64), (400, 50)])
def test_the_more_hosts_the_fewer_addresses_are_claimed_of_each(tmp_path: Path, hosts: int, each: int) -> None:
    crawl = _crawl(tmp_path, hosts)
    for number in range(hosts):
        crawl._frontier.add([_found(f"h{number}.test", one) for one in range(70)])
    taken = [row.host for row in _taken(crawl)]
    assert len(set(taken)) == len(taken) == hosts
    assert crawl.ledger.counts()["in_flight"] == hosts * each
    crawl.close()

"""Page work: what our crawl does with an answer that has come, without a network and without Scrapy.

    python benchmarks/speed/page_work.py read|keep PREPARED FOLDER [--counted]

``read`` reads the prepared pages; ``keep`` takes the same pages, read before, through frontier, ledger, archive,
pipelines and commits of a crawl into FOLDER. ``--counted`` turns callgrind on for just that; ``instructions.py`` runs
both so. ``prepare`` makes the pages: those that a crawl of the small demo portal meets first, and their readings.
"""

from __future__ import annotations

import argparse
import math
import os
import pickle
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import portal_crawler.engine.commits as commits
from pipelines.archive import ArchivePipeline
from pipelines.articles import ArticlesPipeline
from pipelines.dedup import DedupPipeline
from pipelines.links import LinksPipeline
from pipelines.pages import PagesPipeline
from portal_crawler.archive.exchange import Exchange
from portal_crawler.archive.http_message import read_response
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.profile import demo_profile
from portal_crawler.demo.server import DemoServer
from portal_crawler.engine.crawl import Crawl
from portal_crawler.engine.reading_workers import read_here
from portal_crawler.frontier.ledger_sqlite import FrontierRow
from portal_crawler.page.date_forms import IN_ANY, IN_ASCII
from portal_crawler.reading import PageReading
from spiders.captures import capture_of

_ADDRESS = "127.0.0.1:9"
_MOST = 1 << 26
_PIPELINES = (ArchivePipeline, DedupPipeline, ArticlesPipeline, LinksPipeline, PagesPipeline)


@dataclass(frozen=True, slots=True)
class Prepared:
    """One page: its exchange and what was read."""

    exchange: Exchange
    reading: PageReading


def prepare(folder: Path, file: Path, pages: int) -> None:
    """Crawl so many pages into a folder, and keep them in a file."""
    server = DemoServer(build_portal("small"))
    server.server_close()
    found: dict[str, Prepared] = {}

    def answer(row: FrontierRow) -> Prepared:
        drawn, plan = server.drawn(row.url), server.plan_of(row.host, row.url.partition(row.host)[2])
        head = f"HTTP/1.1 {plan.answer.status} X\r\nContent-Type: {drawn.content_type}\r\n"
        if plan.answer.location:
            head += f"Location: {plan.answer.location}\r\n"
        response = f"{head}Content-Length: {len(drawn.body)}\r\n\r\n".encode() + drawn.body
        request = f"GET {row.url.partition(row.host)[2]} HTTP/1.1\r\nHost: {row.host}\r\n\r\n".encode()
        exchange = Exchange(row.url, datetime(2026, 1, 1, tzinfo=UTC), request, response, 0.01, "127.0.0.1")
        capture = capture_of(row, exchange, read_response(response), _MOST)
        found[row.url] = Prepared(exchange, read_here(capture, profile))
        return found[row.url]

    profile = demo_profile(_ADDRESS, "small")
    kept(Crawl(profile, folder), answer, pages)
    file.write_bytes(pickle.dumps(found))


def kept(
    crawl: Crawl, answer: Callable[[FrontierRow], Prepared], pages: int, began: Callable[[], object] = lambda: None
) -> None:
    """Take so many pages through a crawl, and close it.

    :param began: called when the crawl is open.
    """
    crawl.pacing.keep_delay(0.0)
    carrier: Any = SimpleNamespace(portal_outputs=crawl.outputs)
    chain = [one(carrier) for one in _PIPELINES]
    for one in chain:
        one.open_spider()
    began()
    for _ in range(pages):
        row = crawl.next_row()
        if row is None:
            break
        crawl.visits.conditions(row.url_key)
        page = answer(row)
        message = read_response(page.exchange.response)
        capture = crawl.answered(row.url_key, capture_of(row, page.exchange, message, _MOST), page.exchange, message)
        judged = crawl.judged(page.reading) if capture is not None else None
        if judged is not None:
            item: Any = judged
            for one in chain:
                item = one.process_item(item)
            crawl.page_done(item)
    crawl.commit()
    crawl.close()


def _read(prepared: dict[str, Prepared], began: Callable[[], None]) -> None:
    profile = demo_profile(_ADDRESS, "small")
    captures = [one.reading.capture for one in prepared.values()]
    # What is loaded or compiled at first use, once a process, is there by now.
    read_here(captures[0], profile)
    for forms, text in product((IN_ASCII, IN_ANY), ("May 5, 2004", "May 5, 04", "5/10/2004", "5/10/04")):
        forms.of(text, (0, len(text)))
    began()
    for capture in captures:
        read_here(capture, profile)


def _callgrind(wish: str) -> None:
    subprocess.run(["callgrind_control", "-i", wish, str(os.getpid())], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("read", "keep"))
    parser.add_argument("prepared", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--counted", action="store_true")
    options = parser.parse_args()
    commits._SECONDS = math.inf  # by pages alone: under valgrind a page takes seconds
    prepared: dict[str, Prepared] = pickle.loads(options.prepared.read_bytes())

    def began() -> None:
        if options.counted:
            _callgrind("on")

    if options.part == "read":
        _read(prepared, began)
    else:
        crawl = Crawl(demo_profile(_ADDRESS, "small"), options.folder)
        kept(crawl, lambda row: prepared[row.url], len(prepared), began)
    if options.counted:
        _callgrind("off")


if __name__ == "__main__":
    main()

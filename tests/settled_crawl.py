"""A crawl of pages given as literals: the engine's frontier and ledger, the real pipelines, no network."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from scrapy.utils.test import get_crawler

from pipelines.articles import ArticlesPipeline
from pipelines.dedup import DedupPipeline
from pipelines.links import LinksPipeline
from pipelines.pages import PagesPipeline
from portal_crawler.engine.crawl import Crawl
from portal_crawler.engine.pacing import Pacing
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.reading import PageReading
from portal_crawler.records.assemble import assemble_dataset
from portal_crawler.records.manifest_json import CrawlFacts, write_crawl, write_sums
from portal_crawler.records.replace_jsonl import finish_replacing
from portal_crawler.records.sinks import CRAWLER_ATTRIBUTE
from portal_crawler.report.summary import from_crawl
from portal_crawler.sites.profile_toml import save_profile
from tests.story_readings import FETCHED, PROFILE, TEXT, WWW, hub, redirect, story

PIPELINES = (DedupPipeline, ArticlesPipeline, LinksPipeline, PagesPipeline)


def portal() -> dict[str, PageReading]:
    """A small portal: its home page leads to everything, a few addresses give no answer."""
    urls = [f"{WWW}/a/{number}.htm" for number in range(50400, 50430)]
    pages: list[PageReading] = []
    for number, url in enumerate(urls, start=50400):
        text = f"{TEXT}\n\nStory {number} tells of {number * 7} things, not of {number % 9}."
        pages.append(story(url, text, title=f"Story {number}", links=[f"{WWW}/", "http://other.test/"]))
        pages.append(story(url.replace("www.", ""), text, title=f"Story {number}"))
        if number % 4 == 0:
            pages.append(story(f"{WWW}/print/{number}.htm", text + "\n\nPrinted.", title=f"Story {number}"))
    pages.append(redirect(f"{WWW}/old.htm", urls[0]))
    links = [page.capture.url for page in pages]
    return {page.capture.url: page for page in [hub(f"{WWW}/", [*links, f"{WWW}/dead.htm"]), *pages]}


def crawl(folder: Path, pages: dict[str, PageReading], stop_after: int | None = None) -> bool:
    """Crawl until nothing is left (``True``), or stop as a kill does: nothing is closed in order."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = Crawl(PROFILE, folder)
    engine.pacing = Pacing(engine.ledger, PROFILE.politeness, sparing=False)  # there is no server
    crawler = get_crawler()
    setattr(crawler, CRAWLER_ATTRIBUTE, engine.outputs)
    chain = [kind.from_crawler(crawler) for kind in PIPELINES]
    for pipeline in chain:
        pipeline.open_spider()
    handled = 0
    try:
        while (row := engine.next_row()) is not None:
            handled += 1
            if stop_after is not None and handled > stop_after:
                return False
            if row.url not in pages:
                engine.refused(row.url_key, "robots", "Disallow: /dead")
                continue
            item: object = pages[row.url]
            for pipeline in chain:
                item = pipeline.process_item(item)
            assert isinstance(item, PageReading)
            engine.page_done(item)
            if handled % 7 == 0:
                engine.commit()
        engine.commit()
        return True
    finally:
        engine.close()


def finish(folder: Path) -> None:
    """Settle a crawl and write what closes its folder."""
    ledger = Ledger(folder)
    finish_replacing(folder, ledger.replacing)
    assemble_dataset(folder, PROFILE, ledger)
    ledger.close()
    save_profile(PROFILE, folder / "profile.toml")
    now = datetime(2026, 1, 2, tzinfo=UTC)
    counts = from_crawl(folder).counts()
    write_crawl(
        folder, CrawlFacts(("crawl", "demo"), "demo", "sha256:0", PROFILE.seeds, FETCHED, now, "finished", counts)
    )
    write_sums(folder)


def content(folder: Path, names: Iterable[str] = ("articles.jsonl", "duplicates.jsonl")) -> list[bytes]:
    """The bytes of the settled files."""
    return [(folder / name).read_bytes() for name in names]

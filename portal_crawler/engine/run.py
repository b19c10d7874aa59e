"""Run: one crawl from its profile to the settled dataset. One a process, since Twisted's reactor starts once."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from portal_crawler.engine.archive_handler import ARCHIVE_SETTINGS
from portal_crawler.engine.attached import attach
from portal_crawler.engine.crawl import Crawl, OnProgress
from portal_crawler.engine.finish import CrawlOutcome, begin_crawl, finish_crawl
from portal_crawler.engine.limits import FROM_SEEDS, CrawlStart, Limits
from portal_crawler.engine.open_files import allow_open_files
from portal_crawler.engine.site_settings import reading_options
from portal_crawler.errors import PortalCrawlerError, UsageError
from portal_crawler.sites.profile import SiteProfile

_SETTINGS = "https://docs.scrapy.org/en/latest/topics/settings.html"


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What a command adds to the profile: a page limit, Scrapy settings by name, who is told of the progress, what a
    new crawl starts from, and who is told what happens.
    """

    limit: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    on_progress: OnProgress | None = None
    start: CrawlStart = FROM_SEEDS
    on_notice: Callable[[str], object] = lambda _: None


def run_crawl(profile: SiteProfile, folder: Path, options: CrawlOptions | None = None) -> CrawlOutcome:
    """Crawl, or go on crawling, into ``folder``, which is there.

    :raises StateError: where another crawl has the folder, or its state is damaged.
    :raises SeedsUnreachableError: where no start gave an answer.
    :raises RobotsRefusedError: where robots.txt forbids every start.
    :raises DiskFullError: where the disk is full; the same command goes on later.
    :raises OpenFilesError: where too few files may be open; the same command goes on later.
    """
    options = options or CrawlOptions()
    scope = profile.scope
    limits = Limits(options.limit or scope.max_pages, scope.max_bytes, scope.max_seconds)
    allow_open_files(profile.politeness.total_concurrency)
    crawl = Crawl(profile, folder, limits, options.on_progress, options.start)
    crawl.notices.say = options.on_notice
    if crawl.new_starts:
        options.on_notice(f"starts that the profile did not name before: {crawl.new_starts:,}; they are queued")
    if crawl.taken_up:
        options.on_notice(f"addresses that the scope left out before, and has now: {crawl.taken_up:,}; they are queued")
    try:
        facts = begin_crawl(crawl)
        fetch_all(crawl, options.settings)
        return finish_crawl(crawl, facts)
    finally:
        crawl.close()


def fetch_all(
    crawl: Crawl,
    given: Mapping[str, str],
    prepare: Callable[[Any], object] = lambda _: None,
    *,
    handlers: bool = True,
) -> None:
    """Fetch until the crawl has an end.

    :param given: Scrapy settings by name.
    :param prepare: called with the crawler before its components are made.
    :param handlers: whether Ctrl-C and SIGTERM end it.
    :raises UsageError: where Scrapy does not start with the settings that are given.
    """
    settings = _project_settings()
    settings.set("LOG_FILE", str(crawl.folder / "crawl.log"), priority="project")
    if crawl.source is not None:
        settings.setdict(ARCHIVE_SETTINGS, priority="project")
    logging.raiseExceptions = False  # a log that the full disk does not take is no news of its own
    with _settings_named(given):
        settings.setdict(dict(given), priority="cmdline")
        process = AsyncCrawlerProcess(settings)
        crawler: Any = process.create_crawler("portal")
    attach(crawler, crawl)
    prepare(crawler)
    crawling = process.crawl(crawler)
    with _handlers_kept():
        process.start(install_signal_handlers=handlers)
    if not crawl.ended and crawl.error is None and crawling.done() and not crawling.cancelled():
        with _settings_named(given):
            crawling.result()


@contextmanager
def _settings_named(given: Mapping[str, str]) -> Iterator[None]:
    """Where Scrapy does not start, name the settings that were given to it: nearly always one of them is the reason."""
    try:
        yield
    except Exception as error:
        if not given or isinstance(error, PortalCrawlerError):
            raise
        settings = " ".join(f"-s {name}={value}" for name, value in given.items())
        problem = f"Scrapy does not start ({type(error).__name__}: {error})"
        raise UsageError(settings, problem, f"correct it, by {_SETTINGS}, and run the command again") from error


def settle_merged(
    profile: SiteProfile, folder: Path, options: CrawlOptions, hit: str, before: int, seconds: float
) -> CrawlOutcome:
    """Settle a crawl whose shards have just become one folder.

    :param hit: the limit that ended the fetching ("pages", "bytes", "seconds"), or "".
    :param before: pages of earlier runs.
    :param seconds: those that this run fetched.
    :raises PortalCrawlerError: as ``run_crawl`` does.
    """
    settings = _project_settings()
    settings.setdict(dict(options.settings), priority="cmdline")
    crawl = Crawl(profile, folder)
    try:
        crawl.readers.begin(reading_options(settings, ordered=False))
        crawl.before, crawl.ended, crawl.allowance.hit = before, "finished", hit
        return finish_crawl(crawl, begin_crawl(crawl), seconds)
    finally:
        crawl.close()


def _project_settings() -> Settings:
    settings = Settings()
    settings.setmodule("portal_crawler.settings", priority="project")
    return settings


@contextmanager
def _handlers_kept() -> Iterator[None]:
    """Scrapy leaves handlers behind that do nothing without its reactor: settling could not be interrupted."""
    kept = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in kept.items():
            signal.signal(one, handler)

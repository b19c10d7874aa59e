"""PortalSpider: walks a portal's article pages and link pages. One response in, one reading out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from portal_crawler.archive.exchange import Exchange
from portal_crawler.archive.http_message import read_response
from portal_crawler.engine.attached import CAPTURE, EXCHANGE, KEY, attach, crawl_of, is_attached
from portal_crawler.engine.crawl import Crawl
from portal_crawler.engine.finish import begin_crawl, finish_crawl
from portal_crawler.engine.folders import default_folder
from portal_crawler.engine.own_settings import refuse_wrong_numbers
from portal_crawler.engine.site_settings import reading_options, site_settings
from portal_crawler.errors import UsageError
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.frontier.starts import check_starts
from portal_crawler.reading import PageReading
from portal_crawler.sites.profile_toml import load_profile
from spiders.captures import capture_of, found_by


class PortalSpider(Spider):
    """Reads each answer. The addresses come from the ledger, so it yields no requests.

    Plain Scrapy: ``scrapy crawl portal -a profile=data/sites/name.toml [-a out=DIR]``.
    """

    name = "portal"

    def __init__(self, crawl: Crawl, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._crawl = crawl
        self.site = crawl.profile

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, profile: str = "", out: str = "", **kwargs: Any) -> Self:
        """The spider of a crawler that has its crawl, or of the profile at a path.

        :raises UsageError: where neither is given, a ``PORTAL_*`` number is wrong, or the profile leaves out a start.
        """
        refuse_wrong_numbers(crawler.settings)
        if not is_attached(crawler):
            if not profile:
                cure = "add -a profile=data/sites/NAME.toml"
                raise UsageError("scrapy crawl portal", "needs the profile of a portal", cure)
            site = load_profile(Path(profile))
            folder = Path(out or crawler.settings.get("PORTAL_OUT") or default_folder(site.name))
            if not (folder / LEDGER).exists():
                check_starts(site)
            crawl = Crawl(site, folder)
            crawl.at_end = partial(finish_crawl, crawl, begin_crawl(crawl))
            attach(crawler, crawl)
        crawl = crawl_of(crawler)
        crawler.settings.setdict(site_settings(crawl.profile, waits=crawl.source is None), priority="spider")
        crawl.readers.begin(reading_options(crawler.settings, ordered=crawl.source is not None))
        spider = cls(crawl, *args, **kwargs)
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: seeds are in the ledger already."""
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[PageReading]:
        """Read one answer; none where the address is asked for once more."""
        exchange: Exchange = response.meta[EXCHANGE]
        message = read_response(exchange.response)
        most = self.settings.getint("DOWNLOAD_MAXSIZE")
        row, archived = response.meta["portal_row"], response.meta.get(CAPTURE)
        fetched = found_by(row, archived) if archived else capture_of(row, exchange, message, most)
        capture = self._crawl.answered(response.meta[KEY], fetched, exchange, message)
        if capture is None:
            return
        reading = self._crawl.judged(await self._crawl.readers.read(capture))
        if reading is not None:
            yield reading

"""A process of its own, since Twisted's reactor starts once: fetches requests with the wire handler.

    python fetch_forms.py WANTED.json OUT.pickle FOLDER

WANTED holds "profile" (keys beside name and seeds), "settings" (of Scrapy) and "requests", each {"name", "url",
"method", "body" (latin-1), "headers", "proxy"}; the result is {name: (Exchange, error)}.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from twisted.python.failure import Failure

from portal_crawler.engine.attached import EXCHANGE, attach
from portal_crawler.engine.crawl import Crawl
from portal_crawler.sites.profile import SiteProfile

_HANDLER = "portal_crawler.engine.wire_handler.WireHandler"
_SETTINGS: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER},
    "TWISTED_DNS_RESOLVER": "portal_crawler.engine.host_resolver.HostResolver",
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "DOWNLOAD_TIMEOUT": 5,
    "DOWNLOAD_FAIL_ON_DATALOSS": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
    "DOWNLOAD_DELAY": 0,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_LEVEL": "CRITICAL",
}


class Forms(scrapy.Spider):
    name = "forms"

    def __init__(self, wanted: list[dict[str, Any]], found: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._wanted, self._found = wanted, found

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for one in self._wanted:
            meta = {"name": one["name"], "handle_httpstatus_all": True}
            if one["proxy"]:
                meta["proxy"] = one["proxy"]
            yield scrapy.Request(
                one["url"],
                self.parse,
                one["method"],
                one["headers"],
                one["body"].encode("latin-1"),
                meta=meta,
                errback=self.failed,
                dont_filter=True,
            )

    def parse(self, response: scrapy.http.Response, **_: Any) -> None:
        self._found[response.meta["name"]] = (response.meta[EXCHANGE], "")

    def failed(self, failure: Failure) -> Iterator[scrapy.Request]:
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        meta, exchange = request.meta, request.meta.get(EXCHANGE)
        self._found[meta["name"]] = (exchange, repr(failure.value))
        if exchange is not None and not exchange.response and "again" not in meta:
            # A form before it closed the connection that this one was to go by, as a server may: a crawl tries again.
            yield request.replace(meta={**meta, "again": True}, dont_filter=True)


def main(wanted: str, out: str, folder: str) -> None:
    found: dict[str, Any] = {}
    told = json.loads(Path(wanted).read_bytes())
    profile = SiteProfile.model_validate({"name": "forms", "seeds": ["http://forms.test/"], **told["profile"]})
    crawl = Crawl(profile, Path(folder))
    process = AsyncCrawlerProcess({**_SETTINGS, **told["settings"]})
    crawler: Any = process.create_crawler(Forms)
    attach(crawler, crawl)
    process.crawl(crawler, wanted=told["requests"], found=found)
    process.start()
    crawl.close()
    Path(out).write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

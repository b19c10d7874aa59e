"""A bare Scrapy spider on the demo portal: what ``whole_job.py`` holds a crawl against.

    python benchmarks/speed/bare_spider.py ADDRESS SIZE OUT [--pages N] [--once]

It follows all links within the same hosts and stores title and body text by one XPath each as JSON lines: no ledger, no
roles, no archive. Everything else is Scrapy's own default. It goes through our download handler only because the
portal's hosts are reached by ``connect_to``. ``--once`` makes a request of an address only the first time, by the
string, so that Scrapy never sees the others. Prints the number of pages that it read: errors, of which it meets more
than we do, since it knows few of the ways in which links are written, are no pages of its own.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from portal_crawler.demo.profile import demo_profile
from portal_crawler.engine.attached import attach
from portal_crawler.engine.wire_handler import WireHandler
from portal_crawler.frontier.scope import ScopeRule

_LINKS = "//a/@href | //area/@href | //frame/@src | //iframe/@src"
_SETTINGS = {
    "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False, "RETRY_TIMES": 3, "ROBOTSTXT_OBEY": False, "COOKIES_ENABLED": False,
    "MEMUSAGE_ENABLED": False,
}  # fmt: skip


class _Keeping(WireHandler):
    keeps_bodies = True


class _Attached:
    """What the download handler asks of a crawl: the profile alone."""

    def __init__(self, profile: Any) -> None:
        self.profile, self.outputs = profile, None


def bare_spider(profile: Any, out: Path, *, once: bool) -> type[scrapy.Spider]:
    """The spider of a portal, which writes into ``out``."""
    scope, file, seen = ScopeRule(profile), out.open("wb"), set[str]()

    def requests(urls: list[str]) -> Iterator[scrapy.Request]:
        for url in urls:
            if url.startswith("http") and scope.refusal(url, "", 0) is None and not (once and url in seen):
                seen.add(url)
                yield scrapy.Request(url)

    class Bare(scrapy.Spider):
        name = "bare"
        start_urls = [*profile.seeds, *profile.sitemaps]  # noqa: RUF012 - Scrapy's own form

        def parse(self, response: Any) -> Iterator[scrapy.Request]:
            if isinstance(response, scrapy.http.HtmlResponse):
                title = response.xpath("//title/text()").get()
                text = " ".join(response.xpath("//body//text()").getall())
                file.write(json.dumps({"url": response.url, "title": title, "text": text}).encode() + b"\n")
                yield from requests([response.urljoin(one) for one in response.xpath(_LINKS).getall()])
            elif isinstance(response, scrapy.http.XmlResponse):
                response.selector.remove_namespaces()
                yield from requests(response.xpath("//loc/text() | //link/text()").getall())

        def closed(self, reason: str) -> None:
            file.close()

    return Bare


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("size")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=0)
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    profile = demo_profile(options.address, options.size)
    spider = bare_spider(profile, options.out, once=options.once)
    limit = {"CLOSESPIDER_PAGECOUNT": options.pages}
    process = AsyncCrawlerProcess({**_SETTINGS, **limit, "DOWNLOAD_HANDLERS": {"http": _Keeping}})
    crawler = process.create_crawler(spider)
    stand_in: Any = _Attached(profile)
    attach(crawler, stand_in)
    process.crawl(crawler)
    process.start()
    stats: Any = crawler.stats
    print(stats.get_value("response_received_count", 0) - stats.get_value("httperror/response_ignored_count", 0))


if __name__ == "__main__":
    main()

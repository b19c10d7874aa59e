"""Robots: the downloader middleware that obeys robots.txt (RFC 9309), one file a host."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Self

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from portal_crawler.archive.content_coding import undo_content_coding
from portal_crawler.archive.exchange import Exchange
from portal_crawler.archive.http_message import read_response
from portal_crawler.engine.attached import EXCHANGE, NotArchivedError, crawl_of, key_of
from portal_crawler.engine.checked_endpoint import RefusedAddressError
from portal_crawler.records.capture_fields import Outcome
from portal_crawler.urls import host_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

# RFC 9309 section 2.5: a parser reads at least 500 KiB.
_MAX_BYTES = 512 * 1024
# RFC 9309 section 2.4: a copy is not used for longer than 24 hours.
_KEPT = 24 * 60 * 60
_TOKEN = "portal-crawler"  # noqa: S105 - the product token that robots.txt names us by
_PORTS = {"http": "80", "https": "443"}


class RobotsMiddleware:
    """Skips what a host's robots.txt forbids, with the reason, and slows down to its Crawl-delay.

    A host whose robots.txt answers 4xx allows everything; one that answers 5xx allows nothing (RFC 9309 section
    2.3.1). Where it does not answer at all, the address itself counts as tried and failed.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._crawl = crawl_of(crawler)
        self._obeys = self._crawl.profile.politeness.robots == "obey"
        self._rules: dict[str, asyncio.Future[_HostRules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of a crawler."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let an allowed request pass.

        :raises IgnoreRequest: for a forbidden one, which is skipped.
        """
        key = key_of(request)
        if key is None or not self._obeys:
            return
        place = request.url[: request.url.find("/", 8)] if request.url.find("/", 8) > 0 else request.url
        if place not in self._rules:
            self._rules[place] = asyncio.ensure_future(self._fetch(place))
        rules = await self._rules[place]
        if rules.no_answer:
            # The host does not answer at all: the address has failed, and its next try asks for robots.txt again.
            self._rules.pop(place, None)
            self._crawl.no_answer(key, rules.no_answer)
            raise IgnoreRequest(rules.no_answer)
        if rules.parser is None and rules.forbids:
            self._crawl.refused(key, "robots", rules.forbids)
            raise IgnoreRequest(rules.forbids)
        if rules.parser is not None and not rules.parser.can_fetch(request.url, _TOKEN):
            rule = f"{place}/robots.txt forbids it for {_TOKEN}"
            self._crawl.refused(key, "robots", rule)
            raise IgnoreRequest(rule)

    async def _fetch(self, place: str) -> _HostRules:
        url = f"{place}/robots.txt"
        facts = self._crawl.robots_of(place)
        if not facts or time.time() - facts["at"] > _KEPT:
            try:
                facts = await self._ask(url)
            except (NotArchivedError, RefusedAddressError):  # nobody was asked; the page's own request tells why
                return _HostRules(None, "")
            except Exception as error:  # noqa: BLE001 - whatever kept it from us is written into the rule
                return _HostRules(None, "", no_answer=f"{type(error).__name__}: {error}".strip(": ")[:300])
            if facts["status"] < 500:  # RFC 9309 section 2.3.1.4: of a server in trouble nothing is kept
                self._crawl.note_robots(place, facts)
        if facts["status"] >= 500:
            return _HostRules(None, f"{url} answered {facts['status']}")
        if not 200 <= facts["status"] < 300:
            return _HostRules(None, "")
        parser = Protego.parse(facts["body"])
        self._slow_down(host_of(url), parser.crawl_delay(_TOKEN))
        return _HostRules(parser, "")

    async def _ask(self, url: str) -> dict[str, Any]:
        engine: Any = self._crawler.engine
        request = Request(url, meta={"download_slot": f"robots {url}"}, dont_filter=True)
        if proxy := self._crawl.profile.network.proxy:
            request.meta["proxy"] = proxy
        try:
            await engine.download_async(request)
        except Exception as error:
            self._crawl.set_aside(request.meta.get(EXCHANGE), Outcome.ROBOTS, str(error))
            raise
        exchange: Exchange = request.meta[EXCHANGE]
        self._crawl.set_aside(exchange, Outcome.ROBOTS)
        message = read_response(exchange.response)
        body, _ = undo_content_coding(message.payload, message.headers, _MAX_BYTES)
        return {"url": url, "status": message.status, "body": body.decode("utf-8", "replace"), "at": time.time()}

    def _slow_down(self, host: str, delay: float | None) -> None:
        """Keep a host's Crawl-delay where it is longer than ours."""
        engine: Any = self._crawler.engine
        slot = engine.downloader.slots.get(host)
        if self._crawl.source is None and slot is not None and delay is not None and delay > slot.delay:
            slot.delay = float(delay)


class _HostRules:
    """A host's parsed robots.txt, or why everything there is forbidden ("": nothing is), or why it did not answer."""

    __slots__ = ("forbids", "no_answer", "parser")

    def __init__(self, parser: Protego | None, forbids: str, no_answer: str = "") -> None:
        self.parser, self.forbids, self.no_answer = parser, forbids, no_answer

"""Robots: the downloader middleware that obeys robots.txt (RFC 9309), and asks by it whether a host answers at all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest

from portal_crawler.engine.attached import SENT, crawl_of, key_of
from portal_crawler.engine.robots_file import RobotsFiles, RobotsRules
from portal_crawler.urls import host_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class RobotsMiddleware:
    """Skips what a host's robots.txt forbids, with the reason, and keeps to its Crawl-delay.

    A host whose robots.txt answers 4xx allows everything; one that answers 5xx allows nothing (RFC 9309 section
    2.3.1) and is asked again. Where it does not answer at all, the address itself counts as tried and failed.

    Of a host with several failures in a row the robots.txt is asked for once more, obeyed or not: where it answers,
    the addresses failed by themselves; where it does not, none of them is asked for before it does.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawl = crawl_of(crawler)
        self._obeys = self._crawl.profile.politeness.robots == "obey"
        self._files = RobotsFiles(crawler, self._crawl)
        self._rules: dict[str, asyncio.Future[RobotsRules]] = {}
        self._probes: dict[str, asyncio.Future[bool]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of a crawler."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let an allowed request pass.

        :raises IgnoreRequest: for a forbidden one, which is skipped, and for one whose time has not come.
        """
        key = key_of(request)
        if key is None:
            return
        place, host = _place_of(request.url), host_of(request.url)
        asked = self._obeys and await self._allowed(key, place, request)
        if self._crawl.pacing.is_in_doubt(host):
            if not await self._answers(place):
                self._wait(key)
            asked = True
        if asked and self._crawl.pacing.ready_in(host) > 0:
            self._wait(key)

    async def _allowed(self, key: str, place: str, request: Request) -> bool:
        """Let a request pass that robots.txt allows; whether the host was asked for it while the request waited."""
        rules = await self._rules_of(place)
        if rules.no_answer:
            # The host does not answer at all: the address has failed, and its next try asks for robots.txt again.
            self._rules.pop(place, None)
            # Until it is known, everything is disallowed (RFC 9309 section 2.3.1.4).
            self._crawl.no_answer(key, rules.no_answer, word="robots")
            raise IgnoreRequest(rules.no_answer)
        if rules.later:
            self._rules.pop(place, None)
            self._wait(key)
        if refusal := rules.refusal(request.url):
            self._crawl.refused(key, "robots", refusal)
            raise IgnoreRequest(refusal)
        handed_out: float = request.meta[SENT]
        return rules.at >= handed_out

    async def _rules_of(self, place: str) -> RobotsRules:
        known = self._rules.get(place)
        if known is None or (known.done() and known.result().until < self._crawl.pacing.now()):
            known = self._rules[place] = asyncio.ensure_future(self._files.rules(place))
        return await known

    async def _answers(self, place: str) -> bool:
        """Whether a host in doubt answers; those that want to know it together are told together."""
        probe = self._probes.get(place)
        if probe is None:
            probe = self._probes[place] = asyncio.ensure_future(self._files.proves(place))
            probe.add_done_callback(lambda _: self._probes.pop(place, None))
        return await probe

    def _wait(self, key: str) -> None:
        self._crawl.put_back(key)
        raise IgnoreRequest("its host is to be left alone for a while")


def _place_of(url: str) -> str:
    """Scheme and host of a URL."""
    slash = url.find("/", 8)
    return url[:slash] if slash > 0 else url

"""Robots file: the robots.txt of each host, fetched and kept as RFC 9309 has it."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from protego import Protego
from scrapy import Request

from portal_crawler.archive.content_coding import undo_content_coding
from portal_crawler.archive.exchange import Exchange, Truncation
from portal_crawler.archive.http_message import read_response
from portal_crawler.engine.attached import EXCHANGE, MOST_BYTES, SENT, NotArchivedError
from portal_crawler.engine.checked_endpoint import RefusedAddressError
from portal_crawler.engine.failure_words import failure_words
from portal_crawler.frontier.scope import ScopeRule
from portal_crawler.records.capture_fields import Outcome
from portal_crawler.urls import host_of, location_text, resolve, url_key

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from portal_crawler.engine.crawl import Crawl

# RFC 9309 section 2.5: at least 500 KiB are read. What stands behind them is not.
_MAX_BYTES = 500 * 1024
# On the wire there may be a little more: headers, and what a content coding adds.
_MAX_WIRE = 1024 * 1024
# RFC 9309 section 2.4: a copy is not used for longer than 24 hours. That of a server in trouble is asked for sooner.
_KEPT, _KEPT_IN_TROUBLE = 24 * 60 * 60.0, 60 * 60.0
# RFC 9309 section 2.3.1.2: at least five redirects are followed.
_REDIRECTS = 5
_TOKEN = "portal-crawler"  # noqa: S105 - the product token that robots.txt names us by


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What a host's robots.txt says: ``parser`` knows its rules (``None``: it has none), ``forbids`` is why everything
    is forbidden, ``no_answer`` why it is not known, ``later`` that it is to be asked again before anything else.

    ``at`` is when it was fetched, ``until`` up to when it may be used, in seconds since the epoch.
    """

    place: str
    parser: Protego | None = None
    forbids: str = ""
    no_answer: str = ""
    later: bool = False
    at: float = 0.0
    until: float = 0.0

    def refusal(self, url: str) -> str:
        """The rule against a URL, or ""."""
        if self.forbids:
            return self.forbids
        if self.parser is None or self.parser.can_fetch(url, _TOKEN):
            return ""
        return f"{self.place}/robots.txt forbids it for {_TOKEN}"


class RobotsFiles:
    """Fetches robots.txt files, and keeps them in the crawl's ledger."""

    def __init__(self, crawler: Crawler, crawl: Crawl) -> None:
        self._crawler, self._crawl = crawler, crawl
        self._scope = ScopeRule(crawl.profile)
        self._tries = crawl.profile.politeness.retries + 1

    async def rules(self, place: str) -> RobotsRules:
        """The rules of a scheme and host, from the ledger or from the host."""
        url, pacing = f"{place}/robots.txt", self._crawl.pacing
        facts = self._crawl.robots_of(place)
        if not facts or not 0 <= pacing.now() - facts["at"] <= _kept(facts, self._tries):
            try:
                facts = await self._ask(url, facts.get("tries", 0))
            except (NotArchivedError, RefusedAddressError):  # nobody was asked; the page's own request tells why
                return RobotsRules(place, until=pacing.now() + _KEPT)
            except Exception as error:  # noqa: BLE001 - whatever kept it from us is written into the rule
                return RobotsRules(place, no_answer=failure_words(error))
            self._crawl.note_robots(place, facts)
        at, until = facts["at"], facts["at"] + _kept(facts, self._tries)
        if facts["status"] >= 500:
            if facts["tries"] < self._tries and self._crawl.source is None:
                return RobotsRules(place, later=True)
            why = f"{url} answered {facts['status']}, asked {facts['tries']} times"
            return RobotsRules(place, forbids=why, at=at, until=until)
        if not 200 <= facts["status"] < 300:
            return RobotsRules(place, at=at, until=until)
        parser = Protego.parse(facts["body"])
        pacing.wishes(host_of(url), float(parser.crawl_delay(_TOKEN) or 0))
        return RobotsRules(place, parser, at=at, until=until)

    async def proves(self, place: str) -> bool:
        """Whether a host answers at all."""
        url = f"{place}/robots.txt"
        try:
            facts = await self._ask(url)
        except Exception:  # noqa: BLE001 - noted where it was met, and in the archive
            return False
        if facts["status"] >= 500:
            return False
        self._crawl.pacing.proved(host_of(url))
        return True

    async def _ask(self, url: str, tries: int = 0) -> dict[str, Any]:
        asked = url
        for _ in range(_REDIRECTS + 1):
            exchange = await self._fetch(asked)
            message = read_response(exchange.response)
            location = message.header(b"location") if 300 <= (message.status or 0) < 400 else None
            target = resolve(asked, location_text(location)) if location else None
            key = url_key(target) if target else None
            # A host out of the crawl's scope is not asked, so its rules are not known: it counts as unavailable.
            if target is None or key is None or self._scope.refusal_of_host(target, key):
                break
            asked = target
        body, _ = undo_content_coding(message.payload, message.headers, _MAX_BYTES)
        text = robots_text(_whole_lines(body))
        status = message.status or 0
        return {
            "url": asked,
            "status": status,
            "body": text if 200 <= status < 300 else "",
            "at": self._crawl.pacing.now(),
            "tries": tries + 1 if status >= 500 else 0,
        }

    async def _fetch(self, url: str) -> Exchange:
        """One exchange; of a file that never ends, its beginning.

        :raises Exception: whatever Scrapy met, where nothing came.
        """
        engine, pacing = self._crawler.engine, self._crawl.pacing
        assert engine is not None  # noqa: S101 - it asks for pages
        meta = {"download_slot": f"robots {url}", SENT: pacing.now(), MOST_BYTES: _MAX_WIRE}
        if proxy := self._crawl.profile.network.proxy:
            meta["proxy"] = proxy
        request = Request(url, meta=meta, dont_filter=True)
        try:
            await engine.download_async(request)
        except Exception as error:
            exchange: Exchange | None = request.meta.get(EXCHANGE)
            self._crawl.set_aside(exchange, Outcome.ROBOTS, str(error))
            if exchange is None or exchange.truncated is not Truncation.LENGTH:
                raise
            return exchange
        self._crawl.set_aside(request.meta[EXCHANGE], Outcome.ROBOTS)
        answered: Exchange = request.meta[EXCHANGE]
        return answered


def _kept(facts: dict[str, Any], tries: int) -> float:
    """Seconds for which what a robots.txt answered is used."""
    if facts["status"] < 500:
        return _KEPT
    return _KEPT_IN_TROUBLE if facts["tries"] >= tries else -1.0


def robots_text(body: bytes) -> str:
    r"""The text of a robots.txt: UTF-8 (RFC 9309 section 2.3), but where its byte order mark says UTF-16, as an editor
    that saves "Unicode" leaves it: what it forbids is meant.

    >>> robots_text("Disallow: /".encode("utf-16"))
    'Disallow: /'
    """
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8", "replace").removeprefix("\ufeff")


def _whole_lines(body: bytes) -> bytes:
    """A file that was cut ends with its last whole line: half a path forbids more than was meant, or less."""
    if len(body) < _MAX_BYTES:
        return body
    return body[: max(body.rfind(b"\n"), body.rfind(b"\r"), 0)]

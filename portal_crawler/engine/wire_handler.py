"""Wire handler: the download handler that keeps each exchange as it passed, and connects where the profile says.

The private names of Scrapy 2.19 and Twisted that it needs stand in this module, in ``wire_tap`` and in
``wire_parser``; ``tests/engine`` holds them.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _BindAddressAgent, _ScrapyAgent
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.endpoints import wrapClientTLS

from portal_crawler.archive.exchange import Truncation
from portal_crawler.engine.attached import EXCHANGE, MOST_BYTES, crawl_of
from portal_crawler.engine.checked_endpoint import CheckedEndpoint
from portal_crawler.engine.failure_words import failure_words
from portal_crawler.engine.wire_tap import BrokenAnswerError, CutAnswerError, TappedPool, WireFactory, WireTap
from portal_crawler.frontier.address_policy import AddressPolicy
from portal_crawler.frontier.connect_to import ConnectTo

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from portal_crawler.engine.wire_meter import Cut


class WireHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler that leaves the :class:`Exchange` of each request in its meta, answered or not.

    The body stands in the exchange alone; ``keeps_bodies`` gives it to the response too.
    """

    keeps_bodies = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = WireFactory
        # Twisted would ask again at once on a new connection: that is a request too, and waits its host's turn.
        self._pool.retryAutomatically = False
        profile = crawl_of(crawler).profile
        self._connect_to = ConnectTo(profile.network.connect_to)
        self._policy = AddressPolicy(profile.scope.allow_private)
        self._limits = profile.limits
        self._connect_seconds = profile.politeness.timeout

    async def download_request(self, request: Request) -> Response:
        """Fetch.

        :raises CutAnswerError: where the answer reached one of the limits.
        :raises BrokenAnswerError: where the connection was reset within the body.
        """
        most: int | None = request.meta.get(MOST_BYTES)
        tap = WireTap(proxy_of(request), self._limits, most)
        agent = _WireAgent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            # What says that it is larger is not begun, but of a request for a part the part is taken.
            maxsize=self._limits.wire_bytes if most is None else 0,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        agent.connect_to, agent.policy, agent.tap = self._connect_to, self._policy, tap
        agent.connect_seconds, agent.keeps_bodies = self._connect_seconds, self.keeps_bodies
        request.meta.pop(EXCHANGE, None)
        try:
            with wrap_twisted_exceptions():
                response = await maybe_deferred_to_future(agent.download_request(request))
        except Exception as error:
            if tap.cut is not None:
                raise self._cut(request, tap, tap.cut) from error
            truncated = Truncation.UNSPECIFIED if tap.unparsed else _truncation_by(error)
            request.meta[EXCHANGE] = tap.exchange(request.url, truncated, failure_words(error))
            raise
        if tap.cut is not None:
            raise self._cut(request, tap, tap.cut)
        lost = "dataloss" in response.flags
        problem = "the connection was closed before the body's end" if lost else ""
        if lost and tap.broke:
            broken = f"the body's framing is broken ({tap.unparsed})"
            problem = broken if tap.unparsed else "the connection was reset before the body's end"
        truncated = Truncation.UNSPECIFIED if tap.unparsed else Truncation.DISCONNECT
        request.meta[EXCHANGE] = tap.exchange(request.url, truncated if lost else None, problem)
        if lost and tap.broke:
            raise BrokenAnswerError(problem)
        return response

    def _cut(self, request: Request, tap: WireTap, cut: Cut) -> CutAnswerError:
        request.meta[EXCHANGE] = tap.exchange(request.url, cut.truncation, cut.problem)
        return CutAnswerError(cut.problem)


class _CheckedAgent(_BindAddressAgent):
    connect_to: ConnectTo
    policy: AddressPolicy

    def _getEndpoint(self, uri: Any) -> Any:  # noqa: N802 - Twisted's name
        factory: Any = self._endpointFactory
        name = uri.host.decode("ascii")
        host, port = self.connect_to.of(name, uri.port) or (name, uri.port)
        endpoint: Any = CheckedEndpoint(factory._reactor, host, port, self.policy, factory._connectTimeout)
        if uri.scheme == b"http":
            return endpoint
        return wrapClientTLS(factory._policyForHTTPS.creatorForNetloc(uri.host, uri.port), endpoint)


class _WireAgent(_ScrapyAgent):
    connect_to: ConnectTo
    policy: AddressPolicy
    tap: WireTap
    connect_seconds: float
    keeps_bodies: bool

    def _get_agent(self, request: Request, timeout: float) -> Any:
        from twisted.internet import reactor  # installed by now; importing it earlier would install one

        agent: Any
        timeout = min(timeout, self.connect_seconds)  # of a connection; the answer's are the meter's
        if request.meta.get("proxy"):
            agent = super()._get_agent(request, timeout)
        else:
            agent = _CheckedAgent(reactor, self._contextFactory, timeout, None, self._pool)
            agent.connect_to, agent.policy = self.connect_to, self.policy
        agent._pool = TappedPool(agent._pool, self.tap)
        return agent

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        result = super()._cb_bodyready(txresponse, request)
        reader = getattr(txresponse, "_bodyProtocol", None)
        if reader is not None and not self.keeps_bodies:
            reader._bodybuf = _Nowhere()  # the tap has it
        return result


class _Nowhere(io.BytesIO):
    """Forgets what is written to it."""

    def write(self, data: Any) -> int:
        return len(data)

    def getvalue(self) -> bytes:
        return b""


def proxy_of(request: Request) -> str | None:
    """The proxy of a request as ``host:port``, without its credentials."""
    proxy: str | None = request.meta.get("proxy")
    return urlsplit(proxy).netloc.rpartition("@")[2] if proxy else None


def _truncation_by(error: Exception) -> Truncation:
    if isinstance(error, DownloadTimeoutError):
        return Truncation.TIME
    return Truncation.LENGTH if isinstance(error, DownloadCancelledError) else Truncation.DISCONNECT

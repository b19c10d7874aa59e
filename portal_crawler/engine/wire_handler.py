"""Wire handler: the download handler that keeps each exchange as it passed, and connects where the profile says.

The private names of Scrapy 2.19 and Twisted that it needs stand in this module and in ``wire_tap``; ``tests/engine``
holds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _BindAddressAgent, _ScrapyAgent
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.endpoints import wrapClientTLS

from portal_crawler.archive.exchange import Truncation
from portal_crawler.engine.attached import EXCHANGE, crawl_of
from portal_crawler.engine.checked_endpoint import CheckedEndpoint
from portal_crawler.engine.wire_tap import TappedPool, WireFactory, WireTap
from portal_crawler.frontier.address_policy import AddressPolicy
from portal_crawler.frontier.connect_to import ConnectTo

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class WireHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler that leaves the :class:`Exchange` of each request in its meta, answered or not."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = WireFactory
        profile = crawl_of(crawler).profile
        self._connect_to = ConnectTo(profile.network.connect_to)
        self._policy = AddressPolicy(profile.scope.allow_private)

    async def download_request(self, request: Request) -> Response:
        """Fetch."""
        tap = WireTap(proxy_of(request))
        agent = _WireAgent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        agent.connect_to, agent.policy, agent.tap = self._connect_to, self._policy, tap
        request.meta.pop(EXCHANGE, None)
        try:
            with wrap_twisted_exceptions():
                response = await maybe_deferred_to_future(agent.download_request(request))
        except Exception as error:
            problem = f"{type(error).__name__}: {error}".strip(": ")
            request.meta[EXCHANGE] = tap.exchange(request.url, _truncation_by(error), problem)
            raise
        cut = "dataloss" in response.flags
        problem = "the connection was closed before the body's end" if cut else ""
        request.meta[EXCHANGE] = tap.exchange(request.url, Truncation.DISCONNECT if cut else None, problem)
        return response


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

    def _get_agent(self, request: Request, timeout: float) -> Any:
        from twisted.internet import reactor  # installed by now; importing it earlier would install one

        agent: Any
        if request.meta.get("proxy"):
            agent = super()._get_agent(request, timeout)
        else:
            agent = _CheckedAgent(reactor, self._contextFactory, timeout, None, self._pool)
            agent.connect_to, agent.policy = self.connect_to, self.policy
        agent._pool = TappedPool(agent._pool, self.tap)
        return agent


def proxy_of(request: Request) -> str | None:
    """The proxy of a request as ``host:port``, without its credentials."""
    proxy: str | None = request.meta.get("proxy")
    return urlsplit(proxy).netloc.rpartition("@")[2] if proxy else None


def _truncation_by(error: Exception) -> Truncation:
    if isinstance(error, DownloadTimeoutError):
        return Truncation.TIME
    return Truncation.LENGTH if isinstance(error, DownloadCancelledError) else Truncation.DISCONNECT

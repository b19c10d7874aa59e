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
from twisted.internet.endpoints import TCP4ClientEndpoint, wrapClientTLS

from portal_crawler.archive.exchange import Truncation
from portal_crawler.engine.attached import EXCHANGE, crawl_of
from portal_crawler.engine.wire_tap import TappedPool, WireFactory, WireTap

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class WireHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler that leaves the :class:`Exchange` of each request in its meta, answered or not."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = WireFactory
        self._targets = Targets(crawl_of(crawler).profile.network.connect_to)

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
        agent.targets, agent.tap = self._targets, tap
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


class Targets:
    """``connect_to``: host, ``host:port``, ``*.domain`` or ``*`` -> (host, port) to connect to, as in curl."""

    def __init__(self, connect_to: dict[str, str]) -> None:
        self._map = {name.lower(): _address(target) for name, target in connect_to.items()}

    def of(self, host: str, port: int) -> tuple[str, int] | None:
        """Where to connect for a host; ``None`` for where its name leads."""
        if not self._map:
            return None
        names = [f"{host}:{port}", host]
        labels = host.split(".")
        names += ["*." + ".".join(labels[start:]) for start in range(1, len(labels))]
        return next((self._map[name] for name in (*names, "*") if name in self._map), None)


class _TargetAgent(_BindAddressAgent):
    targets: Targets

    def _getEndpoint(self, uri: Any) -> Any:  # noqa: N802 - Twisted's name
        target = self.targets.of(uri.host.decode("ascii"), uri.port)
        if target is None:
            return super()._getEndpoint(uri)  # type: ignore[no-untyped-call]
        factory: Any = self._endpointFactory
        endpoint: Any = TCP4ClientEndpoint(factory._reactor, *target, timeout=factory._connectTimeout)
        if uri.scheme == b"http":
            return endpoint
        return wrapClientTLS(factory._policyForHTTPS.creatorForNetloc(uri.host, uri.port), endpoint)


class _WireAgent(_ScrapyAgent):
    targets: Targets
    tap: WireTap

    def _get_agent(self, request: Request, timeout: float) -> Any:
        from twisted.internet import reactor  # installed by now; importing it earlier would install one

        agent: Any
        if request.meta.get("proxy"):
            agent = super()._get_agent(request, timeout)
        else:
            agent = _TargetAgent(reactor, self._contextFactory, timeout, None, self._pool)
            agent.targets = self.targets
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


def _address(target: str) -> tuple[str, int]:
    host, _, port = target.rpartition(":")
    return host, int(port)

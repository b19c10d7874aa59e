"""Wire tap: keeps a copy of every byte that passes a connection, one exchange at a time.

A tap belongs to one exchange. The connection's protocol writes through it and is fed past it, so what is kept is what
was sent and received on the (decrypted) connection, framing included. The private names of Scrapy 2.19 and Twisted
that this needs stand here, in ``wire_handler`` and in ``wire_parser``; ``tests/engine`` holds them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientProtocol
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import connectionDone
from twisted.web._newclient import HTTP11ClientProtocol
from twisted.web.client import _HTTP11ClientFactory

from portal_crawler.archive.exchange import Exchange, Truncation
from portal_crawler.engine.failure_words import said_by
from portal_crawler.engine.wire_meter import TICK, Cut, WireMeter
from portal_crawler.engine.wire_parser import WireParser
from portal_crawler.sites.profile import Limits

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web.client import HTTPConnectionPool

_MILLISECOND = 1_000  # microseconds


class WireTap:
    """The bytes of one exchange so far. A connection that turns out to be closed starts it anew.

    ``cut`` is why the answer is given up, once a limit is reached; ``broke`` whether the connection ended otherwise
    than by the server's closing it: by a reset, or by framing that has no meaning. ``unparsed`` is what has none, in
    words: the connection was given up there, whatever the server had still to send.

    :param most: bytes of the body, at most, where that is less than the limit.
    """

    def __init__(self, proxy: str | None = None, limits: Limits | None = None, most: int | None = None) -> None:
        self._proxy, self._limits, self._most = proxy, limits or Limits(), most
        self.header_bytes = self._limits.header_bytes
        self.cut: Cut | None = None
        self.broke = False
        self.unparsed = ""
        self._begin(None)

    def _begin(self, transport: Any) -> None:
        # Asked while the connection is open: a closed one has forgotten its peer and its cipher.
        self._transport = transport
        self._ip: str | None = getattr(transport.getPeer(), "host", None) if transport is not None else None
        self._cipher: str | None = None
        self._protocols: tuple[str, ...] = ("http/1.1",)
        self._sent: list[bytes] = []
        self._received: list[bytes] = []
        self._started: datetime | None = None
        self._meter = WireMeter(self._limits, self._most)
        self._first = self._last = time.monotonic()

    def starts(self, transport: Any) -> None:
        """A connection is about to send the request."""
        self.broke, self.unparsed = False, ""
        self._begin(transport)

    def sent(self, data: bytes) -> None:
        """Bytes on their way out."""
        if self._started is None:
            now = datetime.now(UTC)
            self._started = now.replace(microsecond=now.microsecond // _MILLISECOND * _MILLISECOND)
            self._first = self._last = time.monotonic()
        self._sent.append(data)

    def received(self, data: bytes) -> bool:
        """Bytes that came in; whether a limit is reached with them."""
        self._last = time.monotonic()
        if not self._received:
            self._cipher, self._protocols = _security(self._transport)
        self._received.append(data)
        self.cut = self.cut or self._meter.received(data)
        return self.cut is not None

    def tick(self) -> bool:
        """A second has passed; whether a limit is reached with it."""
        self.cut = self.cut or self._meter.tick()
        return self.cut is not None

    def exchange(self, url: str, truncated: Truncation | None = None, problem: str = "") -> Exchange | None:
        """What passed; ``None`` where no request was sent."""
        if self._started is None:
            return None
        return Exchange(
            url=url,
            started=self._started,
            request=b"".join(self._sent),
            response=b"".join(self._received),
            seconds=self._last - self._first,
            ip=self._ip,
            protocols=self._protocols,
            cipher=self._cipher,
            proxy=self._proxy,
            truncated=truncated,
            problem=problem,
        )


class TappedPool:
    """Scrapy's connection pool as one exchange sees it: whatever connection it gives has the exchange's tap."""

    def __init__(self, pool: HTTPConnectionPool, tap: WireTap) -> None:
        self._pool, self._tap = pool, tap
        self.persistent = pool.persistent

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:  # noqa: N802 - Twisted's name
        """A connection for one request, with the tap on it."""
        return self._pool.getConnection(key, endpoint).addCallback(self._tapped)

    def _tapped(self, connection: Any) -> Any:
        connection.tap = self._tap
        return connection


class BrokenAnswerError(Exception):
    """The connection broke within an answer; of one that the server closed, what came is a page."""


class CutAnswerError(Exception):
    """An answer was given up at one of the limits; the message says which."""


class WireProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's HTTP/1.1 client protocol with a tap on its connection."""

    tap: WireTap | None = None
    _pulse: Any = None

    def makeConnection(self, transport: Any) -> None:  # noqa: N802 - Twisted's name
        """Take a connection."""
        transport.setTcpNoDelay(True)  # as HTTP11ClientProtocol does, which does not know the tapped transport
        super().makeConnection(_TappedTransport(transport, self))  # type: ignore[no-untyped-call]

    def request(self, request: Any) -> Deferred[Any]:
        """Send one request."""
        if self.tap is not None:
            self.tap.starts(self.transport)
            self._beat()
        answer = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = WireParser  # as Scrapy puts its own in the place of Twisted's
            if self.tap is not None:
                self._parser.MAX_LENGTH = self.tap.header_bytes  # of a line: Twisted's own 16 KiB end the connection
        return answer

    def _beat(self) -> None:
        from twisted.internet import reactor  # installed by now; importing it earlier would install one

        clock: Any = reactor
        self._pulse = clock.callLater(TICK, self._tick)

    def _tick(self) -> None:
        self._pulse = None
        if self.tap is None:
            return
        if self.tap.tick():
            self._give_up()
        else:
            self._beat()

    def _give_up(self) -> None:
        self._rest()
        transport: Any = self.transport
        transport.abortConnection()

    def _rest(self) -> None:
        if self._pulse is not None:
            self._pulse.cancel()
            self._pulse = None

    def _giveUp(self, reason: Any) -> None:  # noqa: N802 - Twisted's name
        """The parser has no sense to make of what came, or is done with a connection that is not kept."""
        if self.tap is not None and reason.check(ConnectionDone) is None:
            self.tap.broke, self.tap.unparsed = True, said_by(reason.value)
        super()._giveUp(reason)  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Any = connectionDone) -> None:  # noqa: N802 - Twisted's name
        """The connection has ended."""
        self._rest()
        if self.tap is not None:
            self.tap.broke = self.tap.broke or reason.check(ConnectionDone) is None
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take what came in."""
        if self.tap is not None and self.tap.received(data):
            self._give_up()
            return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> None:  # noqa: N802 - Twisted's name
        """The answer is whole. Bytes behind it must never answer the next request: such a connection is closed."""
        self.tap = None
        self._rest()
        if rest and self._currentRequest is not None:
            self._currentRequest.persistent = False
        HTTP11ClientProtocol._finishResponse(self, rest)


class WireFactory(_HTTP11ClientFactory):
    """Makes tapped protocols."""

    noisy = False

    def buildProtocol(self, addr: IAddress | None) -> WireProtocol:  # noqa: N802 - Twisted's name
        """The protocol of a new connection."""
        return WireProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _TappedTransport:
    """A transport whose writes pass the tap of its protocol; everything else is the transport's own."""

    def __init__(self, transport: Any, protocol: WireProtocol) -> None:
        self._transport, self._protocol = transport, protocol

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._protocol.tap is not None:
            self._protocol.tap.sent(data)
        self._transport.write(data)

    def writeSequence(self, data: Iterable[bytes]) -> None:  # noqa: N802 - Twisted's name
        self.write(b"".join(data))


def _security(transport: Any) -> tuple[str | None, tuple[str, ...]]:
    """The cipher of a connection and its protocols, as WARC-Protocol names them: ``tls/1.3``."""
    version = getattr(transport.getHandle(), "get_protocol_version_name", None)
    if version is None:
        return None, ("http/1.1",)
    name = str(version()).replace("TLSv", "tls/")
    return transport.getHandle().get_cipher_name(), ("http/1.1", name if "." in name else f"{name}.0")

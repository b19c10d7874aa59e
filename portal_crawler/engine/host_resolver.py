"""Host resolver: what addresses a host has, IPv6 and IPv4, within ``DNS_TIMEOUT``.

Scrapy has one resolver that knows IPv4 alone and keeps the time, and one that knows both and waits for ever; this is
both, under the same settings (``DNS_TIMEOUT``, ``DNSCACHE_ENABLED``, ``DNSCACHE_SIZE``).
"""

from __future__ import annotations

import socket
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, Self

from scrapy.utils.datatypes import LocalCache
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import TimeoutError as LookUpTimeoutError
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from twisted.internet.threads import deferToThreadPool
from zope.interface import implementer  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler
    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure

# Of a family, (family, address), as the system's resolver orders them (RFC 6724).
_Found = tuple[tuple[socket.AddressFamily, str], ...]


@implementer(IHostnameResolver)
class HostResolver:
    """Scrapy's ``TWISTED_DNS_RESOLVER``: asks the system, off the event loop, and keeps what it answered.

    :param most: hosts whose addresses are kept.
    :param seconds: a look-up may take.
    """

    def __init__(self, reactor: Any, most: int, seconds: float) -> None:
        self._reactor, self._seconds = reactor, seconds
        self._kept: LocalCache[str, _Found] = LocalCache(most)

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        """Make one as the settings say."""
        settings = crawler.settings
        most = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        return cls(reactor, most, settings.getfloat("DNS_TIMEOUT"))

    def install_on_reactor(self) -> None:
        """Have the reactor ask this resolver."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803 - Twisted's name
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Tell a receiver each address of a host, of both families in turn; none where it has none, or too late."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)

        def tell(found: _Found) -> None:
            for family, address in found:
                kind = IPv6Address if family == socket.AF_INET6 else IPv4Address
                if addressTypes is None or kind in addressTypes:
                    resolutionReceiver.addressResolved(kind("TCP", address, portNumber))
            resolutionReceiver.resolutionComplete()

        if hostName in self._kept:
            tell(self._kept[hostName])
            return resolution

        def keep(found: _Found) -> _Found:
            if found and self._kept.limit:
                self._kept[hostName] = found
            return found

        def failed(failure: Failure) -> _Found:
            # UnicodeError: a label that is empty or too long for the system to ask for.
            failure.trap(OSError, UnicodeError, LookUpTimeoutError, CancelledError)  # type: ignore[no-untyped-call]
            return ()

        answer = deferToThreadPool(self._reactor, self._reactor.getThreadPool(), addresses_of, hostName)
        resolution.answer = answer
        answer.addTimeout(self._seconds, self._reactor, _too_late)
        answer.addCallback(keep).addErrback(failed).addCallback(tell)
        return resolution


def addresses_of(host: str) -> _Found:
    """The addresses of a host, as the system gives them, but of both families in turn (RFC 8305 section 4): where
    those of one lead nowhere, one of the other is not the last to be tried.

    :raises OSError: where there are none.
    """
    # The port has no say in it; its name would.
    rows = socket.getaddrinfo(host, None, socket.AF_UNSPEC, socket.SOCK_STREAM)
    found = dict.fromkeys((row[0], str(row[4][0])) for row in rows if row[0] in {socket.AF_INET, socket.AF_INET6})
    if not found:
        return ()
    first = next(iter(found))[0]
    ours = [one for one in found if one[0] == first]
    others = [one for one in found if one[0] != first]
    return tuple(one for one in chain.from_iterable(zip_longest(ours, others)) if one is not None)


def _too_late(_: Any, seconds: float) -> _Found:
    raise LookUpTimeoutError(f"no answer within {seconds:g} seconds")  # type: ignore[no-untyped-call]


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name
        self.answer: Deferred[_Found] | None = None

    def cancel(self) -> None:
        """Wait no longer: the receiver is told of no address. The system's own look-up goes on in its thread."""
        if self.answer is not None:
            self.answer.cancel()

"""Checked endpoint: connects to no address that the address policy refuses, and to none but those that it judged.

A name is looked up once; every address that comes of it is judged before the first connection, and Twisted connects
to these very addresses: nothing can change between the look-up and the connection (DNS rebinding). Where the first does
not answer at once the next is tried beside it, so that a host whose IPv6 leads nowhere is reached by IPv4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.interfaces import (
    IHostnameResolver,
    IReactorPluggableNameResolver,
    IResolutionReceiver,
    IStreamClientEndpoint,
)
from zope.interface import implementer  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress, IHostResolution, IProtocol, IProtocolFactory
    from twisted.python.failure import Failure

    from portal_crawler.frontier.address_policy import AddressPolicy

# Addresses of a host that are connected to. Each is given a third of a second before the next is tried beside it
# (RFC 8305), and a name server can name thousands.
_MOST_TRIED = 8


class RefusedAddressError(Exception):
    """Every address that a host leads to is refused; the message says which, and why."""


@implementer(IStreamClientEndpoint)
class CheckedEndpoint:
    """Connects to a host by name or address.

    :param timeout: seconds for each attempt to connect.
    """

    def __init__(self, reactor: Any, host: str, port: int, policy: AddressPolicy, timeout: float) -> None:
        self._reactor, self._policy = reactor, policy
        self._host, self._port, self._timeout = host, port, timeout

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:  # noqa: N803 - Twisted's name
        """Look up, judge, connect.

        The result fails with ``RefusedAddressError`` where no address is left.
        """
        resolver = _CheckedResolver(self._reactor.nameResolver, self._policy)
        endpoint = HostnameEndpoint(_Reactor(self._reactor, resolver), self._host, self._port, self._timeout)

        def told(failure: Failure) -> Failure:
            if resolver.refusals and not resolver.passed:
                raise RefusedAddressError(f"{self._host}: {resolver.refusals[0]}")
            return failure

        return endpoint.connect(protocolFactory).addErrback(told)


@implementer(IReactorPluggableNameResolver)
class _Reactor:
    """A reactor that looks names up with a resolver of ours; everything else is the reactor's own."""

    def __init__(self, reactor: Any, resolver: _CheckedResolver) -> None:
        self._reactor, self.nameResolver = reactor, resolver

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)


@implementer(IHostnameResolver)
class _CheckedResolver:
    """Passes on the addresses that the policy allows."""

    def __init__(self, resolver: Any, policy: AddressPolicy) -> None:
        self._resolver, self.policy = resolver, policy
        self.passed = 0
        self.refusals: list[str] = []

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803 - Twisted's name
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Look a name up with the reactor's resolver."""
        receiver = _Judge(resolutionReceiver, self)
        return self._resolver.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _Judge:
    def __init__(self, receiver: Any, resolver: _CheckedResolver) -> None:
        self._receiver, self._resolver = receiver, resolver

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:  # noqa: N802, N803 - Twisted's names
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        # Its own port: that is what Twisted connects to, whatever was asked for.
        if refusal := self._resolver.policy.refusal(address.host, address.port):
            self._resolver.refusals.append(refusal)
            return
        self._resolver.passed += 1
        if self._resolver.passed <= _MOST_TRIED:
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()

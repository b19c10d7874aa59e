"""A resolver as a hostile name server makes one of ours: its answers change from look-up to look-up."""

from __future__ import annotations

from collections import Counter
from typing import Any, Self

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer  # type: ignore[import-untyped] # it has no types

# Name -> what each look-up answers, the last one for ever.
ANSWERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "loopback.test": (("127.0.0.1",),),
    "mapped.test": (("::ffff:127.0.0.1",),),
    "six.test": (("::1",),),
    "metadata.test": (("169.254.169.254",), ("fd00:ec2::254",)),
    "nothing.test": ((),),
    # 127.0.0.9 stands for a public address: the profile allows it, and a portal is there.
    "first-public.test": (("127.0.0.9",), ("127.0.0.1",)),
    "both.test": (("127.0.0.1", "127.0.0.9"),),
}


@implementer(IHostnameResolver)
class RebindingResolver:
    """Scrapy's TWISTED_DNS_RESOLVER."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._asked: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Self:
        return cls(reactor)

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        resolutionReceiver.resolutionBegan(self)
        answers = ANSWERS.get(hostName, ((hostName,),))  # an address is its own answer
        for address in answers[min(self._asked[hostName], len(answers) - 1)]:
            kind = IPv6Address if ":" in address else IPv4Address
            resolutionReceiver.addressResolved(kind("TCP", address, portNumber))
        self._asked[hostName] += 1
        resolutionReceiver.resolutionComplete()
        return self

    def cancel(self) -> None:
        raise NotImplementedError

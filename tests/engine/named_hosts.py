"""The product's resolver on a system whose name server knows these hosts."""

from __future__ import annotations

import socket
import time
from typing import Any, Self

from portal_crawler.engine.host_resolver import HostResolver

ANSWERS: dict[str, tuple[str, ...]] = {
    "six.test": ("::1",),
    "mapped.test": ("::ffff:127.0.0.1",),
    "nat64.test": ("64:ff9b::7f00:1",),
    "sixtofour.test": ("2002:7f00:1::",),
    # Nothing listens at ::1 on the port of the test.
    "both.test": ("::1", "127.0.0.1"),
    "private-last.test": ("::1", "10.0.0.1"),
    # Addresses at which nothing listens, and behind them the portal.
    "many.test": (*(f"127.0.1.{number}" for number in range(1, 50)), "127.0.0.1"),
    "turns.test": ("127.0.1.1", "127.0.1.2", "127.0.1.3", "::1"),
}
SLOW = "slow.test"


def answered(host: str, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
    if host == SLOW:
        time.sleep(3)
    found = ANSWERS.get(host)
    if found is None:
        return list(_SYSTEM(host, *_, **__))
    families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in found]
    return [(family, socket.SOCK_STREAM, 6, "", (address, 0)) for family, address in zip(families, found, strict=True)]


_SYSTEM = socket.getaddrinfo


class NamedHosts(HostResolver):
    """Scrapy's TWISTED_DNS_RESOLVER."""

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Self:
        socket.getaddrinfo = answered  # type: ignore[assignment]
        return super().from_crawler(crawler, reactor)

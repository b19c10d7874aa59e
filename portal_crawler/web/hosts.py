"""Hosts: by which names a server may be asked for. Contains no networking.

A page of elsewhere can let its own name lead to 127.0.0.1 (DNS rebinding) and then read what a local server gives; the
browser still sends that name, so a server that answers to its own names alone tells it nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal_crawler.errors import UsageError

# The names of this machine, to itself alone (RFC 6761 section 6.3, RFC 4291 section 2.5.3).
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# A name or an address, with or without a port (RFC 9110 section 7.2); no more of the grammar is needed.
_HOST = re.compile(r"(?:\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The values of a Host header that are answered, in small letters, each with its port.

    ``any_port`` lets the names of this machine pass with every port, for a server that does not know its own.
    """

    names: frozenset[str]
    any_port: bool = False

    def admits(self, values: list[bytes]) -> bool:
        """Whether a request with these Host headers is answered: exactly one, and one of ours.

        >>> AllowedHosts(frozenset(["127.0.0.1:8100"])).admits([b"evil.test:8100"])
        False
        """
        return len(values) == 1 and self._knows(values[0].decode("latin-1").lower())

    def origin(self, value: str) -> bool:
        """Whether an ``Origin`` header names one of these hosts.

        >>> AllowedHosts(frozenset(["localhost:8100"])).origin("http://localhost:8100")
        True
        """
        scheme, _, host = value.partition("://")
        return scheme in {"http", "https"} and self._knows(host.lower())

    def _knows(self, host: str) -> bool:
        return host in self.names or (self.any_port and re.sub(r":[0-9]{1,5}$", "", host) in LOOPBACK)


ANY_PORT = AllowedHosts(frozenset(LOOPBACK), any_port=True)


def allowed_hosts(port: int, extra: tuple[str, ...] = ()) -> AllowedHosts:
    """The names of a server on a port of this machine, and those that its operator adds.

    :param extra: ``host`` (which takes the port of the server) or ``host:port``, such as a reverse proxy sends.
    :raises UsageError: where one of them is no host.
    """
    names = {f"{name}:{port}" for name in LOOPBACK}
    if port == 80:
        names.update(LOOPBACK)
    for text in extra:
        name = text.strip().lower()
        if not _HOST.fullmatch(name):
            raise UsageError(f"--allow-host {text}", "is no host", "write a name or an address, such as desk.test:8100")
        names.add(name)
        if not re.search(r":[0-9]+$", name):
            names.add(f"{name}:{port}")
    return AllowedHosts(frozenset(names))

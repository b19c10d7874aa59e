"""Ownership: which shard of a crawl asks for the addresses of a host. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from portal_crawler.frontier.address_policy import split_port

HANDED_OVER = "handed_over"
"""The reason of an address that a shard found and another one asks for."""
# Steps from a name to the one that it is another name of.
_ALIASES = 8


class Ownership:
    """A host belongs to exactly one of ``jobs`` shards, and never to another one while the crawl lasts.

    All ports of a name, the name with ``www.`` and without, and a host and its ``aliases`` belong to one shard: they
    are one site, often one machine. Nothing but the name decides, so any shard can tell the owner of any address.

    :param jobs: how many shards there are.
    :param aliases: other names of hosts, as ``[scope] aliases`` of a profile has them.

    >>> one = Ownership(4, {"mirror.portal.test": "www.portal.test"})
    >>> len({one.of(host) for host in ("www.portal.test", "portal.test:8080", "mirror.portal.test")})
    1
    """

    def __init__(self, jobs: int, aliases: Mapping[str, str]) -> None:
        self.jobs = jobs
        self._aliases = {name.lower(): host.lower() for name, host in aliases.items()}
        self._known: dict[str, int] = {}

    def of(self, host: str) -> int:
        """The shard, from 0, of a host as ``urls.host_of`` gives it."""
        owner = self._known.get(host)
        if owner is None:
            digest = hashlib.blake2b(self._site(host).encode(), digest_size=8).digest()
            owner = self._known[host] = int.from_bytes(digest) % self.jobs
        return owner

    def _site(self, host: str) -> str:
        for _ in range(_ALIASES):
            name = split_port(host)[0]
            original = self._aliases.get(host) or self._aliases.get(name)
            if original is None or original == host:
                break
            host = original
        return split_port(host)[0].removeprefix("www.")


def shard_name(number: int) -> str:
    """What a shard is called: its folder, and the rule of what was handed over to it.

    >>> shard_name(3)
    '03'
    """
    return f"{number:02d}"

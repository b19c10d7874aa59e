"""Mirror hosts: which hosts repeat another one, learned from what they serve under the same paths. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portal_crawler.dedup.addresses import PortalHosts
from portal_crawler.dedup.story_groups import StoryPage
from portal_crawler.urls import host_of

# Paths that two hosts must share before it means anything, and such a part of them must have equal texts: a mirror that
# is a day behind differs in its newest stories.
_LEAST, _AGREEING = 8, 0.9


@dataclass(frozen=True, slots=True)
class MirrorHost:
    """``host`` repeats ``of``: of ``paths`` that both have stories under, ``agreeing`` have the same text."""

    host: str
    of: str
    paths: int
    agreeing: int


@dataclass(slots=True)
class HostPairs:
    """How many paths any two hosts share, and under how many of them their texts are equal."""

    _paths: Counter[tuple[str, str]] = field(default_factory=Counter)
    _agreeing: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, pages: Iterable[StoryPage]) -> None:
        """Take up the story pages of one path."""
        texts: dict[str, set[str]] = {}
        for page in pages:
            texts.setdefault(host_of(page.url), set()).add(page.digest)
        hosts = sorted(texts)
        for place, one in enumerate(hosts):
            for other in hosts[place + 1 :]:
                self._paths[one, other] += 1
                self._agreeing[one, other] += not texts[one].isdisjoint(texts[other])

    def mirrors(self, hosts: PortalHosts) -> tuple[MirrorHost, ...]:
        """The hosts that repeat another one, in order.

        Of two that agree, the one that comes later in the portal's order repeats the other. A host is told to repeat
        the first of those that it agrees with.
        """
        found: dict[str, MirrorHost] = {}
        for pair, paths in sorted(self._paths.items()):
            agreeing = self._agreeing[pair]
            if paths < _LEAST or agreeing < _AGREEING * paths:
                continue
            first, second = sorted(pair, key=lambda host: (hosts.rank(host), host))
            known = found.get(second)
            if known is None or (hosts.rank(first), first) < (hosts.rank(known.of), known.of):
                found[second] = MirrorHost(second, first, paths, agreeing)
        return tuple(found[host] for host in sorted(found))


def with_mirrors(hosts: PortalHosts, mirrors: Iterable[MirrorHost]) -> PortalHosts:
    """The portal's hosts, with those that were found to repeat another one among the aliases."""
    learned: Mapping[str, str] = {mirror.host: mirror.of for mirror in mirrors}
    return PortalHosts(hosts.order, {**learned, **hosts.aliases})

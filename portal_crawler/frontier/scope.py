"""Scope: which addresses belong to a crawl, and the rule that says so. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from portal_crawler.frontier.address_policy import AddressPolicy, split_port
from portal_crawler.frontier.connect_to import ConnectTo
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.urls import host_of

DEFAULT_PORTS = {"http": 80, "https": 443}
TAKEDOWN = "takedown"
"""The reason of an address that was taken down."""
SSRF = "ssrf"
"""The reason of an address that leads to a private network (server-side request forgery)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an address is not fetched: ``reason`` in one word, ``rule`` as the profile has it."""

    reason: str
    rule: str


class ScopeRule:
    """The scope of a profile, its patterns compiled once.

    An address belongs to the crawl when it is not too long, its host is listed (or an alias, or one of the SURT
    prefixes covers it) and by its form no private address, some ``include`` pattern matches where there are any, no
    ``exclude`` does, and it is not deeper than ``max_depth``. Where a name leads is judged when it is connected to
    (``engine.checked_endpoint``): no name is looked up here.

    :param withdrawn: the rule by which the page with a key was taken down, if it was: such a page belongs to no crawl.
    """

    def __init__(self, profile: SiteProfile, withdrawn: Callable[[str], str | None] = lambda _: None) -> None:
        scope = profile.scope
        self._withdrawn = withdrawn
        listed = {*scope.hosts, *scope.aliases}
        starts = () if scope.surt else (*profile.seeds, *profile.feeds, *profile.sitemaps)
        self._hosts = frozenset(host.lower() for host in (listed or map(host_of, starts)))
        self._surt = scope.surt
        self._surt_hosts = tuple(prefix[: prefix.find(")") + 1] or prefix for prefix in scope.surt)
        self._include = tuple(re.compile(pattern) for pattern in scope.include)
        self._exclude = tuple(re.compile(pattern) for pattern in scope.exclude)
        self._max_depth = scope.max_depth
        self._longest = profile.limits.url_length
        self._policy = AddressPolicy(scope.allow_private)
        self._private = _names_at_private_addresses(self._hosts, ConnectTo(profile.network.connect_to))

    @property
    def mark(self) -> str:
        """What is the same for scopes that refuse the same, what was taken down and private addresses apart."""
        patterns = [[one.pattern for one in some] for some in (self._include, self._exclude)]
        told = [sorted(self._hosts), list(self._surt), *patterns, self._max_depth, self._longest]
        return sha256(json.dumps(told).encode()).hexdigest()

    def refusal(self, url: str, url_key: str, depth: int) -> Refusal | None:
        """The rule that decides against an address, or ``None`` for one that belongs to the crawl.

        :param url: absolute http(s) URL, as ``urls.resolve`` gives it.
        :param depth: the number of links from a seed to it.
        """
        host, path = _parts(url)
        if refused := self._refusal_by_host(url, host, url_key, self._surt):
            return refused
        if self._include and not any(pattern.search(path) for pattern in self._include):
            return Refusal("not_included", "no pattern of [scope] include matches")
        for pattern in self._exclude:
            if pattern.search(path):
                return Refusal("excluded", f"[scope] exclude {pattern.pattern}")
        if self._max_depth is not None and depth > self._max_depth:
            return Refusal("depth", f"[scope] max_depth {self._max_depth}")
        return self.taken_down(url_key)

    def refusal_of_host(self, url: str, url_key: str) -> Refusal | None:
        """The rule that decides against the host of an address, whatever its path: a robots.txt is no page, and the
        patterns for pages say nothing of where a host keeps it.
        """
        return self._refusal_by_host(url, _parts(url)[0], url_key, self._surt_hosts)

    def _refusal_by_host(self, url: str, host: str, url_key: str, surt: tuple[str, ...]) -> Refusal | None:
        if len(url) > self._longest:
            return Refusal("url_too_long", f"[limits] url_length {self._longest}; it has {len(url)} characters")
        name, port = split_port(host)
        number = DEFAULT_PORTS[url.partition(":")[0]] if port is None else port
        if rule := self._policy.refusal_of_host(name, number):
            return Refusal(SSRF, rule)
        if host not in self._hosts and not any(url_key.startswith(prefix) for prefix in surt):
            if name in self._private:
                return Refusal(SSRF, f"{name} is at a private address, and its port {number} not in [scope] hosts")
            beside = ", and no prefix of [scope] surt covers it" if surt else ""
            return Refusal("offsite", f"host {host} is not in [scope] hosts{beside}")
        return None

    def taken_down(self, url_key: str) -> Refusal | None:
        """The rule by which an address was taken down, if it was."""
        rule = self._withdrawn(url_key)
        return Refusal(TAKEDOWN, rule) if rule else None


def _names_at_private_addresses(hosts: frozenset[str], connect_to: ConnectTo) -> frozenset[str]:
    """The names of a scope's hosts that ``connect_to`` sends to private addresses: their other ports are others'."""
    policy = AddressPolicy()
    found = set()
    for host in hosts:
        name, port = split_port(host)
        target = connect_to.of(name, port or DEFAULT_PORTS["http"])
        if target is not None and policy.refusal_of_host(*target):
            found.add(name)
    return frozenset(found)


def _parts(url: str) -> tuple[str, str]:
    """Host with port, and path with query, of a URL in the form of ``urls.resolve``."""
    rest = url.partition("://")[2]
    slash = rest.find("/")
    host = rest[:slash] if slash >= 0 else rest
    return host.rpartition("@")[2], rest[slash:] if slash >= 0 else "/"

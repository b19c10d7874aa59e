"""Scope: which addresses belong to a crawl, and the rule that says so. Pure."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from portal_crawler.sites.profile import SiteProfile
from portal_crawler.urls import host_of

_PORT = re.compile(r"(?<=[^:]):\d+\Z|(?<=\]):\d+\Z")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an address is not fetched: ``reason`` in one word, ``rule`` as the profile has it."""

    reason: str
    rule: str


class ScopeRule:
    """The scope of a profile, its patterns compiled once.

    An address belongs to the crawl when its host is listed (or an alias, or one of the SURT prefixes covers it), some
    ``include`` pattern matches where there are any, no ``exclude`` does, and it is not deeper than ``max_depth``.
    """

    def __init__(self, profile: SiteProfile) -> None:
        scope = profile.scope
        listed = {*scope.hosts, *scope.aliases}
        starts = (*profile.seeds, *profile.feeds, *profile.sitemaps)
        self._hosts = frozenset(host.lower() for host in (listed or map(host_of, starts)))
        self._surt = scope.surt
        self._include = tuple(re.compile(pattern) for pattern in scope.include)
        self._exclude = tuple(re.compile(pattern) for pattern in scope.exclude)
        self._max_depth = scope.max_depth
        self._private = frozenset(scope.allow_private)

    def refusal(self, url: str, url_key: str, depth: int) -> Refusal | None:
        """The rule that decides against an address, or ``None`` for one that belongs to the crawl.

        :param url: absolute http(s) URL, as ``urls.resolve`` gives it.
        :param depth: the number of links from a seed to it.
        """
        host, path = _parts(url)
        if host not in self._hosts and not any(url_key.startswith(prefix) for prefix in self._surt):
            return Refusal("offsite", f"host {host} is not in [scope] hosts")
        if is_private(host) and not self._private & {host, f"{host}:{_DEFAULT_PORTS[url.partition(':')[0]]}"}:
            return Refusal("private", f"{host} is private and not in [scope] allow_private")
        if self._include and not any(pattern.search(path) for pattern in self._include):
            return Refusal("not_included", "no pattern of [scope] include matches")
        for pattern in self._exclude:
            if pattern.search(path):
                return Refusal("excluded", f"[scope] exclude {pattern.pattern}")
        if self._max_depth is not None and depth > self._max_depth:
            return Refusal("depth", f"[scope] max_depth {self._max_depth}")
        return None


def is_private(host: str) -> bool:
    """Whether a host (with or without port) is an address of this machine or its network, by its form alone.

    A name that leads to such an address is not found out here: no name is looked up.

    >>> is_private("127.0.0.1:8000"), is_private("localhost"), is_private("www.portal.test")
    (True, True, False)
    """
    name = host.rpartition(":")[0] if _PORT.search(host) else host
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return not ipaddress.ip_address(name.strip("[]")).is_global
    except ValueError:
        return False


def _parts(url: str) -> tuple[str, str]:
    """Host with port, and path with query, of a URL in the form of ``urls.resolve``."""
    rest = url.partition("://")[2]
    slash = rest.find("/")
    host = rest[:slash] if slash >= 0 else rest
    return host.rpartition("@")[2], rest[slash:] if slash >= 0 else "/"

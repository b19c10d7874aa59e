"""A profile from an address alone: its host with and without ``www``, everything else as the defaults have it."""

from __future__ import annotations

import ipaddress
import re

from portal_crawler.errors import UsageError
from portal_crawler.sites.profile import Scope, SiteProfile
from portal_crawler.urls import host_of, resolve


def profile_of_url(url: str) -> SiteProfile:
    """The profile of a crawl that starts at ``url`` and stays on its host.

    A loopback or private address is allowed where the URL itself names it: whoever typed it meant it.

    :raises UsageError: where ``url`` is not an absolute http(s) URL.
    """
    start = resolve(url, "") if re.match(r"https?://[^\s/?#]", url, re.IGNORECASE) else None
    host = host_of(start) if start else ""
    if not start or not host:
        raise UsageError(url, "is not an address to crawl", "give one such as http://www.example.org/news/")
    name, port = _parted(host)
    private = _is_private(name)
    hosts = (host,) if private or _is_ip(name) else tuple(dict.fromkeys((host, _twin(host))))
    default_port = "443" if start.startswith("https:") else "80"
    scope = Scope(hosts=hosts, allow_private=(f"{name}:{port or default_port}",) if private else ())
    return SiteProfile(name=profile_name(host), title=host, seeds=(start,), scope=scope)


def _parted(host: str) -> tuple[str, str]:
    """Name and port ("" for the scheme's own) of ``host``, ``host:port`` or ``[address]:port``."""
    found = re.fullmatch(r"(\[.*\]|[^:]*)(?::(\d+))?", host)
    return (found[1], found[2] or "") if found else (host, "")


def profile_name(host: str) -> str:
    """A profile's name from a host.

    >>> profile_name("www.portal.test:8080")
    'portal.test-8080'
    """
    name = re.sub(r"[^a-z0-9._-]+", "-", host.lower().removeprefix("www."))
    return name.strip("-._") or "portal"


def _twin(host: str) -> str:
    """The host with ``www.`` where it has none, without where it has."""
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _is_private(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return _is_ip(name) and not ipaddress.ip_address(name.strip("[]")).is_global

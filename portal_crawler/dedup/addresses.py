"""Addresses: what a URL alone says about copies of a story. Hints only; the texts decide. Contains no networking."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from portal_crawler.urls import host_of

# "print" as a word of its own, with what portals append: /print/5.htm, print.asp, print20041014_5.htm, ?printable=1.
_PRINT = re.compile(
    r"(?:^|[/_.\-?&=])(?:print(?:er|able|version|friendly|[-_]friendly|page)?\d*|prn)(?=[/_.\-?&=]|$)", re.IGNORECASE
)
# A gateway serves other sites' pages in another script: /gate/big5/<host>/<path>.
_GATEWAY = re.compile(r"^https?://[^/]+/gate/[a-z0-9-]+/(?P<target>[a-z0-9.-]+\.[a-z]+(?::\d+)?/.*)$", re.IGNORECASE)
# The number by which a publishing system knows the story: the last long one of the address.
_LONG_NUMBER = re.compile(r"\d{4,}")
_SLASHES = re.compile(r"/{2,}")
_SESSION = re.compile(r";[a-z]*session[a-z]*=[^/?]*|/\([a-z]\([0-9a-z]+\)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PortalHosts:
    """A portal's hosts in order of preference, and those that only repeat another one (alias -> host)."""

    order: tuple[str, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)

    def rank(self, host: str) -> int:
        """0 for the host that a story is best known by; unlisted hosts come after the listed ones, aliases last."""
        if host in self.aliases:
            return len(self.order) + 1
        return self.order.index(host) if host in self.order else len(self.order)


def is_print(url: str) -> bool:
    """Whether the address names a print version.

    >>> is_print("http://h/english/print20041014_50454.htm"), is_print("http://h/printing-press/5.htm")
    (True, False)
    """
    return _PRINT.search(url.partition("://")[2]) is not None


def gateway_target(url: str) -> str | None:
    """The page that a gateway's address stands for, or ``None``.

    >>> gateway_target("http://big5.portal.test/gate/big5/www.portal.test/a/5.htm")
    'http://www.portal.test/a/5.htm'
    """
    match = _GATEWAY.match(url)
    return f"http://{match['target']}" if match else None


def path_key(url: str) -> str:
    """Path and query as a careless server reads them: case, doubled slashes, sessions and the host make no difference.

    >>> path_key("http://mirror.portal.test//English/5.htm") == path_key("http://www.portal.test/english/5.htm")
    True
    """
    rest = (gateway_target(url) or url).partition("://")[2]
    path, _, query = _SESSION.sub("", rest[rest.find("/") :]).partition("?")
    return f"{_SLASHES.sub('/', path)}?{query}".rstrip("?").lower()


def story_number(url: str) -> str | None:
    """The number by which the portal's publishing system seems to know the story, or ``None``."""
    numbers = _LONG_NUMBER.findall(url.partition("://")[2].partition("/")[2])
    return numbers[-1] if numbers else None


def detours(url: str) -> int:
    """How many marks of a second address it has: a query, doubled slashes, a session, capitals, an archive's folder."""
    rest = url.partition("://")[2].partition("/")[2]
    path, _, query = rest.partition("?")
    marks = [
        bool(query),
        "//" in path,
        _SESSION.search(rest) is not None,
        path != path.lower(),
        "archive" in path.lower(),
    ]
    return sum(marks)


def same_host_rank(url: str, hosts: PortalHosts) -> int:
    """``hosts.rank`` of the URL's host; a gateway comes after every host."""
    return len(hosts.order) + 2 if gateway_target(url) else hosts.rank(host_of(url))

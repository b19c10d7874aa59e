"""Host cookies: what each host has set, bounded, for the host itself alone (RFC 6265). Pure: the caller tells the time.

Stricter than browsers: ``Domain`` is not heeded, so no host sets a cookie for another, and a host's port counts.
"""

from __future__ import annotations

import email.utils
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import urlsplit

# RFC 6265 section 6.1: a user agent keeps at least 50 cookies of a domain, of 4,096 bytes each.
_MOST_COOKIES = 50
_MOST_BYTES = 4096
# All that a host may set, and so the longest Cookie header: Apache's LimitRequestFieldSize, above which it answers 400.
MOST_HEADER = 8190
_MOST_HOSTS = 1_000


@dataclass(frozen=True, slots=True)
class _Cookie:
    """``until`` is in seconds since the epoch, ``None`` for the crawl's end."""

    value: bytes
    path: str
    secure: bool
    until: float | None

    def suits(self, path: str, *, secure: bool, now: float) -> bool:
        """RFC 6265 section 5.4; of paths section 5.1.4."""
        if (self.until is not None and self.until <= now) or (self.secure and not secure):
            return False
        return path == self.path or (
            path.startswith(self.path) and (self.path.endswith("/") or path[len(self.path)] == "/")
        )


class HostCookies:
    """The cookies of one crawl, in memory."""

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, OrderedDict[tuple[bytes, str], _Cookie]] = OrderedDict()

    def take(self, host: str, url: str, headers: Iterable[bytes], now: float) -> None:
        """Keep what an answer sets.

        :param headers: the values of its Set-Cookie headers.
        :param now: seconds since the epoch.
        """
        for header in headers:
            found = _parsed(header, url, now)
            if found is None:
                continue
            name, cookie = found
            kept = self._hosts.setdefault(host, OrderedDict())
            kept.pop((name, cookie.path), None)
            if cookie.until is None or cookie.until > now:
                kept[name, cookie.path] = cookie
            while len(kept) > _MOST_COOKIES or _length(kept) > MOST_HEADER:
                kept.popitem(last=False)
        if host in self._hosts:
            self._hosts.move_to_end(host)
        while len(self._hosts) > _MOST_HOSTS:
            self._hosts.popitem(last=False)

    def header(self, host: str, url: str, now: float) -> bytes:
        """The Cookie header of a request, at most ``MOST_HEADER`` bytes; ``b""`` for none."""
        parts = urlsplit(url)
        path, secure = parts.path or "/", parts.scheme == "https"
        kept = self._hosts.get(host) or OrderedDict[tuple[bytes, str], _Cookie]()
        suiting = [(name, cookie) for (name, _), cookie in kept.items() if cookie.suits(path, secure=secure, now=now)]
        suiting.sort(key=lambda pair: -len(pair[1].path))
        return b"; ".join(name + b"=" + cookie.value for name, cookie in suiting)


def _length(kept: OrderedDict[tuple[bytes, str], _Cookie]) -> int:
    return sum(len(name) + len(cookie.value) + 3 for (name, _), cookie in kept.items())


def _parsed(header: bytes, url: str, now: float) -> tuple[bytes, _Cookie] | None:
    """Name and cookie of a Set-Cookie header (RFC 6265 section 5.2), or ``None`` for one that is not kept."""
    pair, *attributes = header.split(b";")
    name, equals, value = (part.strip(b" \t") for part in pair.partition(b"="))
    if not equals or not name or len(name) + len(value) > _MOST_BYTES or not (name + value).isascii():
        return None
    if any(byte < 0x20 or byte == 0x7F for byte in name + value):
        return None
    told = {}
    for attribute in attributes:
        key, _, given = attribute.partition(b"=")
        told[key.strip().lower()] = given.strip().decode("latin-1")
    directory = urlsplit(url).path.rpartition("/")[0] or "/"
    path = told.get(b"path", "")
    return name, _Cookie(value, path if path.startswith("/") else directory, b"secure" in told, _until(told, now))


def _until(told: dict[bytes, str], now: float) -> float | None:
    """When a cookie ends: Max-Age before Expires (section 5.3)."""
    age = told.get(b"max-age", "")
    if age.removeprefix("-").isdecimal() and len(age) <= 12:
        return now + int(age)
    try:
        moment = email.utils.parsedate_to_datetime(told.get(b"expires", "").replace("-", " "))
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None

"""Site name: the name of its site in a page's title, known by the host, where nothing on the page declares it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_OPEN, _CLOSE = r"[\[(\u3010\uff08]", r"[\])\u3011\uff09]"
_NAME = r"(?P<{}>[^\[\]()\u3010\u3011\uff08\uff09:\uff1a]{{2,40}})"
# "[Site] Headline", "Site: Headline" and "Headline (Site)", "Headline, Site".
_BEFORE = re.compile(rf"\A(?:{_OPEN}{_NAME.format('set')}{_CLOSE}\s*|{_NAME.format('plain')}\s*[:\uff1a]\s+)(?=\S)")
_BEHIND = re.compile(rf"(?<=\S)(?:\s*{_OPEN}{_NAME.format('set')}{_CLOSE}|,\s+(?P<plain>[^,:()\[\]]{{2,40}}))\Z")
_NO_WORD = re.compile(r"[\W_]+")
# A part of a host's name that short says little: "co", "org", "news".
_LEAST = 5
# What a site adds to a short name: the BBC's is "BBC News".
_ADDED = frozenset(("news", "online", "daily", "times", "post", "tv", "radio", "today", "portal", "com", "net", "org"))


def without_host_name(title: str, address: str) -> str:
    """A title without the name of the site at its start or end, if the host of ``address`` bears that name.

    >>> without_host_name("Valley News: Bridge to be rebuilt", "http://www.valleynews.test/1.htm")
    'Bridge to be rebuilt'
    >>> without_host_name("China: Bridge to be rebuilt", "http://www.china.test/1.htm")
    'China: Bridge to be rebuilt'
    """
    found = _BEHIND.search(title)
    if found and _names(found, address):
        return title[: found.start()].rstrip()
    found = _BEFORE.match(title)
    if found and _names(found, address):
        return title[found.end() :]
    return title


def _names(found: re.Match[str], address: str) -> bool:
    name = found["set"] or found["plain"]
    words = name.split()
    # One word may be what the story is about, also where the host is called so.
    if len(words) < 2 and "." not in name:
        return False
    said = _NO_WORD.sub("", name.removeprefix("www.")).casefold()
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    if said == _NO_WORD.sub("", host):
        return True
    labels = [_NO_WORD.sub("", label) for label in host.split(".")[:-1]]
    first = words[0].casefold()
    added = all(word.casefold() in _ADDED for word in words[1:])
    return (said in labels and len(said) >= _LEAST) or (first in labels and added)

"""SURT: the key by which a CDXJ index is sorted and looked up. Contains no networking.

The form is the one that cdxj-indexer, pywb and ReplayWeb.page agree on: the Internet Archive's canonicalization of a
URL (the rules are those of the Wayback Machine's URL canonicalizers, see
https://iipc.github.io/warc-specifications/specifications/cdx-format/openwayback-cdxj/), its host in the order of the
Sort-friendly URI Reordering Transform (Heritrix glossary). It is not ``urls.url_key``, which is how *we* know a page:
the key here is coarser, as it has to find a capture. It drops ``www.`` and its numbers, folds the case of the whole
URL, undoes every escape before it escapes anew, and drops the slash at the end; it keeps campaign marks and a session
id in the path (``;jsessionid=``), and knows session ids by their exact length. Two pages of a portal can share a CDX
key; they never share a ``url_key`` by case or ``www`` alone.
"""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import unquote_to_bytes

# What may stand around a scheme that was typed twice: "http://http://h/" means the last one.
_SCHEME = re.compile(rb"(?:https?:/*)*(https?):(?=/)/*", re.IGNORECASE)
_BARE_SCHEME = re.compile(rb"(https?):", re.IGNORECASE)
_OTHER_SCHEME = re.compile(rb"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_DEFAULT_PORTS = {b"http": 80, b"https": 443}
_LARGEST_PORT = 65_535
_WWW = re.compile(rb"www[0-9]*\.")
# Everything but printable ASCII is escaped, and of that the marks of an escape and of a fragment.
_TO_ESCAPE = re.compile(rb"[^!-~]|[#%]")
# Session ids of ASP.NET without cookies (https://learn.microsoft.com/en-us/previous-versions/aspnet/aa479314(v=msdn.10)):
# 24 characters between parentheses, bare or as one or more lettered parts, in front of a page of that server.
_ASPX_SESSION = (
    re.compile(rb"(.*/)\((?:[a-z]\([0-9a-z]{24}\))+\)/([^?]+\.aspx.*)"),
    re.compile(rb"(.*/)\([0-9a-z]{24}\)/([^?]+\.aspx.*)"),
)
# Session ids in a query, by name and exact length, in the order in which they are looked for: of Java servlets, PHP,
# others, ASP and ColdFusion.
_QUERY_SESSION = tuple(
    re.compile(rb"(.*)" + one + rb"(?:&(.*))?")
    for one in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)
# How an IPv4 address may be written in one to four numbers (inet_aton of 4.3BSD): decimal, or octal from the first on.
_DECIMAL_IP = re.compile(rb"[1-9][0-9]*(?:\.[0-9]+){0,3}")
_OCTAL_IP = re.compile(rb"0[0-7]*(?:\.[0-7]+){0,3}")


def cdx_key(url: str) -> str:
    """The key of a URL in a CDXJ index; never raises.

    What has no host or an impossible port stands for itself, and so does a URL of another scheme than http(s); a space
    in it is escaped, so that a key is always one word.

    >>> cdx_key("https://www2.Portal.test:443/News/?b=2&a=1#top")
    'test,portal)/news?a=1&b=2'
    >>> cdx_key("http://127.0.0.1:8900/%7Euser/")
    '1,0,0,127:8900)/~user'
    """
    raw = url.encode("utf-8", "surrogatepass").strip()
    if not raw.isalnum():
        raw = raw.translate(None, b"\r\n\t")
    scheme, rest = _without_scheme(raw)
    before_fragment = rest.partition(b"#")[0]
    before_query, _, query = before_fragment.partition(b"?")
    authority, slash, path = before_query.partition(b"/")
    where = _host_and_port(authority, _DEFAULT_PORTS.get(scheme))
    if where is None:
        return raw.replace(b" ", b"%20").decode("utf-8", "replace") or "-"
    host, port = where
    key = b",".join(reversed(host.split(b"."))) + port + b")" + _path(slash + path)
    query = _query(query) if query else b""
    return (key + b"?" + query if query else key).decode("ascii")


def _without_scheme(raw: bytes) -> tuple[bytes, bytes]:
    """The scheme in lower case and what stands behind its slashes; ("", "") for a scheme other than http(s)."""
    found = _SCHEME.match(raw) or _BARE_SCHEME.match(raw)
    if found:
        return found[1].lower(), raw[found.end() :]
    return (b"", b"") if _OTHER_SCHEME.match(raw) else (b"http", raw.lstrip(b"/"))


def _host_and_port(authority: bytes, default: int | None) -> tuple[bytes, bytes] | None:
    """Host, and port as ``:8080`` or b"" where it says nothing; ``None`` where either is impossible."""
    place = authority.rpartition(b"@")[2].rstrip(b":")
    if place.startswith(b"["):
        name, _, behind = place[1:].partition(b"]")
        number = behind.partition(b":")[2]
    else:
        name, _, number = place.partition(b":")
    if number and (not number.isdigit() or int(number) > _LARGEST_PORT):
        return None
    host = _host(name.lower())
    if not host:
        return None
    port = int(number) if number else 0
    return host, b":%d" % port if port and port != default else b""


def _host(name: bytes) -> bytes:
    """Host without ``www.``: escapes undone, an international name in ASCII (RFC 3490), an IPv4 address dotted."""
    if not name.isascii() or b"%" in name:
        name = _unescape(name)
        if not name.isascii():
            with suppress(UnicodeError):
                name = name.decode("utf-8", "ignore").encode("idna")
    name = name.replace(b"..", b".").strip(b".")
    if name[:1].isdigit() and (dotted := _dotted(name)):
        return dotted
    return _WWW.sub(b"", _escape(name).lower(), count=1) if name[:3].lower() == b"www" else _escape(name).lower()


def _dotted(name: bytes) -> bytes | None:
    """The dotted form of an IPv4 address in one to four numbers; ``None`` where the name is none."""
    if name.isdigit():
        return _quad(int(name) & 0xFFFF_FFFF)
    if not (_DECIMAL_IP.fullmatch(name) or _OCTAL_IP.fullmatch(name)):
        return None
    try:
        numbers = [int(one, 8 if one.startswith(b"0") else 10) for one in name.split(b".")]
    except ValueError:
        return None
    *bytes_, last = numbers
    left = 4 - len(bytes_)
    if any(one > 0xFF for one in bytes_) or last >= 256**left:
        return None
    return b".".join(b"%d" % one for one in bytes_) + b"." + _quad(last).split(b".", 4 - left)[-1]


def _quad(number: int) -> bytes:
    return b".".join(b"%d" % one for one in number.to_bytes(4, "big"))


def _path(path: bytes) -> bytes:
    """Path in lower case, its dot segments and empty segments resolved, without a session id and a slash at the end."""
    if b"%" in path:
        path = _unescape(path)
    if b"/." in path or b"//" in path:
        path = _without_dots(path)
    path = _escape(path).lower()
    if b".aspx" in path and b")/" in path:
        for session in _ASPX_SESSION:
            if found := session.fullmatch(path):
                path = found[1] + found[2]
    return path.removesuffix(b"/") or b"/"


def _without_dots(path: bytes) -> bytes:
    """Dot segments resolved; one that leads above the root stays, empty segments go, the last one excepted."""
    kept: list[bytes] = []
    for segment in path.split(b"/")[1:]:
        if segment == b".." and kept:
            kept.pop()
        elif segment != b".":
            kept.append(segment)
    return b"/" + b"/".join([one for one in kept[:-1] if one] + kept[-1:])


def _query(query: bytes) -> bytes:
    """Query in lower case without session ids, its parameters sorted by name, then value."""
    query = _escape(_unescape(query) if b"%" in query else query).lower()
    if b"id=" in query or b"aspsessionid" in query:
        for session in _QUERY_SESSION:
            if found := session.fullmatch(query):
                query = found[1] + (found[2] or b"")
    if b"&" not in query:
        return query
    return b"&".join(sorted(query.split(b"&"), key=lambda parameter: _name_and_value(bytes(parameter))))


def _name_and_value(parameter: bytes) -> tuple[bytes, bytes, bytes]:
    return parameter.partition(b"=")


def _unescape(text: bytes) -> bytes:
    """Escapes undone until there is none: ``%252541`` is ``A``."""
    while (undone := unquote_to_bytes(text)) != text:
        text = undone
    return text


def _escape(text: bytes) -> bytes:
    return _TO_ESCAPE.sub(lambda found: b"%%%02x" % found[0][0], text)

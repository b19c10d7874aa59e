"""URLs: resolving a reference, and the one canonical form by which a page is known.

Identity and address are two things. The *address* is what is sent to the portal, as the page wrote it
(``%d6`` and ``%D6`` are different bytes to a server of 2004). The *key* is the SURT form under which the
frontier, the records and the link graph know the page. Parsing follows the WHATWG URL standard
(https://url.spec.whatwg.org/), by ada. Contains no networking.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import ada_url

# Parameters that never choose another page: campaign and click marks, and session ids.
# Sources: the lists of ClearURLs' documentation and of Internet Archive's URL canonicalization rules
# (jsessionid, phpsessid, aspsessionid, sid of 32 characters, cfid/cftoken).
_TRACKING = re.compile(
    r"(?:utm_[a-z_]+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_ga|spm|wt\.mc_id"
    r"|jsessionid|phpsessid|aspsessionid[a-z]*|cfid|cftoken)\Z",
    re.IGNORECASE,
)
_SESSION_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_ASPX_SESSION = re.compile(r"/\([a-z]\([0-9a-z]{3,}\)\)(?=/)", re.IGNORECASE)
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class UrlRules:
    """What a profile adds to the canonical form: query parameters that do not choose a page."""

    drop_params: frozenset[str] = frozenset()


NO_RULES = UrlRules()


def resolve(base: str, reference: str) -> str | None:
    r"""The absolute http(s) URL that ``reference`` means on the page ``base``, with the fragment dropped.

    ``None`` where the reference is no URL or its scheme is not http(s). Escapes stay as written.

    >>> resolve("http://h/a/b.htm", " ../c\td.htm#top")
    'http://h/cd.htm'
    >>> resolve("http://h/", "javascript:void(0)") is None
    True
    """
    try:
        href = str(ada_url.join_url(base, reference))
    except (ValueError, UnicodeError):
        return None
    if not href.startswith(("http://", "https://")):
        return None
    return href.partition("#")[0]


def canonical_url(url: str, rules: UrlRules = NO_RULES) -> str | None:
    """The canonical form of an absolute http(s) URL, or ``None`` where it is not one.

    Scheme and host in lower case, default port, user info and fragment dropped, dot segments resolved,
    escapes of unreserved characters undone and the others in upper case (RFC 3986 section 6.2.2), session
    ids and tracking parameters dropped, parameters sorted by name. Case of the path stays.

    ``canonical_url(canonical_url(u)) == canonical_url(u)``.

    >>> canonical_url("HTTP://Portal.Test:80/a/./b;jsessionid=1F?b=2&utm_source=x&a=1#top")
    'http://portal.test/a/b?a=1&b=2'
    """
    parts = _split(url)
    if parts is None:
        return None
    scheme, netloc, path, query = parts
    path = _ASPX_SESSION.sub("", _SESSION_PATH.sub("", path)) or "/"
    path = _normal_escapes(path)
    query = _canonical_query(query, rules) if query else ""
    joined = f"{scheme}://{netloc}{path}" + (f"?{query}" if query else "")
    # Undone escapes can make new dot segments (%2e%2e): one more pass settles them.
    again = _split(joined)
    if again is None:
        return None
    _, _, path, query = again
    return f"{scheme}://{netloc}{path}" + (f"?{query}" if query else "")


@lru_cache(maxsize=8_192)
def url_key(url: str, rules: UrlRules = NO_RULES) -> str | None:
    """The SURT key of a URL: its canonical form with the host's labels reversed, the scheme left out.

    ``None`` where ``url`` is no http(s) URL. Form after the Internet Archive's Sort-friendly URI
    Reordering Transform. ``archive.surt.cdx_key`` is the CDX form, by which an index of captures is looked up: that
    one drops ``www`` and a slash at the end and folds the case of the path, this one keeps all three; that one keeps
    tracking parameters and a session id in the path, this one drops them.

    >>> url_key("http://www.portal.test:8080/a/b.htm?x=1")
    'test,portal,www:8080)/a/b.htm?x=1'
    """
    canonical = canonical_url(url, rules)
    if canonical is None:
        return None
    _, _, rest = canonical.partition("://")
    slash = rest.find("/")
    host, colon, port = rest[:slash].partition(":") if not rest.startswith("[") else (rest[:slash], "", "")
    labels = host if host.startswith("[") or _is_ipv4(host) else ",".join(reversed(host.split(".")))
    return f"{labels}{colon}{port}){rest[slash:]}"


def host_of(url: str) -> str:
    """Host and, where it is not the scheme's own, port of an absolute URL: ``archive.portal.test:8080``; "" if none."""
    parts = _split(url)
    return parts[1] if parts else ""


def _split(url: str) -> tuple[str, str, str, str] | None:
    """scheme, host[:port], path, query of an http(s) URL in WHATWG form, or ``None``."""
    try:
        href = str(ada_url.normalize_url(url))
    except (ValueError, UnicodeError):
        return None
    scheme, sep, rest = href.partition("://")
    if not sep or scheme not in _DEFAULT_PORTS:
        return None
    rest = rest.partition("#")[0]
    rest, _, query = rest.partition("?")
    netloc, slash, path = rest.partition("/")
    netloc = netloc.rpartition("@")[2]
    return scheme, netloc, slash + path, query


def _normal_escapes(text: str) -> str:
    """RFC 3986 section 6.2.2: escapes in upper case, those of unreserved characters undone."""

    def one(match: re.Match[str]) -> str:
        char = chr(int(match[0][1:], 16))
        return char if char in _UNRESERVED else match[0].upper()

    return _ESCAPE.sub(one, text) if "%" in text else text


def _canonical_query(query: str, rules: UrlRules) -> str:
    kept = []
    for pair in query.split("&"):
        name = pair.partition("=")[0]
        if pair and not _TRACKING.match(name) and name not in rules.drop_params:
            kept.append(_normal_escapes(pair))
    return "&".join(sorted(kept))


def _is_ipv4(host: str) -> bool:
    return host.replace(".", "").isdigit()

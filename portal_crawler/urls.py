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
# Sources: ClearURLs' rules and Firefox's list of query parameters to strip (privacy.query_stripping.strip_list); the
# Internet Archive's URL canonicalization and Heritrix's session id rules (jsessionid, phpsessid, aspsessionid, cfid).
_TRACKING = re.compile(
    r"(?:utm_[a-z_]+|fbclid|gclid|dclid|gclsrc|[gw]braid|msclkid|yclid|ysclid|twclid|ttclid|li_fat_id|igshid|mc_[ce]id"
    r"|oly_(?:anon|enc)_id|vero_id|_hs(?:enc|mi)|mkt_tok|_g[al]|spm|wt\.mc_id"
    r"|jsessionid|phpsessid|aspsessionid[a-z]*|cfid|cftoken|zenid|oscsid)\Z",
    re.IGNORECASE,
)
# Names that say what they hold only together with a value that no author wrote (Heritrix: sid of 32 characters).
_SESSION = re.compile(r"(?:sid|sess(?:ion)?(?:_?id)?)=(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{16,}\Z", re.IGNORECASE)
_SESSION_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_ASPX_SESSION = re.compile(r"/\([a-z]\([0-9a-z]{3,}\)\)(?=/)", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class UrlRules:
    """What a profile adds to the canonical form: query parameters that do not choose a page."""

    drop_params: frozenset[str] = frozenset()


NO_RULES = UrlRules()


def resolve(base: str, reference: str) -> str | None:
    r"""The absolute http(s) URL that ``reference`` means on the page ``base``, with fragment and user info dropped.

    ``None`` where the reference is no URL or its scheme is not http(s). Escapes stay as written. A name and password
    in a link are nobody's to send.

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
    href = href.partition("#")[0]
    return _without_user(href) if "@" in href else href


def location_text(value: bytes) -> str:
    r"""The reference in a Location header, its bytes beyond ASCII as escapes, whatever their charset.

    So browsers send them back: a server that wrote GBK is asked for GBK.

    >>> location_text(b"/\xd6\xd0.htm")
    '/%D6%D0.htm'
    """
    return _BEYOND_ASCII.sub(lambda byte: b"%%%02X" % ord(byte[0]), value).decode("ascii")


def resolve_with_key(base: str, reference: str, rules: UrlRules = NO_RULES) -> tuple[str, str] | None:
    """``resolve`` and the ``url_key`` of what comes of it, with one parse."""
    url = resolve(base, reference)
    if url is None:
        return None
    canonical = _canonical(_parts(url), rules)
    return None if canonical is None else (url, _key(canonical))


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
    return None if parts is None else _canonical(parts, rules)


def _canonical(parts: tuple[str, str, str, str], rules: UrlRules) -> str | None:
    """The canonical form of a URL's parts, which are in WHATWG form."""
    scheme, netloc, path, query = parts
    told = _SESSION_PATH.sub("", path) if ";" in path else path
    told = (_ASPX_SESSION.sub("", told) if "/(" in told else told) or "/"
    told = _normal_escapes(told)
    query = _canonical_query(query, rules) if query else ""
    if told != path:
        # Undone escapes can make new dot segments (%2e%2e), what is left of a path too: one more pass settles them.
        again = _split(f"{scheme}://{netloc}{told}")
        if again is None:
            return None
        told = again[2]
    return f"{scheme}://{netloc}{told}?{query}" if query else f"{scheme}://{netloc}{told}"


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
    return _key(canonical)


def _key(canonical: str) -> str:
    """The SURT key of a URL in canonical form."""
    _, _, rest = canonical.partition("://")
    slash = rest.find("/")
    host, colon, port = rest[:slash].partition(":") if not rest.startswith("[") else (rest[:slash], "", "")
    labels = host if host.startswith("[") or _is_ipv4(host) else ",".join(reversed(host.split(".")))
    return f"{labels}{colon}{port}){rest[slash:]}"


def host_of(url: str) -> str:
    """Host and, where it is not the scheme's own, port of an absolute URL: ``archive.portal.test:8080``; "" if none."""
    parts = _split(url)
    return parts[1] if parts else ""


def host_of_key(key: str) -> str:
    """The host (and port) of a page, in SURT form.

    >>> host_of_key("test,portal,www:8080)/english/2004/1.htm")
    'test,portal,www:8080'
    """
    return key.partition(")")[0]


def section_of_key(key: str) -> str:
    """The section of a page: its host and the first folder of its path; the host's root where it stands in none.

    >>> section_of_key("test,portal,www)/english/2004/1.htm"), section_of_key("test,portal,www)/a.htm?b=/c/")
    ('test,portal,www)/english/', 'test,portal,www)/')
    """
    host, _, rest = key.partition(")")
    first, slash, _ = rest.partition("?")[0].removeprefix("/").partition("/")
    return f"{host})/{first}/" if slash and first else f"{host})/"


def name_of(surt: str) -> str:
    """A host, domain or section in the order in which people write it.

    >>> name_of("test,portal,www:8080)/english/"), name_of("[::1]:80"), name_of("127.0.0.1")
    ('www.portal.test:8080/english/', '[::1]:80', '127.0.0.1')
    """
    host, _, path = surt.partition(")")
    if host.startswith("["):
        return host + path
    labels, colon, port = host.partition(":")
    return f"{'.'.join(reversed(labels.split(',')))}{colon}{port}{path}"


def _split(url: str) -> tuple[str, str, str, str] | None:
    """scheme, host[:port], path, query of an http(s) URL in WHATWG form, or ``None``."""
    try:
        href = str(ada_url.normalize_url(url))
    except (ValueError, UnicodeError):
        return None
    return _parts(href) if href.startswith(("http://", "https://")) else None


def _parts(href: str) -> tuple[str, str, str, str]:
    """The parts of an http(s) URL that is in WHATWG form."""
    scheme, _, rest = href.partition("://")
    rest = rest.partition("#")[0]
    rest, _, query = rest.partition("?")
    netloc, slash, path = rest.partition("/")
    return scheme, netloc.rpartition("@")[2], slash + path, query


def _without_user(href: str) -> str:
    scheme, _, rest = href.partition("://")
    netloc, slash, path = rest.partition("/")
    return f"{scheme}://{netloc.rpartition('@')[2]}{slash}{path}"


def _normal_escapes(text: str) -> str:
    """RFC 3986 section 6.2.2: escapes in upper case, those of unreserved characters undone."""

    def one(match: re.Match[str]) -> str:
        char = chr(int(match[0][1:], 16))
        return char if char in _UNRESERVED else match[0].upper()

    return _ESCAPE.sub(one, text) if "%" in text else text


def _canonical_query(query: str, rules: UrlRules) -> str:
    kept = []
    for written in query.split("&"):
        pair = _normal_escapes(written)
        name = pair.partition("=")[0]
        if pair and not _TRACKING.match(name) and not _SESSION.match(pair) and name not in rules.drop_params:
            kept.append(pair)
    return "&".join(sorted(kept))


def _is_ipv4(host: str) -> bool:
    return host.replace(".", "").isdigit()

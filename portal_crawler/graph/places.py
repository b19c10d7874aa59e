"""Places: section, host and registered domain of a page, from its key. Contains no input or output of its own."""

from __future__ import annotations

from typing import Any

from portal_crawler.graph.extra import needed


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


class Domains:
    """Registered domains, by the Public Suffix List (https://publicsuffix.org/) as tldextract carries it: no network.

    Its private part is left out, as in Common Crawl's domain graph. Under a suffix that the list does not know, the
    last two labels are the domain (the list's own rule ``*``); an IP address is its own.
    """

    def __init__(self) -> None:
        self._extract: Any = needed("tldextract").TLDExtract(suffix_list_urls=(), cache_dir=None)

    def of_host(self, host: str) -> str:
        """The registered domain of a host, both in SURT form; a port is left out.

        >>> Domains().of_host("uk,co,paper,www:8080"), Domains().of_host("test,portal,www"), Domains().of_host("[::1]")
        ('uk,co,paper', 'test,portal', '[::1]')
        """
        if host.startswith("["):
            return host.partition("]")[0] + "]"
        labels = host.partition(":")[0].split(",")
        if len(labels) == 1:
            return labels[0]
        suffix = self._extract(".".join(reversed(labels))).suffix
        return ",".join(labels[: suffix.count(".") + 2 if suffix else 2])

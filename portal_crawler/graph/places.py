"""Places: the registered domain of a page, from its key. Contains no input or output of its own."""

from __future__ import annotations

from typing import Any

from portal_crawler.graph.extra import needed


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

"""Evidence: what a sample of a portal showed, for the finders of this package. Contains no input or output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from portal_crawler.errors import SeedsUnreachableError
from portal_crawler.page.kind import PageKind
from portal_crawler.page.links import Link
from portal_crawler.reading import PageReading
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.urls import host_of


@dataclass(frozen=True, slots=True)
class NotFetched:
    """An address that gave no page: why in one word, and the rule or trouble in words."""

    url: str
    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What a host answered to its robots.txt; ``place`` is ``scheme://host``, ``body`` "" where it has none."""

    place: str
    status: int
    body: str


@dataclass(frozen=True)
class Evidence:
    """``readings`` are the pages of the sample, in order; ``start`` is the profile that it began with; ``waiting``
    counts the addresses that it knew and had no request left for.
    """

    start: SiteProfile
    readings: tuple[PageReading, ...]
    missed: tuple[NotFetched, ...] = ()
    robots: tuple[RobotsFile, ...] = ()
    template: SiteTemplate | None = None
    waiting: int = 0

    @cached_property
    def seed_host(self) -> str:
        """The host of the first start."""
        return host_of((*self.start.seeds, *self.start.feeds, *self.start.sitemaps, "")[0])

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that the start names, or else those of its addresses."""
        starts = (*self.start.seeds, *self.start.feeds, *self.start.sitemaps)
        return self.start.scope.hosts or tuple(dict.fromkeys(map(host_of, starts)))

    @cached_property
    def documents(self) -> tuple[PageReading, ...]:
        """The answers that are pages of text: no feeds, redirects and errors."""
        return tuple(one for one in self.readings if one.charset is not None)

    @cached_property
    def articles(self) -> tuple[PageReading, ...]:
        """The pages that were read as one story."""
        return tuple(one for one in self.documents if one.is_article)

    @cached_property
    def link_pages(self) -> tuple[PageReading, ...]:
        """The pages that were read as lists."""
        return tuple(one for one in self.documents if one.kind.kind is PageKind.LINK_PAGE)

    def links(self) -> Iterator[tuple[PageReading, Link]]:
        """Every link of every page, with its page."""
        for reading in self.readings:
            for link in reading.links:
                yield reading, link

    @cached_property
    def targets(self) -> dict[str, Link]:
        """The first link to each address, by its key; those of the portal's own hosts."""
        found: dict[str, Link] = {}
        for _, link in self.links():
            if self.is_own(host_of(link.url)):
                found.setdefault(link.url_key, link)
        return found

    def is_own(self, host: str) -> bool:
        """Whether a host belongs to the portal: it is the seed's, or below the seed's domain."""
        return host in self.hosts or is_below(host, portal_domain(self.seed_host))


def check_pages(readings: Sequence[PageReading], folder: str) -> None:
    """See that a sample has any page to draft a profile of.

    :param folder: where its evidence lies, for the message.
    :raises SeedsUnreachableError: where it has none.
    """
    if any(200 <= one.capture.status < 300 for one in readings):
        return
    first = readings[0]
    cure = f"check the address in a browser, then probe the right one; the answers are in {folder}"
    raise SeedsUnreachableError(first.capture.url, f"{answered_in_words(first)}, and nothing else gave a page", cure)


def answered_in_words(reading: PageReading) -> str:
    """An answer that was no page: its status and, of a redirect, where it leads."""
    capture = reading.capture
    leads = f", which leads to {capture.final_url}" if 300 <= capture.status < 400 else ""
    return f"answered {capture.status}{leads if capture.final_url != capture.url else ''}"


def path_of(url: str) -> str:
    """Path and query of an address, as the patterns of a profile see them."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


# Second levels under which countries register names for everybody (from the ICANN part of the public suffix list).
_SHARED = frozenset(
    {"ac", "asso", "co", "com", "edu", "go", "gob", "gouv", "gov", "gr", "gv", "id", "lg", "ltd", "me", "mil"}
    | {"ne", "net", "nic", "nom", "or", "org", "plc", "press", "sch", "web"}
)


def portal_domain(host: str) -> str:
    """The domain whose other hosts are taken for the portal's: the seed's host without ``www.``; "" where that is
    shared by many, or no name.

    >>> portal_domain("www.portal.test:8080"), portal_domain("www.gov.cn"), portal_domain("127.0.0.1")
    ('portal.test', '', '')
    """
    name = host.partition(":")[0].removeprefix("www.")
    labels = name.split(".")
    if len(labels) < 2 or host.startswith("[") or labels[-1].isdigit():
        return ""
    return "" if len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _SHARED else name


def is_below(host: str, domain: str) -> bool:
    """Whether a host (with or without a port) is a domain or one of its names."""
    name = host.partition(":")[0]
    return bool(domain) and (name == domain or name.endswith(f".{domain}"))

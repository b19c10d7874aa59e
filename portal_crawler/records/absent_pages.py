"""Absent pages: pages that were judged before it was known how their host answers where there is no page.

A host's answer to a probe comes when it comes. What a crawl holds of a host that apologises would be a matter of time,
were its early pages not judged at the end by what was learned later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from portal_crawler.frontier.soft_404 import Apology, apology_of, as_absent
from portal_crawler.page.kind import PageKind
from portal_crawler.reading import PageReading
from portal_crawler.urls import host_of

# Kinds that a page may have which was not judged; of any other kind nothing is taken for a page's text or links.
_UNJUDGED = frozenset((PageKind.ARTICLE.value, PageKind.LINK_PAGE.value))


class Known(NamedTuple):
    """The apologies of one host, and since when (a WARC-Date) the last one was known; "" of an archive's."""

    apologies: tuple[Apology, ...] = ()
    since: str = ""


@dataclass(frozen=True, slots=True)
class Apologies:
    """What was learned of hosts that answer with a page where there is none."""

    by_host: Mapping[str, Known] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Iterable[tuple[str, Mapping[str, Any]]]) -> Apologies:
        """Of what a ledger, or an archive, knows of hosts.

        :param facts: (host, what its answers to absent addresses were); of several crawls, a host may have several.
        """
        by_host: dict[str, Known] = {}
        for host, one in facts:
            if (apology := apology_of(one)) is not None:
                others = by_host.get(host, Known()).apologies
                by_host[host] = Known((*others, apology), one.get("known", ""))
        return cls(by_host)

    def may_have_made(self, line: Mapping[str, Any]) -> bool:
        """Whether the page of a line of ``pages.jsonl`` came too early to be judged, and may be such an answer."""
        if line["via"] is None or line["kind"] not in _UNJUDGED:
            return False
        known = self.by_host.get(host_of(line["url"]))
        return known is not None and line["fetched_at"] <= known.since

    def judged(self, reading: PageReading) -> PageReading | None:
        """The reading of a page that is such an answer, as such; ``None`` of any other."""
        known = self.by_host.get(host_of(reading.capture.url), Known())
        return as_absent(reading) if any(one.is_made_by(reading) for one in known.apologies) else None


NONE_APOLOGISES = Apologies()
"""Where no host was asked, or none answers so."""

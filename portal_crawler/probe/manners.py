"""Manners: what a portal's robots.txt files ask for, and how its operators can reach who crawls."""

from __future__ import annotations

import re

from portal_crawler.probe.entry import Entry
from portal_crawler.probe.evidence import Evidence, RobotsFile

_DELAY = re.compile(r"^\s*crawl-delay\s*:\s*([\d.]+)", re.IGNORECASE | re.MULTILINE)
_DISALLOW = re.compile(r"^\s*disallow\s*:\s*(\S[^\n#]*)", re.IGNORECASE | re.MULTILINE)
# Rules of one file that are quoted, at most.
_RULES = 6


def manner_entries(evidence: Evidence) -> tuple[Entry, ...]:
    """``politeness.delay`` and ``politeness.contact``."""
    polite = evidence.start.politeness
    notes = [told for file in evidence.robots for told in _told(file)]
    refused = sum(one.reason == "robots" for one in evidence.missed)
    if refused:
        notes.append(f"robots.txt kept the probe from {refused} addresses")
    contact = polite.contact or "archive@example.org"
    return (
        Entry("politeness.delay", polite.delay, (*notes, "seconds between two requests to a host")),
        Entry(
            "politeness.contact",
            contact,
            ("your address, in the user agent: the portal's operators can ask you instead of shutting you out",),
            sure=polite.contact is not None,
        ),
    )


def _told(file: RobotsFile) -> list[str]:
    url = f"{file.place}/robots.txt"
    if not 200 <= file.status < 300:
        return [f"{url} answered {file.status}: {'nothing' if file.status >= 500 else 'everything'} may be fetched"]
    rules = [" ".join(rule.split()) for rule in _DISALLOW.findall(file.body)]
    told = f"{url} forbids {', '.join(rules[:_RULES])}" if rules else f"{url} forbids nothing"
    more = f" and {len(rules) - _RULES} more" if len(rules) > _RULES else ""
    delays = [f"{url} asks for a Crawl-delay of {delay} s: it is kept" for delay in _DELAY.findall(file.body)[:1]]
    return [told + more, *delays]

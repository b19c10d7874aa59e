"""Hosts: which names a portal answers under, and which of them repeat another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from portal_crawler.probe.entry import Entry, counted
from portal_crawler.probe.evidence import Evidence, answered_in_words, path_of, portal_domain
from portal_crawler.urls import host_of

# Foreign hosts that are named in a comment, the most linked first.
_FOREIGN = 5
# Characters of a page whose repetition says something: two hosts may show the same word or two by chance.
_LEAST_TEXT = 200


def host_entries(evidence: Evidence) -> tuple[Entry, ...]:
    """``scope.hosts`` and ``scope.aliases``: hosts that gave a page are in, those that were only linked are named."""
    linked = _linked(evidence)
    answered = Counter(host_of(one.capture.url) for one in evidence.documents)
    hosts = tuple(dict.fromkeys((*evidence.hosts, *(host for host in answered if evidence.is_own(host)))))
    aliases = _aliases(evidence)
    notes = [f"{host}: {_told(host, answered, linked, evidence)}" for host in hosts]
    waiting = [host for host in linked if evidence.is_own(host) and host not in hosts]
    if waiting:
        names = [f"{host} ({counted(linked[host], 'link')})" for host in waiting]
        notes.append(f"linked, and not asked for: {', '.join(names)}")
    foreign = [f"{host} ({count})" for host, count in linked.most_common() if not evidence.is_own(host)]
    if foreign:
        more = f" and {len(foreign) - _FOREIGN} more" if len(foreign) > _FOREIGN else ""
        notes.append(f"links to others, not followed: {', '.join(foreign[:_FOREIGN])}{more}")
    if domain := portal_domain(evidence.seed_host):
        notes.append(f"a name counts as the portal's where it is {domain} or ends with .{domain}")
    entries = [Entry("scope.hosts", tuple(host for host in hosts if host not in aliases), tuple(notes))]
    known = {**evidence.start.scope.aliases, **aliases}
    if known:
        told = tuple(f"{host} showed the page of {original} at the same path" for host, original in aliases.items())
        entries.append(Entry("scope.aliases", known, told))
    return tuple(entries)


def _linked(evidence: Evidence) -> Counter[str]:
    """How many distinct addresses of each host are linked."""
    keys = {link.url_key: host_of(link.url) for _, link in evidence.links()}
    return Counter(host for host in keys.values() if host)


def _told(host: str, answered: Mapping[str, int], linked: Mapping[str, int], evidence: Evidence) -> str:
    if answered.get(host):
        return f"{counted(answered[host], 'page')} fetched, {counted(linked.get(host, 0), 'link')} to it"
    troubles = [one for one in evidence.missed if host_of(one.url) == host and one.reason not in ("offsite", "sample")]
    if troubles:
        return f"asked for, no page ({troubles[0].reason}: {troubles[0].rule})"
    if answer := next((one for one in evidence.readings if host_of(one.capture.url) == host), None):
        return f"asked for, no page ({answered_in_words(answer)})"
    return f"{counted(linked.get(host, 0), 'link')} to it, none asked for; the seed's host with or without www."


def _aliases(evidence: Evidence) -> dict[str, str]:
    """Hosts that showed the same page as an earlier one, at the same path."""
    first: dict[tuple[str, str], str] = {}
    found: dict[str, str] = {}
    for one in evidence.documents:
        host, text = host_of(one.capture.url), " ".join(block.text for block in one.blocks)
        if len(text) < _LEAST_TEXT:
            continue
        original = first.setdefault((path_of(one.capture.url), text), host)
        if original != host and host != evidence.seed_host:
            found.setdefault(host, original)
    return {host: original for host, original in found.items() if original not in found}

"""Sections: the parts of a portal, as its addresses have them."""

from __future__ import annotations

import re
from collections import Counter

from portal_crawler.probe.entry import Entry, share
from portal_crawler.probe.evidence import Evidence, path_of

# Sections that are named, at most.
_MOST = 15
_WORD = re.compile(r"[^\W\d_][\w-]*\Z")


def section_entries(evidence: Evidence) -> tuple[Entry, ...]:
    """``scope.include`` where a seed lies in a directory, as a proposal; and the sections that were seen."""
    paths = [path_of(link.url).partition("?")[0] for link in evidence.targets.values()]
    sections = Counter(section for path in paths if (section := _section(path)))
    told = ", ".join(f"{name} ({count})" for name, count in sections.most_common(_MOST))
    more = f" and {len(sections) - _MOST} more" if len(sections) > _MOST else ""
    notes = [f"sections by the addresses linked: {told}{more}" if sections else "no section shows in the addresses"]
    seeds = [path_of(url).partition("?")[0].rpartition("/")[0] for url in evidence.start.seeds]
    below = dict.fromkeys(path for path in seeds if path)
    if evidence.start.scope.include or not below:
        return (Entry("scope.include", evidence.start.scope.include or None, tuple(notes)),)
    expressions = tuple(f"^{re.escape(path)}/".replace(r"\-", "-") for path in below)
    inside = sum(any(re.search(one, path) for one in expressions) for path in paths)
    notes.append(f"the seed lies below {', '.join(below)}; so do {share(inside, len(paths), 'addresses linked')}")
    return (Entry("scope.include", expressions, tuple(notes), sure=False),)


def _section(path: str) -> str:
    """The innermost directory that is a word: ``/english/china/12.htm`` is of ``/english/china``.

    >>> _section("/english/china/12.htm"), _section("/government/2009-01/28/content_1.htm"), _section("/a.htm")
    ('/english/china', '/government', '')
    """
    kept: list[str] = []
    for segment in path.split("/")[1:-1]:
        if not _WORD.match(segment) or len(kept) == 2:
            break
        kept.append(segment)
    return "".join(f"/{one}" for one in kept)

"""Story copies: how the pages of one story relate to each other, and which of them stands for it.

Contains no input or output.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from portal_crawler.dedup.addresses import PortalHosts
from portal_crawler.dedup.grouping import Alike, agreement_of
from portal_crawler.dedup.near_rule import NearKind, NearVerdict
from portal_crawler.dedup.story_groups import Preference, StoryPage, copy_kind, reason_kept
from portal_crawler.verdict import CopyKind

Compared = Callable[[int, int], NearVerdict | None]


@dataclass(frozen=True, slots=True)
class CopyRules:
    """What decides how the pages of a story relate: the profile's preference, the hosts with those that were found to
    repeat another one, and what the texts of two pages are to each other, by the pages' numbers.
    """

    preference: Preference
    hosts: PortalHosts
    compared: Compared
    alike: Alike


def with_truncated(pages: list[StoryPage], compared: Compared) -> list[StoryPage]:
    """The pages of a story, with what is known of those that are the beginning of another."""
    if len(pages) == 1:
        return pages
    longest = max(pages, key=lambda page: (page.words, page.url_key))

    def is_truncated(page: StoryPage) -> bool:
        verdict = compared(page.number, longest.number) if page.words < longest.words else None
        return verdict is not None and verdict.kind is NearKind.TRUNCATED_OF

    return [replace(page, truncated=is_truncated(page)) for page in pages]


def relation_to(
    page: StoryPage, parts: list[StoryPage], rules: CopyRules, where: str = ""
) -> tuple[CopyKind, float, str]:
    """Kind, similarity and reason of a page that does not stand for its story.

    :param parts: the pages that do.
    :param where: what is to be said of the address of the first of them.
    """
    for place, part in enumerate(parts[1:], start=2):
        if part.number == page.number:
            return CopyKind.PART, 1.0, f"part {place} of {len(parts)}: its text stands in the article at {parts[0].url}"
    kept = _counterpart(page, parts, rules.compared)
    which = f"{kept.url}{where} is kept" if kept is parts[0] else f"{kept.url} is taken for part {kept.part}"
    why = f"{which}: {reason_kept(kept, page, rules.preference)}"
    kind = copy_kind(page, kept, rules.hosts)
    verdict = rules.compared(page.number, kept.number) if kind is CopyKind.NEAR else None
    if verdict is not None and verdict.merges:
        return _near_kind(verdict, page, kept), verdict.similarity, f"{verdict.reason}; {why}"
    found = agreement_of(page, kept, rules.alike)
    text = "same text" if found >= 1 else f"{found:.0%} of the text"
    return kind, found, f"{text}; {why}"


def _counterpart(page: StoryPage, parts: list[StoryPage], compared: Compared) -> StoryPage:
    """The part that a copy is a copy of: the one of its number, or the first whose text is like its own."""
    if len(parts) > 1:
        for part in parts:
            if part.part == page.part if page.part is not None else _merges(compared(page.number, part.number)):
                return part
    return parts[0]


def _merges(verdict: NearVerdict | None) -> bool:
    return verdict is not None and verdict.merges


def _near_kind(verdict: NearVerdict, page: StoryPage, kept: StoryPage) -> CopyKind:
    """A text is the beginning of a longer one only."""
    if verdict.kind is NearKind.TRUNCATED_OF and page.words >= kept.words:
        return CopyKind.REVISION_OF
    return CopyKind(verdict.kind)

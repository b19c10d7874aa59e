"""Changes: what differs between the demo portal of two days, exactly: the gold of a second crawl.

Told from the plans, not from drawn pages; a test holds that pages differ where this says so, and nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal_crawler.demo.chronicle import TEXT_KINDS, Chronicle, portal_at
from portal_crawler.demo.lives import Life
from portal_crawler.demo.model import PagePlan, PlanKind, Portal, Story
from portal_crawler.demo.views_story import paragraphs_of


class ChangeKind(StrEnum):
    """What a second crawl sees of an address that the first one knew, or did not."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one story, or of one page without a story (``story`` is ``None``).

    ``urls`` are all addresses concerned, the story's first address in front where it is among them: of NEW and CHANGED
    as they are on the later day (of NEW also those that it has left already, and that lead on), of MOVED and GONE as
    they were on the earlier one. ``new_urls`` are where the pages of a story that moved stand now, in the order of
    ``urls``. A story that moved and changed gives two changes.
    """

    kind: ChangeKind
    urls: tuple[str, ...]
    story: int | None = None
    new_urls: tuple[str, ...] = ()

    @property
    def new_url(self) -> str | None:
        """The new first address of a story that moved."""
        return self.new_urls[0] if self.new_urls else None


def changes_between(portal: Portal, chronicle: Chronicle, earlier: float, later: float) -> Iterator[Change]:
    """Every difference between two days of a whole portal's chronicle: stories by number, then the other pages.

    A story that appeared and vanished in between gives none.
    """
    before, after = portal_at(portal, chronicle, earlier), portal_at(portal, chronicle, later)
    pages = (_pages(before), _pages(after))
    for number, life in sorted(chronicle.lives.items()):
        yield from _of_story(number, life, (earlier, later), (pages[0][number], pages[1][number]), after)
    yield from _of_pages(before.plans, after.plans)


def _pages(portal: Portal) -> Mapping[int, list[PagePlan]]:
    """The pages that show a story or lead on to it, by its number."""
    found: dict[int, list[PagePlan]] = defaultdict(list)
    for plan in portal.plans.values():
        if plan.story is not None and plan.answer.status < 400:
            found[plan.story].append(plan)
    return found


def _of_story(
    number: int,
    life: Life,
    days: tuple[float, float],
    pages: tuple[list[PagePlan], list[PagePlan]],
    later_portal: Portal,
) -> Iterator[Change]:
    (earlier, later), (before, after) = days, pages
    if not before and not after:
        return
    if not before:
        yield Change(ChangeKind.NEW, _first(after, life.story(later).url), number)
    elif not after:
        yield Change(ChangeKind.GONE, _first(before, life.story(earlier).url), number)
    else:
        leave = [plan for plan in after if plan.kind is PlanKind.REDIRECT]
        if leave and not life.away(earlier):
            urls = _first(leave, life.story(earlier).url)
            targets = tuple(later_portal.plans[url].answer.location or url for url in urls)
            yield Change(ChangeKind.MOVED, urls, number, targets)
        old, new = life.version(earlier), life.version(later)
        edited = [plan for plan in after if plan.kind in TEXT_KINDS and _text(plan, old) != _text(plan, new)]
        if edited:
            yield Change(ChangeKind.CHANGED, _first(edited, life.story(later).url), number)


def _first(plans: list[PagePlan], first: str) -> tuple[str, ...]:
    return tuple(sorted((plan.url for plan in plans), key=lambda url: url != first))


def _text(plan: PagePlan, story: Story) -> tuple[str, tuple[str, ...]]:
    return story.title, paragraphs_of(story, plan.part)


def _of_pages(before: Mapping[str, PagePlan], after: Mapping[str, PagePlan]) -> Iterator[Change]:
    for url in (*before, *(url for url in after if url not in before)):
        old, new = before.get(url), after.get(url)
        if old == new or (old or new or _NOWHERE).story is not None:
            continue
        kind = ChangeKind.NEW if old is None else ChangeKind.GONE if new is None else ChangeKind.CHANGED
        yield Change(kind, (url,))


_NOWHERE = PagePlan("", PlanKind.ERROR)

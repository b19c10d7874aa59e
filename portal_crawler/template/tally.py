"""Template tally: sketches of a portal's story pages, by layout. Merging is a union, in any order and repeatable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from heapq import nsmallest

from portal_crawler.template.page_sketch import PageSketch

# Pages that are kept of a layout: those whose story has the smallest fingerprints, a sample that no order of pages
# changes (bottom-k, Cohen and Kaplan 2007). A share of 0.3 among so many is known to 0.03.
KEPT = 200


@dataclass(frozen=True, slots=True)
class TemplateTally:
    """What was learned of a portal: the pages of each layout (``PageSketch.layout``) by the fingerprint of their story,
    so that the same story twice is one page; the first and the last day on which they were fetched.
    """

    layouts: Mapping[int, Mapping[int, PageSketch]] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None

    def merge(self, other: TemplateTally) -> TemplateTally:
        """What both have learned: associative, commutative, and the same again if merged again."""
        layouts = {
            key: sample(_both(self.layouts.get(key, {}), other.layouts.get(key, {})))
            for key in sorted({*self.layouts, *other.layouts})
        }
        days = [day for day in (self.first, self.last, other.first, other.last) if day is not None]
        return TemplateTally(layouts, min(days, default=None), max(days, default=None))


class TallyKeeper:
    """A tally while it grows, page by page."""

    def __init__(self) -> None:
        self._layouts: dict[int, dict[int, PageSketch]] = {}
        self._days: tuple[date, ...] = ()

    def add(self, page: PageSketch, day: date | None = None) -> None:
        """Take up a page, fetched on a day; one with too little text of its own is passed over."""
        if not page.teaches:
            return
        pages = self._layouts.setdefault(page.layout, {})
        known = pages.get(page.body)
        pages[page.body] = page if known is None else _chosen(known, page)
        if len(pages) > 2 * KEPT:
            self._layouts[page.layout] = sample(pages)
        if day is not None:
            self._days = (min((*self._days, day)), max((*self._days, day)))

    def tally(self) -> TemplateTally:
        """What was learned until now."""
        layouts = {key: sample(pages) for key, pages in sorted(self._layouts.items())}
        return TemplateTally(layouts, min(self._days, default=None), max(self._days, default=None))


def _both(one: Mapping[int, PageSketch], other: Mapping[int, PageSketch]) -> dict[int, PageSketch]:
    """The pages of both, by the fingerprints of their stories."""
    both = {**one, **other}
    return both | {body: _chosen(one[body], other[body]) for body in one.keys() & other.keys()}


def _chosen(one: PageSketch, other: PageSketch) -> PageSketch:
    """Of two pages with one story the one to keep, whichever came first."""
    return one if one is other else min(one, other, key=lambda page: (page.path, page.rows.tobytes()))


def sample(pages: Mapping[int, PageSketch]) -> dict[int, PageSketch]:
    """The pages that are kept, in the order of their fingerprints."""
    kept = nsmallest(KEPT, pages) if len(pages) > KEPT else sorted(pages)
    return {body: pages[body] for body in kept}


def merged(tallies: Iterable[TemplateTally]) -> TemplateTally:
    """What all of them have learned."""
    whole = TemplateTally()
    for one in tallies:
        whole = whole.merge(one)
    return whole

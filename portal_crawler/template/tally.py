"""Template tally: sketches of a portal's story pages, by layout. Merging is a union, in any order and repeatable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from heapq import nsmallest

from portal_crawler.template.page_sketch import LayoutPlace, PageSketch

# Pages that are kept of a layout: those whose story has the smallest fingerprints, a sample that no order of pages
# changes (bottom-k, Cohen and Kaplan 2007). A share of 0.3 among so many is known to 0.03.
KEPT = 200


@dataclass(frozen=True, slots=True)
class LayoutSketches:
    """The sample of one layout. ``path`` says where its stories stand; ``pages`` are by their stories' fingerprints."""

    path: str
    pages: Mapping[int, PageSketch]

    def merge(self, other: LayoutSketches) -> LayoutSketches:
        """The sample of both. The same story twice is one page."""
        both = {**other.pages, **self.pages}
        kept = nsmallest(KEPT, both) if len(both) > KEPT else sorted(both)
        return LayoutSketches(min(self.path, other.path), {body: both[body] for body in kept})


@dataclass(frozen=True, slots=True)
class TemplateTally:
    """What was learned of a portal: its layouts by the key of the place of their stories, from pages fetched between
    ``first`` and ``last``.
    """

    layouts: Mapping[int, LayoutSketches] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None

    def merge(self, other: TemplateTally) -> TemplateTally:
        """What both have learned: associative, commutative, and the same again if merged again."""
        layouts = dict(self.layouts)
        for key, found in other.layouts.items():
            layouts[key] = layouts[key].merge(found) if key in layouts else found
        days = [day for day in (self.first, self.last, other.first, other.last) if day is not None]
        return TemplateTally(layouts, min(days, default=None), max(days, default=None))


class TallyKeeper:
    """A tally while it grows, page by page."""

    def __init__(self) -> None:
        self._layouts: dict[int, dict[int, PageSketch]] = {}
        self._paths: dict[int, str] = {}
        self._days: list[date] = []

    def add(self, place: LayoutPlace, page: PageSketch, day: date | None = None) -> None:
        """Take up one page, fetched on a day."""
        pages = self._layouts.setdefault(place.key, {})
        self._paths[place.key] = min(place.path, self._paths.get(place.key, place.path))
        pages.setdefault(page.body, page)
        if len(pages) > 2 * KEPT:
            self._layouts[place.key] = _sample(pages)
        if day is not None:
            self._days = [min([*self._days, day]), max([*self._days, day])]

    def tally(self) -> TemplateTally:
        """What was learned until now."""
        layouts = {
            key: LayoutSketches(self._paths[key], _sample(pages)) for key, pages in sorted(self._layouts.items())
        }
        return TemplateTally(layouts, min(self._days, default=None), max(self._days, default=None))


def _sample(pages: Mapping[int, PageSketch]) -> dict[int, PageSketch]:
    return {body: pages[body] for body in nsmallest(KEPT, pages)}


def merged(tallies: Iterable[TemplateTally]) -> TemplateTally:
    """What all of them have learned."""
    whole = TemplateTally()
    for one in tallies:
        whole = whole.merge(one)
    return whole

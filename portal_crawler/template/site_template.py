"""Site template: what a portal's story pages share, layout by layout, as a witness for the reading of one page."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from portal_crawler.page.block_features import BlockFeatures
from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.own_text import Standing, taken
from portal_crawler.page.roles import Reason
from portal_crawler.page.testimony import Testimony
from portal_crawler.template.page_sketch import PageSketch, sketch_page
from portal_crawler.template.tally import TemplateTally

Numbers = NDArray[np.floating[Any]]
# A text is the portal's when it stands on so many other pages, and on such a share of them.
LEAST_PAGES, _SHARE = 3, 0.3
# The log odds against a text that stands on all pages of its layout, and on just enough of them.
_ON_ALL, _ON_FEW = 7.0, 2.0
# A place counts for this share of its own log odds, which are cut at such a size.
_OF_PLACE, _MOST = 0.7, 4.0
# A place is known as if so many pages more had been seen on which it is undecided.
_DOUBT = 1.0


class Heard(NamedTuple):
    """What the other pages of a layout say of one text: it stands on ``repeats`` of their ``pages``; on ``around`` of
    them its place holds text, of which such a ``share`` is the story's, summed over those pages.
    """

    repeats: int
    pages: int
    around: int
    share: float

    @property
    def odds(self) -> float:
        """The log odds that follow for its being the page's own text."""
        return self._repeated() + (self._placed() or 0.0)

    def reasons(self) -> tuple[Reason, ...]:
        """What they are made of, in words."""
        found = []
        if repeated := self._repeated():
            found.append(Reason(f"stands on {self.repeats} of {self.pages} other pages of this layout", repeated))
        if (placed := self._placed()) is not None:
            words = f"of the text in its place on {self.around} other pages of this layout is the story's"
            found.append(Reason(f"{round(100 * self.share / self.around)} % {words}", placed))
        return tuple(found)

    def _repeated(self) -> float:
        """What its standing on other pages says: against it, or nothing."""
        if self.repeats < max(LEAST_PAGES, _SHARE * self.pages):
            return 0.0
        return round(-_ON_FEW - (_ON_ALL - _ON_FEW) * (self.repeats / self.pages - _SHARE) / (1 - _SHARE), 2)

    def _placed(self) -> float | None:
        """What else stands in its place says for or against it; ``None`` where that says nothing."""
        if self.around < LEAST_PAGES:
            return None
        mean = (self.share + 0.5 * _DOUBT) / (self.around + _DOUBT)
        odds = max(-_MOST, min(_MOST, _OF_PLACE * math.log(mean / (1 - mean))))
        # That others of its place are the story's says nothing for a line that recurs, as agencies and notices do.
        return round(odds, 2) if odds < 0 or self.repeats < LEAST_PAGES else None


class Layout:
    """One layout of a portal, from the sketches of its pages."""

    def __init__(self, pages: Mapping[int, PageSketch]) -> None:
        self.pages = pages

    @property
    def path(self) -> str:
        """The innermost elements of the place where its stories stand."""
        return next(iter(self.pages.values())).path

    @cached_property
    def texts(self) -> Counter[int]:
        """On how many pages each text stands."""
        return Counter(text for page in self.pages.values() for text in page.texts)

    @cached_property
    def places(self) -> dict[int, tuple[int, float]]:
        """On how many pages each place holds text, and the sum over them of the share that is the story's."""
        counts: Counter[int] = Counter()
        sums: dict[int, float] = {}
        for page in self.pages.values():
            counts.update(page.shares.keys())
            for place, share in page.shares.items():
                sums[place] = sums.get(place, 0.0) + share
        return {place: (counts[place], share) for place, share in sums.items()}

    def heard(self, text: int, place: int, own: PageSketch | None) -> Heard:
        """What its other pages say of a text in a place.

        :param own: the page itself, if it is one of them.
        """
        count, pages = self.texts[text], len(self.pages)
        around, share = self.places.get(place, (0, 0.0))
        if own is not None:
            count, pages = count - (text in own.texts), pages - 1
            if place in own.shares:
                around, share = around - 1, share - own.shares[place]
        return Heard(count, pages, around, share)


@dataclass(frozen=True)
class SiteTemplate:
    """What a tally says, ready to be asked. ``identifier`` names its content."""

    tally: TemplateTally
    identifier: str = ""

    @cached_property
    def layouts(self) -> dict[int, Layout]:
        """The layouts of which enough pages are known."""
        return {key: Layout(pages) for key, pages in self.tally.layouts.items() if len(pages) >= LEAST_PAGES}

    def testify(
        self, tree: BlockTree, found: BlockFeatures, own: Numbers, standings: Sequence[Standing]
    ) -> Testimony | None:
        """See ``testimony.Witness``."""
        return self.testify_of(sketch_page(tree, found, own, standings))

    def testify_of(self, page: PageSketch) -> Testimony | None:
        """What it knows of a page by its sketch; ``None`` where it knows too few others that are laid out alike."""
        layout = self._layout_of(page)
        if layout is None:
            return None
        mine = layout.pages.get(page.body)
        if len(layout.pages) - (mine is not None) < LEAST_PAGES:
            return None
        places = zip(page.rows["text"].tolist(), page.rows["place"].tolist(), strict=True)
        heard = [layout.heard(text, place, mine) for text, place in places]
        return Testimony(np.array([one.odds for one in heard]), lambda row: heard[row].reasons())

    def taken_of(self, page: PageSketch) -> NDArray[np.bool_]:
        """Which texts of a page are taken, seen from its sketch."""
        heard = self.testify_of(page)
        rows = page.rows
        return taken(rows["own"], rows["weight"], rows["standing"], heard.odds if heard else None)

    def _layout_of(self, page: PageSketch) -> Layout | None:
        """The layout whose place of the story holds most of what reads like this page's own text."""
        held = {key: mass for key, mass in page.mass_within(page.rows["own"]).items() if key in self.layouts}
        return self.layouts[max(held, key=lambda key: (held[key], key))] if held else None

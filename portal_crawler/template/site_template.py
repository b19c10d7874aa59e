"""Site template: what a portal's story pages share, layout by layout, as a witness for the reading of one page."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal_crawler.page.block_features import BlockFeatures
from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.roles import Reason
from portal_crawler.page.testimony import Testimony
from portal_crawler.template.page_sketch import PageSketch, containers, page_keys, sketch_page
from portal_crawler.template.tally import LayoutSketches, TemplateTally

Numbers = NDArray[np.floating[Any]]
# A text is the portal's when it stands on so many other pages, and on such a share of them.
_OTHERS, _SHARE = 3, 0.3
# The log odds against a text that stands on all pages of its layout, and on just enough of them.
_ON_ALL, _ON_FEW = 7.0, 2.0
# A place counts for this share of its own log odds, which are cut at such a size.
_OF_PLACE, _MOST = 0.7, 4.0
# A place is known as if so many pages more had been seen on which it is undecided.
_DOUBT = 1.0


class Layout:
    """One layout of a portal, from the sketches of its pages."""

    def __init__(self, key: int, sketches: LayoutSketches) -> None:
        self.key, self.path, self.pages = key, sketches.path, sketches.pages

    @cached_property
    def texts(self) -> Counter[int]:
        """On how many pages each text stands."""
        return Counter(text for page in self.pages.values() for text in page.texts)

    @cached_property
    def places(self) -> dict[int, tuple[int, float]]:
        """On how many pages each place holds text, and the sum over them of the share that is the story's."""
        sums: dict[int, list[float]] = {}
        for page in self.pages.values():
            for place, (whole, own) in page.places.items():
                held = sums.setdefault(place, [0, 0.0])
                held[0] += 1
                held[1] += own / max(1, whole)
        return {place: (int(count), share) for place, (count, share) in sums.items()}

    def repeated(self, text: int, own: PageSketch | None) -> tuple[int, int]:
        """On how many of how many other pages a text stands."""
        mine = int(own is not None and text in own.texts)
        return self.texts[text] - mine, len(self.pages) - (own is not None)

    def share_of(self, place: int, own: PageSketch | None) -> tuple[int, float]:
        """How many other pages have text in a place, and the sum of the shares of it that are theirs."""
        count, share = self.places.get(place, (0, 0.0))
        if own is not None and place in own.places:
            whole, part = own.places[place]
            return count - 1, share - part / max(1, whole)
        return count, share


@dataclass(frozen=True)
class SiteTemplate:
    """What a tally says, ready to be asked. ``identifier`` names its content."""

    tally: TemplateTally
    identifier: str = ""

    @cached_property
    def layouts(self) -> Mapping[int, Layout]:
        """The layouts of which enough pages are known."""
        return {key: Layout(key, found) for key, found in self.tally.layouts.items() if len(found.pages) > _OTHERS - 1}

    def testify(self, tree: BlockTree, found: BlockFeatures, own: Numbers) -> Testimony | None:
        """See ``testimony.Witness``."""
        layout = self._layout_of(tree, found, own)
        if layout is None:
            return None
        sketched = sketch_page(tree, found, own)
        mine = layout.pages.get(sketched[1].body) if sketched else None
        if len(layout.pages) - (mine is not None) < _OTHERS:
            return None
        made = [
            _heard(layout.repeated(text, mine), layout.share_of(place, mine))
            for place, text in zip(*page_keys(tree, found), strict=True)
        ]
        odds = np.array([sum(reason.weight for reason in reasons) for reasons in made])
        return Testimony(odds, tuple(map(tuple, made)))

    def _layout_of(self, tree: BlockTree, found: BlockFeatures, own: Numbers) -> Layout | None:
        """The layout whose place of the story holds most of what reads like this page's own text."""
        held: dict[int, float] = {}
        for place, mass in zip(containers(tree, found), (found.weights * own).tolist(), strict=True):
            if place.key in self.layouts:
                held[place.key] = held.get(place.key, 0.0) + mass
        return self.layouts[max(held, key=lambda key: (held[key], key))] if held else None


def _heard(repeated: tuple[int, int], held: tuple[int, float]) -> list[Reason]:
    """What speaks for and against one text: how often it stands on other pages, and what else stands in its place."""
    heard = []
    count, pages = repeated
    if count >= max(_OTHERS, _SHARE * pages):
        against = _ON_FEW + (_ON_ALL - _ON_FEW) * (count / pages - _SHARE) / (1 - _SHARE)
        heard.append(Reason(f"stands on {count} of {pages} other pages of this layout", round(-against, 2)))
    around, share = held
    if around >= _OTHERS:
        mean = (share + 0.5 * _DOUBT) / (around + _DOUBT)
        odds = max(-_MOST, min(_MOST, _OF_PLACE * math.log(mean / (1 - mean))))
        # That others of its place are the story's says nothing for a line that recurs, as agencies and notices do.
        if odds < 0 or count < _OTHERS:
            words = f"of the text in its place on {around} other pages of this layout is the story's"
            heard.append(Reason(f"{round(100 * share / around)} % {words}", round(odds, 2)))
    return heard

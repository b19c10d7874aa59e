"""Shape of a portal: pages that nothing leads to, pages that lead nowhere, and the menu that most pages share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal_crawler.graph.edge_tally import EdgeTally, Integers
from portal_crawler.graph.link_graph import Level, Pages

Flags = npt.NDArray[np.bool_]
# A page is in the menu's skeleton where more than this share of its portal's pages link to it from their menus.
MENU_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class PageShape:
    """What the links say of each page.

    :param orphan: fetched and well, yet no link of another page leads there: it was found by a seed, a feed or a site
        map alone.
    :param dead_end: fetched and well, yet no link leads from it to another page.
    :param menu_share: share of the portal's pages that link to it in navigation, header or footer, 0-1. The portal is
        the page's registered domain; its pages are those that have links for readers.
    """

    orphan: Flags
    dead_end: Flags
    menu_share: npt.NDArray[np.float64]

    @property
    def skeleton(self) -> Integers:
        """The ids of the pages that most menus of their portal lead to, the most widespread first."""
        chosen = np.flatnonzero(self.menu_share > MENU_SHARE)
        return chosen[np.lexsort((chosen, -self.menu_share[chosen]))]


def page_shape(pages: Pages, edges: EdgeTally) -> PageShape:
    """The shape of a graph of pages."""
    many = len(pages.keys)
    sources, targets = edges.sources, edges.targets
    others = sources != targets
    for_readers = others & (edges.column("total") > edges.column("declared"))
    well = pages.fetched & ((pages.statuses == 0) | ((pages.statuses >= 200) & (pages.statuses < 300)))
    linked = np.bincount(targets[for_readers], minlength=many) > 0
    linking = np.bincount(sources[for_readers], minlength=many) > 0
    anywhere = np.bincount(sources[others], minlength=many) > 0
    domains = pages.places[Level.DOMAIN]
    linking_pages = np.bincount(domains[linking], minlength=int(np.max(domains, initial=-1)) + 1)
    own = others & (edges.column("menu") > 0) & (domains[sources] == domains[targets])
    menus = np.bincount(targets[own], minlength=many)
    share = menus / np.maximum(linking_pages[domains], 1) if many else np.zeros(0)
    return PageShape(well & ~linked, well & ~anywhere, share)

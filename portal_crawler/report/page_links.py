"""Page links: what a crawl's links say of its pages: ranks, pages that nothing leads to, pages that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal_crawler.page.roles import Role
from portal_crawler.report.link_tally import ROLES, Edges, LinkTally

Floats = npt.NDArray[np.float64]
# Ranks of pages from the distinct pairs of pages that link: (sources, targets, number of pages) -> one for each.
Ranks = Callable[[npt.NDArray[np.int64], npt.NDArray[np.int64], int], Floats]
# Links of the frame that pages share; they say nothing of the one page.
FRAME = frozenset([Role.NAVIGATION.value, Role.HEADER.value, Role.FOOTER.value])


@dataclass(frozen=True, slots=True, eq=False)
class PageLinks:
    """The links between pages, by id of the tally.

    :param linked_by: pages that link to each, ``links_to`` pages that each links to.
    :param rank: PageRank, or the share of the pages that link there where it is not computed (``is_pagerank``).
    :param orphan: an HTML page, fetched and well, yet no page links to it: a seed, feed or site map alone led there.
    :param dead_end: an HTML page, fetched and well, yet it links to no other page.
    """

    edges: Edges
    linked_by: npt.NDArray[np.int64]
    links_to: npt.NDArray[np.int64]
    rank: Floats
    is_pagerank: bool
    fetched: npt.NDArray[np.bool_]
    orphan: npt.NDArray[np.bool_]
    dead_end: npt.NDArray[np.bool_]

    def leading(self, most: int) -> list[int]:
        """The fetched pages of the highest rank; of equal ones the first found."""
        order = np.lexsort((np.arange(len(self.rank)), -self.linked_by, -self.rank))
        return [page for page in order.tolist() if self.fetched[page]][:most]


def page_links(tally: LinkTally, ranks: Ranks | None) -> PageLinks:
    """The links between the pages of a crawl.

    :param ranks: computes PageRank; ``None`` where it cannot be computed here.
    """
    edges, many = tally.edges(), len(tally.urls)
    pairs = np.unique(edges.sources * max(many, 1) + edges.targets)
    sources, targets = np.divmod(pairs, max(many, 1))
    linked_by = np.bincount(targets, minlength=many)
    links_to = np.bincount(sources, minlength=many)
    well, fetched = np.zeros(many, np.bool_), np.zeros(many, np.bool_)
    for page, (status, _, _) in tally.answers.items():
        fetched[page], well[page] = True, 200 <= status < 300 and page in tally.html
    rank = ranks(sources, targets, many) if ranks and many else linked_by / max(1, many)
    return PageLinks(
        edges, linked_by, links_to, rank, ranks is not None, fetched, well & (linked_by == 0), well & (links_to == 0)
    )


def role_bit(role: str) -> int:
    """The bit of a role in the mask of an edge."""
    return 1 << ROLES.index(role)

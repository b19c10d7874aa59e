"""Grouping: which story pages are one story, from what they share and from their texts. Contains no input or output.

The result is that of all pairs compared, whatever their order: a pair is left out only where both are in one group
already, or where a pair with the same texts and the same kinds of address was compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from portal_crawler.dedup.addresses import gateway_target, is_print, story_number
from portal_crawler.dedup.clusters import Clusters
from portal_crawler.dedup.story_groups import StoryPage, crosses_scripts, one_story, related, same_shape

# Pages with different texts that share one address key. Beyond it the key tells nothing: a portal whose every page
# declares the home page as its canonical address, a script that serves every story under one path.
_TELLING_PAGES = 24

# How much of the shorter of two texts stands in the other, 0-1, by the numbers of their pages.
Alike = Callable[[int, int], float]


def group_equal(clusters: Clusters, meetings: Iterable[tuple[str, list[int]]]) -> None:
    """Unite the pages of every key that needs no look at the texts; one that may not be united with the first, with the
    next with which it may.
    """
    for _, numbers in meetings:
        heads = list[int]()
        for number in numbers:
            if not any(clusters.unite(head, number) for head in heads):
                heads.append(number)


def group_related(
    clusters: Clusters, meetings: Iterable[tuple[str, Iterable[StoryPage]]], alike: Alike, near: float
) -> None:
    """Unite the pages that an address key relates and whose texts agree by at least ``near``."""
    for key, pages in meetings:
        for one, other in combinations(_different(clusters, pages), 2):
            if clusters.find(one.number) == clusters.find(other.number) or not related(one, other, key):
                continue
            if agreement_of(one, other, alike) >= near:
                clusters.unite(one.number, other.number)


def group_parts(clusters: Clusters, pairs: Iterator[tuple[StoryPage, StoryPage]]) -> None:
    """Unite the parts of stories on several pages; a pair is a page and another that its pager names."""
    for one, other in pairs:
        if one_story(one, other):
            clusters.unite(one.number, other.number)


def agreement_of(one: StoryPage, other: StoryPage, alike: Alike) -> float:
    """How far the texts of two pages agree, 0-1."""
    if one.digest == other.digest:
        return 1.0
    if crosses_scripts(one, other) and same_shape(one.shape, other.shape):
        return 1.0
    return alike(one.number, other.number)


def _different(clusters: Clusters, pages: Iterable[StoryPage]) -> list[StoryPage]:
    """One page of each text, group and kind of address; none where all are in one group, or where they are so many
    that the key tells nothing: then no more of them are looked at.
    """
    found: dict[tuple[object, ...], StoryPage] = {}
    for page in pages:
        url = page.url
        kind = (page.digest, is_print(url), gateway_target(url) is None, story_number(url))
        found.setdefault((clusters.find(page.number), *kind), page)
        if len(found) > _TELLING_PAGES:
            return []
    return list(found.values()) if len({group for group, *_ in found}) > 1 else []

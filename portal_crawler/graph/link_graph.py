"""Link graph: pages and the edges between them, and the same graph of sections, hosts and registered domains.

Ids follow the order of the keys, so that the same lines give the same graph in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from portal_crawler.graph.crawl_tally import KINDS, CrawlTally
from portal_crawler.graph.edge_tally import EdgeTally, Integers, renamed
from portal_crawler.graph.places import Domains
from portal_crawler.urls import host_of_key, section_of_key


class Level(StrEnum):
    """What a node of a graph is."""

    PAGE = "page"
    SECTION = "section"
    HOST = "host"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True, eq=False)
class Pages:
    """The pages, by id.

    :param keys: keys in SURT form, ascending.
    :param urls: an address of each.
    :param places: int32[pages] for each other level: the id of the page's section, host and domain.
    :param fetched: whether the crawl asked for the page.
    :param statuses: int32[pages], 0 where the page was not fetched or its answer is not known.
    :param kinds: int8[pages], an index into ``KINDS``, -1 where it is not known.
    """

    keys: Sequence[str]
    urls: Sequence[str]
    places: Mapping[Level, npt.NDArray[np.int32]]
    fetched: npt.NDArray[np.bool_]
    statuses: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Sections, hosts or domains, by id.

    :param names: in SURT form, ascending.
    :param pages: int64[places], how many pages each has in the graph, and ``fetched`` how many of them were fetched.
    :param hosts: int64[places], how many hosts each has; of a section or host, 1.
    """

    names: Sequence[str]
    pages: Integers
    fetched: Integers
    hosts: Integers


@dataclass(frozen=True, slots=True, eq=False)
class LinkGraph:
    """The graph of one or more crawls, at every level. ``lines`` are the occurrences that it was made of."""

    pages: Pages
    places: Mapping[Level, Places]
    edges: Mapping[Level, EdgeTally]
    lines: int


def assembled(tally: CrawlTally) -> LinkGraph:
    """The graph of what was counted. The tally is used up."""
    keys = list(tally.ids)
    tally.ids.clear()
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int32)
    ids = np.empty(len(keys), np.int32)
    ids[order] = np.arange(len(keys), dtype=np.int32)
    edges = renamed(tally.take_edges(), ids)
    fetched, nofollow = _fetched(tally, edges.sources, ids)
    asked = nofollow[edges.sources]
    edges.column("nofollow")[asked] = edges.column("total")[asked]
    keys = [keys[one] for one in order.tolist()]
    names, members = _named(keys)
    pages = Pages(keys, _urls(tally, order), members, fetched, *_answered(tally, ids))
    places = {level: _places(level, names, pages) for level in names}
    levels = {level: renamed(edges, members[level]) for level in members}
    return LinkGraph(pages, places, {Level.PAGE: edges, **levels}, tally.lines)


def _urls(tally: CrawlTally, order: npt.NDArray[np.int32]) -> list[str]:
    """The address of each page, in the order of ids: as it was fetched, where it was."""
    answers, urls = tally.answers, tally.urls
    return [answers[one].url if one in answers else urls[one] for one in order.tolist()]


def _fetched(
    tally: CrawlTally, sources: Integers, ids: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which pages were fetched (an answer is known, or links of theirs are), and which ask robots not to follow."""
    fetched, nofollow = np.zeros(len(ids), np.bool_), np.zeros(len(ids), np.bool_)
    fetched[sources] = True
    for page, answer in tally.answers.items():
        fetched[ids[page]] = True
        nofollow[ids[page]] = answer.nofollow
    return fetched, nofollow


def _answered(tally: CrawlTally, ids: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """Status and kind of each page."""
    statuses, kinds = np.zeros(len(ids), np.int32), np.full(len(ids), -1, np.int8)
    for page, answer in tally.answers.items():
        statuses[ids[page]], kinds[ids[page]] = answer.status, answer.kind
    return statuses, kinds


def _named(keys: list[str]) -> tuple[dict[Level, list[str]], dict[Level, npt.NDArray[np.int32]]]:
    """The names of sections, hosts and domains, ascending; and which of them each page belongs to."""
    domains = Domains()
    names, members = {}, {}
    for level, part in ((Level.SECTION, section_of_key), (Level.HOST, host_of_key)):
        names[level], members[level] = _sorted_names(part(key) for key in keys)
    names[Level.DOMAIN], of_host = _sorted_names(domains.of_host(host) for host in names[Level.HOST])
    members[Level.DOMAIN] = of_host[members[Level.HOST]]
    return names, members


def _sorted_names(of_each: Iterable[str]) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Distinct names, ascending, and for each of those given its place among them."""
    found: dict[str, int] = {}
    given = np.fromiter((found.setdefault(name, len(found)) for name in of_each), np.int32)
    names = sorted(found)
    places = np.empty(len(names), np.int32)
    places[[found[name] for name in names]] = np.arange(len(names), dtype=np.int32)
    return names, places[given]


def _places(level: Level, names: Mapping[Level, list[str]], pages: Pages) -> Places:
    """The places of one level, with what they hold."""
    many, members = len(names[level]), pages.places[level]
    counts = np.bincount(members, minlength=many)
    fetched = np.bincount(members[pages.fetched], minlength=many)
    hosts = np.ones(many, np.int64)
    if level is Level.DOMAIN:
        pairs = np.unique(np.stack([members, pages.places[Level.HOST]]), axis=1)
        hosts = np.bincount(pairs[0], minlength=many)
    return Places(names[level], counts, fetched, hosts)


def kind_names(kinds: npt.NDArray[np.int8]) -> list[str | None]:
    """Kinds of pages in words, ``None`` where one is not known."""
    return [KINDS[kind] if kind >= 0 else None for kind in kinds.tolist()]

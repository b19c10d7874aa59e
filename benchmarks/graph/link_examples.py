"""Link examples: the links of pages as numbers, each with whether it is an editor's."""

from __future__ import annotations

import pickle
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "extraction"))

import numpy as np
from link_gold import gold_of
from numpy.typing import NDArray
from wcxb_pages import GoldPage, gold_pages

from portal_crawler.demo.model import PagePlan, Portal
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.render import render
from portal_crawler.page.block_model import decide_roles
from portal_crawler.page.block_network import BlockNetwork
from portal_crawler.page.blocks import BlockTree, Box
from portal_crawler.page.charset import decode
from portal_crawler.page.editorial import UNKNOWN, Judgement
from portal_crawler.page.link_features import Target, link_features
from portal_crawler.page.links import Link, read_links
from portal_crawler.page.markup import parse
from portal_crawler.page.network_npz import block_network, load_network
from portal_crawler.page.roles import Role
from portal_crawler.page.walk import walk
from portal_crawler.reading import page_evidence

_NOWHERE = "http://page.invalid/"
# What stands in one of the first and in none of the second is the page's content, as its markup says.
_CONTENT, _FRAME = frozenset({"main", "article"}), frozenset({"nav", "header", "footer", "aside"})
_PAGES_OF_A_KIND = 25


@dataclass(frozen=True, slots=True)
class LinkExample:
    """The measured links of one page. ``part`` is that of the data which its domain falls into, -1 of the demo portal.

    ``values[i]`` are the features of link ``i``, ``literal`` and ``positional`` what the gold says of it by either
    measure, ``role`` whether it stands in a block of role body, ``tags`` whether semantic elements speak for it.
    """

    page: str
    kind: str
    part: int
    values: NDArray[np.float32]
    literal: NDArray[np.bool_]
    positional: NDArray[np.bool_]
    role: NDArray[np.bool_]
    tags: NDArray[np.bool_]
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A page, its links, the slot in which each stands (``None`` outside all) and its features."""

    tree: BlockTree
    links: Sequence[Link]
    slots: Sequence[int | None]
    values: NDArray[np.float32]


def wcxb_examples(folder: Path, networks: Path | None, folds: int, processes: int) -> list[LinkExample]:
    """Of all pages that have a gold text and links.

    :param networks: a folder of block networks, each trained without its part of the data; without it the package's.
    """
    with ProcessPoolExecutor(processes) as pool:
        read = pool.map(partial(_of_wcxb, networks=networks, folds=folds), gold_pages(folder), chunksize=8)
        return [one for one in read if one is not None]


def kept_examples(
    keep: Path | None, folder: Path, networks: Path | None, folds: int, processes: int
) -> list[LinkExample]:
    """The same from a file of one's own that an earlier run has written, or written to it."""
    if keep is not None and keep.exists():
        kept: list[LinkExample] = pickle.loads(keep.read_bytes())
        return kept
    found = wcxb_examples(folder, networks, folds, processes)
    if keep is not None:
        keep.write_bytes(pickle.dumps(found))
    return found


def demo_link_examples(size: str, seed: int) -> list[LinkExample]:
    """Of each generation and kind of page of a demo portal."""
    portal = build_portal(size, seed)
    groups: dict[tuple[str, str], list[PagePlan]] = defaultdict(list)
    for plan in portal.plans.values():
        if plan.answer.status == 200 and plan.generation:
            groups[plan.generation.value, plan.kind.value].append(plan)
    rng = random.Random(seed)
    found = []
    for _, plans in sorted(groups.items()):
        rng.shuffle(plans)
        found += [made for plan in plans[:_PAGES_OF_A_KIND] if (made := _of_demo(plan, portal)) is not None]
    return found


def _of_wcxb(page: GoldPage, networks: Path | None, folds: int) -> LinkExample | None:
    network = block_network() if networks is None else _network(networks / f"{page.fold(folds)}.npz")
    read = _read(page.html, None, page.url or _NOWHERE, network)
    if read is None:
        return None
    gold = gold_of(read.links, read.tree.blocks, page.text)
    at = [number for number, one in enumerate(gold) if one.measured]
    positional = np.array([gold[number].positional for number in at], bool)
    literal = np.array([gold[number].literal for number in at], bool)
    return _example(page.number, page.kind, page.fold(folds), read, at, literal, positional)


def _of_demo(plan: PagePlan, portal: Portal) -> LinkExample | None:
    drawn = render(plan, portal)
    read = _read(drawn.body, drawn.content_type.encode(), plan.url, block_network())
    if read is None:
        return None
    links = read.links
    if [link.url for link in links] != [link.url for link in drawn.links]:
        return None
    at = [number for number, link in enumerate(links) if link.element == "a" and link.text.strip()]
    own = np.array([drawn.links[number].role is Role.BODY for number in at], bool)
    return _example(plan.url, plan.generation.value if plan.generation else "", -1, read, at, own, own)


@lru_cache(8)
def _network(path: Path) -> BlockNetwork:
    return load_network(path)


def _read(html: bytes, content_type: bytes | None, url: str, network: BlockNetwork) -> _Read | None:
    """A page with its links; ``None`` where it has no text or no link."""
    text, charset = decode(html, content_type)
    tree = walk(*parse(text))
    roles = decide_roles(tree, url, network)
    evidence = page_evidence(tree, roles)
    if evidence is None:
        return None
    values: list[NDArray[np.float32]] = []
    slots: list[int | None] = []

    def judge(targets: Sequence[Target]) -> list[Judgement]:
        slots.extend(tree.occurrences[one.occurrence].slot for one in targets)
        if targets:
            values.append(np.asarray(link_features(evidence, targets), np.float32))
        return [UNKNOWN] * len(targets)

    links = read_links(tree, roles.occurrence_roles, url, charset.used, judge=judge)
    return _Read(tree, links.links, slots, values[0]) if values else None


def _example(
    page: str,
    kind: str,
    part: int,
    read: _Read,
    at: list[int],
    literal: NDArray[np.bool_],
    positional: NDArray[np.bool_],
) -> LinkExample | None:
    if not at:
        return None
    tags = [(slot := read.slots[number]) is not None and _tagged(read.tree.slots[slot].box) for number in at]
    role = [read.links[number].role is Role.BODY for number in at]
    anchors = tuple(read.links[number].text for number in at)
    return LinkExample(
        page, kind, part, read.values[at], literal, positional, np.array(role, bool), np.array(tags, bool), anchors
    )


def _tagged(box: Box | None) -> bool:
    above = set()
    while box is not None:
        above.add(box.tag)
        box = box.parent
    return not above.isdisjoint(_CONTENT) and above.isdisjoint(_FRAME)

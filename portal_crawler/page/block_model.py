"""Block model: the role of every block of a page. The one door behind which rules and the learned network decide.

The network says which texts are the page's own (``block_network``). What the others are, rules say: they find the
page's core, the box that holds the running text (or, on a page of lists, the central listing), look where everything
else stands from there (``zones``), and read the words that portals mark their furniture with (``wording``). Neither
knows a site.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal_crawler.page.block_features import BlockFeatures, block_features
from portal_crawler.page.block_network import NOTHING_READ, BlockNetwork, NetworkReading
from portal_crawler.page.blocks import BlockTree, Slot
from portal_crawler.page.features import Features, read_features
from portal_crawler.page.listing_roles import ListingJudge
from portal_crawler.page.network_npz import block_network
from portal_crawler.page.own_text import Standing, log_odds, probability, taken
from portal_crawler.page.roles import Reason, Role, RoleDecision
from portal_crawler.page.story_roles import StoryJudge
from portal_crawler.page.surroundings import Surroundings
from portal_crawler.page.testimony import Testimony, Witness

Numbers = NDArray[np.floating[Any]]
# What the network says counts for so much, and beside it the rules' word: on any text, on one that they know by its
# words (a tool, a heading of other stories), on a notice. WCXB dev, each page judged by a network that had not seen its
# domain: word F1 of articles .9576 by the network alone, .9585 with these and the word of alike texts.
_OF_NETWORK, _OF_RULES, _OF_SURE_RULES, _OF_NOTICES = 0.8, 0.4, 1.0, 5.0
_SURE, _CERTAIN = 0.7, 0.9
# A disclaimer is prose as any other, and of a short story the network is surer than of anything (1.000): by its words
# alone is it told apart. No network outweighs this.
_BEYOND_DOUBT, _OF_DISCLAIMERS = 0.95, 14.0
# Against texts that are all links, and against lines of date and authors, on a page that is surely one article: the
# first look like subheads, the second are fields of their own.
_OF_LINKS, _OF_BYLINES = 2.0, 2.0
_ALL_LINKS = 0.95
_EVEN = 0.5
# So many links in one run of text, and little else but the space between them, are no paragraph: an index, a calendar,
# a bomb. The network has seen none so long.
_CROWD, _CROWDED = 200, 0.7
# To look a name up in an enumeration takes seven times as long as one of the module.
_BODY, _BYLINE, _OTHER = Role.BODY, Role.BYLINE, Role.OTHER
_STANDING = {
    Role.TITLE: Standing.HEADLINE,
    Role.BYLINE: Standing.LINE,
    Role.CAPTION: Standing.LINE,
    Role.COMMENTS: Standing.LINE,
}


@dataclass(frozen=True, slots=True)
class RoleReading:
    """The decisions, one a block in their order, and the role of each of ``BlockTree.occurrences`` in theirs.

    ``story`` says whether the page was judged as one with a running text, ``prose`` is that text's weight, ``listed``
    how many links the central listing has, ``digest`` whether that text is a list of headlines with abstracts,
    ``article`` and ``leads`` the network's probabilities that the page is one article, and that it leads to others.
    ``found`` are the features of its texts, ``own`` how likely each is the page's own, by the page alone, ``network``
    the same by the network alone, ``overruled`` which texts the portal's other pages or a profile's selectors gave to
    the page's own (1), and which they took from it (-1), ``standings`` what the rules say of each, ``types`` the
    network's probabilities of the page's type.
    """

    decisions: tuple[RoleDecision, ...]
    occurrence_roles: tuple[Role, ...]
    story: bool = False
    prose: int = 0
    listed: int = 0
    digest: bool = False
    article: float = 0.0
    leads: float = 0.0
    found: BlockFeatures | None = None
    own: Numbers | None = None
    network: Numbers | None = None
    overruled: NDArray[np.int8] | None = None
    standings: tuple[Standing, ...] = ()
    types: Numbers | None = None


def decide_roles(
    tree: BlockTree, address: str = "", network: BlockNetwork | None = None, witness: Witness | None = None
) -> RoleReading:
    """Judge every block, and give each reference the role of the place where it stands.

    :param address: the page's URL; links to other sites behind pictures are promotion.
    :param witness: knows other pages of the portal; heard on pages with a running text.
    :param network: the learned network; the package's own, if none is given.
    """
    if not tree.slots:
        return RoleReading((), tuple(Role.OTHER for _ in tree.occurrences))
    features = read_features(tree)
    story = StoryJudge(features, address)
    found = block_features(tree, address)
    told = NOTHING_READ if found is None else (network or block_network()).read(found.values, found.weights)
    own, standings = told.body, list[Standing]()
    overruled: NDArray[np.int8] | None = None
    framed = any(one.element == "frame" for one in tree.occurrences)
    if story.is_story and not framed:
        roles, reasons = story.judge()
        if found is not None:
            own = _own_text(tree, found, told, roles, reasons)
            standings = _standings(found, roles)
            testimony = witness.testify(tree, found, own, standings) if witness is not None else None
            mine = _take_own_text(found, own, standings, testimony, roles, reasons)
            if testimony is not None:
                overruled = mine.astype(np.int8) - taken(own, found.weights, np.array(standings, np.uint8), None)
        read = _reading(story.around, features, roles, reasons, story=True, prose=story.prose)
    else:
        listing = ListingJudge(features, story.sites, story.title)
        roles, reasons = listing.judge()
        if found is not None and not framed and not _laid_out_by_tables(found):
            own, standings = _own_text(tree, found, told, roles, reasons), _standings(found, roles)
            _take_own_text(found, own, standings, None, roles, reasons)
        read = _reading(listing.around, features, roles, reasons, listed=listing.listed, digest=story.is_digest)
    return replace(
        read,
        article=told.article,
        leads=told.leads,
        found=found,
        own=own,
        network=told.body,
        overruled=overruled,
        standings=tuple(standings),
        types=told.types,
    )


def _laid_out_by_tables(found: BlockFeatures) -> bool:
    """Whether most of a page's text stands in tables: the rules for lists were made for such portals."""
    in_table = found.values[:, found.names.index("in_table")]
    return bool(2 * (found.weights * in_table).sum() > found.weights.sum())


def _own_text(
    tree: BlockTree, found: BlockFeatures, told: NetworkReading, roles: list[Role], reasons: list[tuple[Reason, ...]]
) -> Numbers:
    """How likely each text is the page's own: the network's word, the rules' beside it, drawn towards that of its like.

    In half precision, as a template keeps it: what is decided from there is decided the same.
    """
    slots = [tree.slots[slot] for slot in found.slots]
    ruled = np.array([_word_of_rules(roles[slot], reasons[slot]) for slot in found.slots])
    # The rules take posts for comments, and know no manuals.
    sure = ruled <= -_OF_NOTICES
    odds = _OF_NETWORK * log_odds(told.body) + np.where(sure, ruled, ruled * (1 - told.posts_or_manual))
    links = found.values[:, found.names.index("link_share")] >= _ALL_LINKS
    # Of a page of lists, links are the text.
    doubted = links & (told.body < _EVEN) & (told.article >= _EVEN)
    alike = np.array(_alike(slots, doubted.tolist()))
    weights = np.where(ruled <= -_OF_SURE_RULES, 0, np.sqrt(found.weights))
    means = np.bincount(alike, odds * weights) / np.maximum(np.bincount(alike, weights), 1)
    odds = np.where(weights, (odds + means[alike]) / 2, odds)
    crowds = np.array([_is_crowd(slot) for slot in slots])
    linked = links & (ruled < 0)
    bylines = np.array([roles[slot] is _BYLINE for slot in found.slots])
    odds -= told.article**2 * (_OF_LINKS * linked + _OF_BYLINES * bylines)
    odds -= _OF_NOTICES * crowds
    return probability(odds).astype(np.float16)


def _is_crowd(slot: Slot) -> bool:
    return len(slot.occurrences) >= _CROWD and slot.link_chars >= _CROWDED * len(slot.text)


def _word_of_rules(role: Role, reasons: tuple[Reason, ...]) -> float:
    if role is _BODY:
        return _OF_RULES
    surest = max((reason.weight for reason in reasons), default=0.0)
    if surest >= _BEYOND_DOUBT:
        return -_OF_DISCLAIMERS
    if surest >= _CERTAIN:
        return -_OF_NOTICES
    return -_OF_SURE_RULES if surest >= _SURE else -_OF_RULES


def _alike(slots: Sequence[Slot], doubted: Sequence[bool]) -> list[int]:
    """The number of the group of each text: the entries of one list, the paragraphs of one box. Links that the network
    takes for none of the page's own text are no paragraph's like, though they are set as one.
    """
    groups: dict[tuple[int, str, str, bool], int] = {}
    boxes = ((slot.box, slot.box.parent, doubt) for slot, doubt in zip(slots, doubted, strict=True))
    return [
        groups.setdefault((around.index if around else -1, box.tag, box.names, doubt), len(groups))
        for box, around, doubt in boxes
    ]


def _standings(found: BlockFeatures, roles: list[Role]) -> list[Standing]:
    """What the rules say of each text."""
    free = Standing.FREE
    return [_STANDING.get(roles[slot], free) for slot in found.slots]


def _take_own_text(
    found: BlockFeatures,
    own: Numbers,
    standings: Sequence[Standing],
    testimony: Testimony | None,
    roles: list[Role],
    reasons: list[tuple[Reason, ...]],
) -> NDArray[np.bool_]:
    """Make BODY what is most likely the page's own text, and nothing else; which texts that are."""
    mine = taken(own, found.weights, np.array(standings, np.uint8), testimony.odds if testimony else None)
    for row, (slot, likely, is_own) in enumerate(zip(found.slots, own.tolist(), mine.tolist(), strict=True)):
        role = roles[slot]
        if is_own:
            roles[slot] = _BODY
            heard = testimony.heard(row) if testimony else ()
            why = Reason("reads like the page's own text", round(likely, 2))
            rules = reasons[slot] if role is _BODY else ()
            reasons[slot] = (why, *(one for one in heard if one.weight > 0), *rules)
        elif role is _BODY:
            roles[slot] = Role.OTHER
            heard = testimony.heard(row) if testimony else ()
            why = Reason("reads unlike the page's own text", round(1 - likely, 2))
            reasons[slot] = (why, *(one for one in heard if one.weight < 0))
    return mine


def _reading(
    around: Surroundings,
    features: Features,
    roles: list[Role],
    reasons: list[tuple[Reason, ...]],
    *,
    story: bool = False,
    prose: int = 0,
    listed: int = 0,
    digest: bool = False,
) -> RoleReading:
    tree = features.tree
    decisions = tuple(
        RoleDecision(number, roles[at], _confidence(reasons[at]), reasons[at])
        for number, at in enumerate(tree.block_slots)
    )
    occurrence_roles = tuple(
        _OTHER if one.slot is None else around.occurrence_role(number, roles[one.slot])
        for number, one in enumerate(tree.occurrences)
    )
    return RoleReading(decisions, occurrence_roles, story, prose, listed, digest)


# The same few reasons decide most texts of all pages.
@lru_cache(8_192)
def _confidence(reasons: tuple[Reason, ...]) -> float:
    """From 0.5 for a guess to 0.99: each reason closes a part of the gap, as independent witnesses do."""
    doubt = 0.5
    for reason in reasons:
        doubt *= 1 - max(0.0, min(0.95, reason.weight))
    return round(1 - max(0.01, doubt), 2)

"""Block model: the role of every block of a page. The one door behind which a rule or a learned model decides.

This model is made of rules. It finds the page's core, the box that holds the running text (or, on a page of lists, the
central listing), looks where everything else stands from there (``zones``), and reads the words that portals mark their
furniture with (``wording``). It knows no site.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.features import Features, read_features
from portal_crawler.page.listing_roles import ListingJudge
from portal_crawler.page.roles import Reason, Role, RoleDecision
from portal_crawler.page.story_roles import StoryJudge
from portal_crawler.page.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class RoleReading:
    """The decisions, one a block in their order, and the role of each of ``BlockTree.occurrences`` in theirs.

    ``story`` says whether the page was judged as one with a running text, ``prose`` is that text's weight, ``listed``
    how many links the central listing has, ``digest`` whether that text is a list of headlines with abstracts.
    """

    decisions: tuple[RoleDecision, ...]
    occurrence_roles: tuple[Role, ...]
    story: bool = False
    prose: int = 0
    listed: int = 0
    digest: bool = False


def decide_roles(tree: BlockTree, address: str = "") -> RoleReading:
    """Judge every block, and give each reference the role of the place where it stands.

    :param address: the page's URL; links to other sites behind pictures are promotion.
    """
    if not tree.slots:
        return RoleReading((), tuple(Role.OTHER for _ in tree.occurrences))
    features = read_features(tree)
    story = StoryJudge(features, address)
    if story.is_story and not any(one.element == "frame" for one in tree.occurrences):
        roles, reasons = story.judge()
        return _reading(story.around, features, roles, reasons, story=True, prose=story.prose)
    listing = ListingJudge(features, address, story.title)
    roles, reasons = listing.judge()
    return _reading(listing.around, features, roles, reasons, listed=listing.listed, digest=story.is_digest)


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
        Role.OTHER if one.slot is None else around.occurrence_role(number, roles[one.slot])
        for number, one in enumerate(tree.occurrences)
    )
    return RoleReading(decisions, occurrence_roles, story, prose, listed, digest)


def _confidence(reasons: tuple[Reason, ...]) -> float:
    """From 0.5 for a guess to 0.99: each reason closes a part of the gap, as independent witnesses do."""
    doubt = 0.5
    for reason in reasons:
        doubt *= 1 - max(0.0, min(0.95, reason.weight))
    return round(1 - max(0.01, doubt), 2)

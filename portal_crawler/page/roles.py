"""Role: what a block is to its page, and the decision with its reasons."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a block is to its page. Every link takes the role of the block it stands in."""

    TITLE = "title"
    BODY = "body"
    CAPTION = "caption"
    BYLINE = "byline"
    NAVIGATION = "navigation"
    HEADER = "header"
    FOOTER = "footer"
    RELATED = "related"
    COMMENTS = "comments"
    PROMO = "promo"
    OTHER = "other"


class Reason(NamedTuple):
    """One thing that spoke for (``weight`` > 0) or against (< 0) a decision, in words."""

    text: str
    weight: float


class RoleDecision(NamedTuple):
    """The role of ``Block.index`` ``block``, with confidence 0-1 and what decided it."""

    block: int
    role: Role
    confidence: float
    reasons: tuple[Reason, ...]


def blocks_of(decisions: Iterable[RoleDecision], role: Role) -> list[int]:
    """The indexes of the blocks of one role, in their order."""
    return [one.block for one in decisions if one.role is role]

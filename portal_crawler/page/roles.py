"""Role: what a block is to its page, and the decision with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that spoke for (``weight`` > 0) or against (< 0) a decision, in words."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class RoleDecision:
    """The role of ``Block.index`` ``block``, with confidence 0-1 and what decided it."""

    block: int
    role: Role
    confidence: float
    reasons: tuple[Reason, ...]

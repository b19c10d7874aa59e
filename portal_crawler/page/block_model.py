"""Block model: the role of every block of a page. The one door behind which a rule or a learned model decides."""

from __future__ import annotations

from dataclasses import dataclass

from portal_crawler.page.roles import Role, RoleDecision


@dataclass(frozen=True, slots=True)
class RoleReading:
    """The decisions, one a block in their order, and the role of each of ``BlockTree.occurrences`` in theirs."""

    decisions: tuple[RoleDecision, ...]
    occurrence_roles: tuple[Role, ...]

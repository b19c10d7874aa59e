"""Share: the part of a crawl that one process has: all of it, or the hosts of one shard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal_crawler.frontier.address import Discovery
from portal_crawler.frontier.handed_over_sqlite import rule_of
from portal_crawler.frontier.ownership import HANDED_OVER, Ownership, shard_name


@dataclass(frozen=True, slots=True)
class Share:
    """The hosts that shard ``number`` owns, or, without an ``ownership``, all hosts. ``retries`` tells whether its
    addresses that failed are tried again if none has answered: not so of a shard while others have pages.
    """

    number: int = 0
    ownership: Ownership | None = None
    retries: bool = True

    @property
    def mark(self) -> str:
        """What stands in the names of its archive's files, so that no two shards give one name."""
        return f"-s{shard_name(self.number)}" if self.ownership else ""

    def owned(self, found: Sequence[Discovery]) -> list[Discovery]:
        """Those of some addresses that it owns."""
        return [one for one in found if self._owner(one) == self.number]

    def dealt(self, found: list[Discovery]) -> list[Discovery]:
        """What was found, each address that another shard owns as one that is handed over. What a rule refuses stays:
        it is nobody's to ask for.
        """
        if self.ownership is None:
            return found
        owners = [self.number if one.reason else self._owner(one) for one in found]
        return [
            one if owner == self.number else replace(one, reason=HANDED_OVER, rule=rule_of(owner))
            for one, owner in zip(found, owners, strict=True)
        ]

    def _owner(self, one: Discovery) -> int:
        return self.number if self.ownership is None else self.ownership.of(one.host)


WHOLE = Share()
"""A crawl that is not shared."""

"""Known keys: which links of a page lead to addresses that the ledger has no row of, asked with few queries."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Protocol, TypeVar

from portal_crawler.frontier.ledger_sqlite import Ledger

# Keys remembered, so that a page's menu costs no query.
_REMEMBERED = 10_000


class _Keyed(Protocol):
    @property
    def url_key(self) -> str: ...


_Link = TypeVar("_Link", bound=_Keyed)


class KnownKeys:
    """The keys last seen in front of a ledger, which knows all."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._last: OrderedDict[str, None] = OrderedDict()

    def fresh(self, links: Iterable[_Link]) -> list[_Link]:
        """The links whose addresses have no row yet; they count as known from now on."""
        last = self._last
        unsure = [link for link in links if link.url_key not in last]
        if not unsure:
            return []
        unknown = self._ledger.unknown(link.url_key for link in unsure)
        for link in unsure:
            last[link.url_key] = None
        while len(last) > _REMEMBERED:
            last.popitem(last=False)
        return [link for link in unsure if link.url_key in unknown]

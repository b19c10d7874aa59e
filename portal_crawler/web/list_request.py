"""List request: what the address of a list says: filters, order, place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from portal_crawler.catalog.listing import Wish, read_mark
from portal_crawler.catalog.listing_sqlite import ListOf
from portal_crawler.errors import UsageError

# Rows of a part; more can be asked for, up to a bound.
_MANY, _MOST = 50, 200


@dataclass(frozen=True, slots=True)
class Sorted:
    """How a column heads its list: sorted ``ascending``, ``descending`` or ``none``, and what sorts by it next."""

    state: str
    order: str
    way: str


def wish_of(request: Request, what: ListOf, order: str, *, descending: bool = False) -> Wish:
    """The part of a list that a request asks for.

    :param order: what the list is sorted by where the address says nothing, and which way.
    :raises UsageError: where a number or a place is none.
    """
    query = request.query_params
    filters = {name: query[name] for name in what.filters if query.get(name)}
    wanted = query.get("order") or order
    way = query.get("way") or ("down" if descending and wanted == order else "up")
    at = query.get("at")
    return Wish(filters, wanted, way == "down", read_mark(at) if at else None, _many(query.get("many")))


def _many(text: str | None) -> int:
    if not text:
        return _MANY
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= _MOST:
        raise UsageError(f"many={text[:20]}", "is no number of rows", f"give 1 to {_MOST}")
    return int(text)


def sorting(wish: Wish, what: ListOf, first_down: frozenset[str] = frozenset()) -> Mapping[str, Sorted]:
    """Of each order of a list how its column stands, and what a click on it asks for.

    :param first_down: orders that begin with the highest.
    """
    found = {}
    for order in what.orders:
        is_sorted = order == wish.order
        state = ("descending" if wish.descending else "ascending") if is_sorted else "none"
        down = not wish.descending if is_sorted else order in first_down
        found[order] = Sorted(state, order, "down" if down else "up")
    return found

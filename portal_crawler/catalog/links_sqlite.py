"""Links: those that a page holds, and those that lead to it, a part at a time."""

from __future__ import annotations

from dataclasses import replace

from portal_crawler.catalog.catalog_sqlite import Catalog, Record
from portal_crawler.catalog.fill_sqlite import ROLES
from portal_crawler.catalog.listing import Mark, Part, Wish
from portal_crawler.catalog.listing_sqlite import ListOf
from portal_crawler.errors import UsageError


def links_in(catalog: Catalog, key: int, url_key: str, wish: Wish | None = None) -> Part:
    """The links to an address, those of editors first; rows have their ``record`` of ``links.jsonl``.

    :param wish: filters ``role`` and ``editorial`` (``yes`` or ``no``).
    :raises UsageError: at a role that there is not.
    """
    wish = wish or Wish()
    listed = ListOf(
        "(SELECT place AS id, place, plain, role FROM link_in WHERE target = ?)",
        ("place",),
        {"editorial": "plain"},
        {"role": "role = CAST(? AS INTEGER)", "editorial": "plain = CAST(? AS INTEGER)"},
        (),
        (key,),
    )
    filters = dict(wish.filters)
    if "role" in filters:
        filters["role"] = str(_role(filters["role"]))
    if "editorial" in filters:
        filters["editorial"] = "0" if filters["editorial"] == "yes" else "1"
    part = catalog.part(listed, "links", replace(wish, filters=filters, order="editorial", descending=False))
    return replace(part, rows=tuple(row for row in part.rows if row["record"]["target_key"] == url_key))


def _role(name: str) -> int:
    if name not in ROLES:
        raise UsageError(name[:60], "is no role", f"there are: {', '.join(ROLES)}")
    return ROLES.index(name)


def links_out(catalog: Catalog, key: int, wish: Wish) -> Part:
    """The links that a page holds, in its order; ``total`` counts all of them, whatever the filters.

    :param wish: filters as of ``links_in``. It goes forward only.
    """
    runs = catalog.rows("SELECT place, many, upto FROM link_out WHERE source = ? ORDER BY place", key)
    total = sum(run["many"] for run in runs)
    start = wish.at.id if wish.at else 0
    rows: list[Record] = []
    for run in runs:
        for place, record in catalog.records("links", max(start, run["place"]), run["upto"]):
            if not _fits(record, wish):
                continue
            if len(rows) == wish.many:
                return Part(tuple(rows), None, Mark(0, place), total)
            rows.append({"id": place, "place": place, "record": record})
    return Part(tuple(rows), None, None, total)


def _fits(record: Record, wish: Wish) -> bool:
    if "role" in wish.filters and record["role"] != wish.filters["role"]:
        return False
    return "editorial" not in wish.filters or record["editorial"] == (wish.filters["editorial"] == "yes")

"""Occurrence: what one line of ``links.jsonl`` counts as, beside being a link. Contains no input or output."""

from __future__ import annotations

from collections.abc import Iterable

# What is counted of each edge. A link can be several of these.
# editorial: an editor set it. nofollow: it, or its page, asks robots not to follow. menu: it stands in the frame that
# a page shares with others. declared: it is said to programs alone, and no reader can follow it.
EDITORIAL, NOFOLLOW, MENU, DECLARED = 1, 2, 4, 8
COUNTED = ("editorial", "nofollow", "menu", "declared")

_MENU_ROLES = frozenset(["navigation", "header", "footer"])
DECLARED_ELEMENTS = frozenset(["canonical", "feed", "sitemap"])


def occurrence_flags(role: str, element: str, rel: Iterable[str], *, editorial: bool) -> int:
    """The sum of the flags of a link.

    :param editorial: what ``is_editorial`` says of it.

    >>> occurrence_flags("body", "a", ["nofollow"], editorial=True) == EDITORIAL + NOFOLLOW
    True
    """
    return (
        (EDITORIAL if editorial else 0)
        + (NOFOLLOW if "nofollow" in rel else 0)
        + (MENU if role in _MENU_ROLES else 0)
        + (DECLARED if element in DECLARED_ELEMENTS else 0)
    )

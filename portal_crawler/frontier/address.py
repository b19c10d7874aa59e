"""Address: one of the frontier, as it is found and as it is in hand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Discovery:
    """An address to add: to fetch, or, with a ``reason``, one that the ``rule`` decided against.

    ``hops`` is the way to it from a seed, a letter a step, as in a ``hopsFromSeed`` field. ``parent`` is the row of the
    page that led to it, ``pattern`` that of its pattern (``doubts_sqlite``), ``doubt`` whether it waits until nothing
    else is left.
    """

    url: str
    url_key: str
    host: str
    priority: int = 0
    depth: int = 0
    via: str | None = None
    hops: str = ""
    reason: str | None = None
    rule: str | None = None
    parent: int | None = None
    pattern: int | None = None
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class FrontierRow:
    """An address in hand. ``tries`` counts the attempts that failed so far; ``pattern`` is the row of its pattern,
    ``parent`` that of the page that led to it.
    """

    id: int
    url: str
    url_key: str
    host: str
    depth: int
    via: str | None
    tries: int
    hops: str = ""
    pattern: int | None = None
    parent: int | None = None
    doubt: bool = False


COLUMNS = "id, url, url_key, host, depth, via, tries, hops, pattern, parent"
"""The columns of the frontier that make a row, in its order."""

"""Scores: figures a page into means with their spread, and readers compared on the same pages. Pure.

Spread is the standard error by bootstrap over pages (Efron 1979); of a difference over the pages' own differences, so
that what makes a page hard for all readers cancels out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

OURS = "portal-crawler"
_DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Score:
    """The mean of a figure and its standard error."""

    mean: float
    spread: float

    def __str__(self) -> str:
        return f"{self.mean:.4f} ± {self.spread:.4f}"


@dataclass(frozen=True, slots=True)
class Group:
    """Readers on one group of pages. ``difference`` is ours less that of ``best``, the best of the others, if any."""

    name: str
    pages: int
    readers: Mapping[str, Score]
    best: str = ""
    difference: Score | None = None


def score(values: Sequence[float]) -> Score:
    """The mean of at least one value, and its spread; the same values give the same spread."""
    row = np.asarray(values, float)
    drawn = np.random.default_rng(0).integers(0, len(row), (_DRAWS, len(row)))
    return Score(float(row.mean()), float(row[drawn].mean(1).std()))


def group(name: str, values: Mapping[str, Sequence[float]]) -> Group:
    """Compare readers.

    :param values: of each reader one figure a page, the same pages in the same order; ours under ``OURS``.
    """
    ours = values[OURS]
    readers = {reader: score(row) for reader, row in values.items()}
    others = [reader for reader in readers if reader != OURS]
    if not others:
        return Group(name, len(ours), readers)
    best = max(others, key=lambda reader: readers[reader].mean)
    apart = [mine - other for mine, other in zip(ours, values[best], strict=True)]
    return Group(name, len(ours), readers, best, score(apart))


def table(groups: Sequence[Group]) -> str:
    """The groups as a Markdown table: a line a group, a column a reader, ours first."""
    names = list(groups[0].readers)
    head = ["pages", "", *names, "ours less the best of the others"]
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    for one in groups:
        top = max(one.readers.values(), key=lambda score: score.mean).mean
        cells = [
            f"**{one.readers[name]}**" if one.readers[name].mean == top else str(one.readers[name]) for name in names
        ]
        apart = f"{one.difference.mean:+.4f} ± {one.difference.spread:.4f} ({one.best})" if one.difference else ""
        lines.append("| " + " | ".join([one.name, str(one.pages), *cells, apart]) + " |")
    return "\n".join(lines)

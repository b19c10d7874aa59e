"""Link map: pages on a plane, grouped by section, so that a graph can be drawn the same way each time. Pure.

A section is a disc; its pages lie in it on a sunflower's spiral (Vogel 1979), the highest rank in the middle. Discs are
set one after another, each beside one that is there, as near as may be to the sections that it exchanges links with.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# The golden angle, which spreads any number of points evenly.
_GOLDEN = math.pi * (3 - math.sqrt(5))
# Directions in which a place beside a disc is looked for, and the space between discs as a share of the unit.
_DIRECTIONS = 36
_SPACE = 1.5


@dataclass(frozen=True, slots=True)
class Disc:
    """Where a section lies: its middle and radius, in units of the space that a page takes."""

    name: str
    x: float
    y: float
    radius: float

    def spot(self, number: int) -> tuple[float, float]:
        """The place of the section's page of that rank, from 0."""
        distance, angle = math.sqrt(number + 0.5), number * _GOLDEN
        return round(self.x + distance * math.cos(angle), 3), round(self.y + distance * math.sin(angle), 3)


def discs(sizes: Mapping[str, int], links: Mapping[tuple[str, str], int]) -> dict[str, Disc]:
    """A place for every section.

    :param sizes: pages by section.
    :param links: links by (section, section).
    """
    ties: dict[str, Counter[str]] = defaultdict(Counter)
    for (one, other), count in links.items():
        if one != other and one in sizes and other in sizes:
            ties[one][other] += count
            ties[other][one] += count
    placed: dict[str, Disc] = {}
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        radius = math.sqrt(sizes[name]) + 1
        placed[name] = _placed(name, radius, list(placed.values()), ties[name])
    return placed


def _placed(name: str, radius: float, others: Sequence[Disc], ties: Mapping[str, int]) -> Disc:
    """The best free place for one more disc: near its ties, and near the middle."""
    if not others:
        return Disc(name, 0.0, 0.0, radius)
    weight = 1 + sum(ties.values())
    best: tuple[float, float, float] | None = None
    for beside in others:
        reach = beside.radius + radius + _SPACE
        for step in range(_DIRECTIONS):
            angle = 2 * math.pi * step / _DIRECTIONS
            x, y = beside.x + reach * math.cos(angle), beside.y + reach * math.sin(angle)
            if any(math.hypot(x - one.x, y - one.y) < one.radius + radius + 0.99 * _SPACE for one in others):
                continue
            pull = sum(ties.get(one.name, 0) * math.hypot(x - one.x, y - one.y) for one in others)
            cost = (round(pull / weight + math.hypot(x, 1.6 * y), 6), x, y)  # a wide picture fits a screen
            best = cost if best is None or cost < best else best
    if best is None:  # the disc farthest to the right has room beyond it
        x = max(one.x + one.radius for one in others) + radius + _SPACE
        return Disc(name, x, 0.0, radius)
    return Disc(name, best[1], best[2], radius)

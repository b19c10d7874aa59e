"""Link map: pages on a plane, grouped by section, so that a graph can be drawn the same way each time. Pure.

A section is a disc; its pages lie in it on a sunflower's spiral (Vogel 1979), the highest rank in the middle. Discs are
set one after another, each beside one that is there, as near as may be to the sections that it exchanges links with.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

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
    middles = np.array([(one.x, one.y) for one in others])
    radii = np.array([one.radius for one in others]) + radius
    angles = 2 * np.pi * np.arange(_DIRECTIONS) / _DIRECTIONS
    around = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    spots = (middles[:, None] + (radii + _SPACE)[:, None, None] * around).reshape(-1, 2)
    apart = np.linalg.norm(spots[:, None] - middles, axis=2)
    free = (apart >= radii + 0.99 * _SPACE).all(axis=1)
    weights = np.array([ties.get(one.name, 0) for one in others]) / (1 + sum(ties.values()))
    # Rounded, so that the last bits of a machine's arithmetic decide nothing; a wide picture fits a screen.
    costs = np.round(apart @ weights + np.hypot(spots[:, 0], 1.6 * spots[:, 1]), 6)
    costs[~free] = np.inf
    best = int(np.argmin(costs))
    if not free[best]:  # the disc farthest to the right has room beyond it
        return Disc(name, float(np.max(middles[:, 0] + radii)) + _SPACE, 0.0, radius)
    return Disc(name, float(spots[best, 0]), float(spots[best, 1]), radius)

"""Neighbourhood: a page between those that link to it and those that it links to, with places for a drawing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Neighbours that are drawn on each side: what an eye takes in.
_DRAWN = 14
_ROW, _WIDTH, _SIDE = 26, 900, 300


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A page at the other end of a link. ``title`` is "" where it was not fetched."""

    key: int
    title: str
    url: str
    role: str
    editorial: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A neighbour with its height in the drawing, and the curve that joins it to the page."""

    neighbour: Neighbour
    y: float
    curve: str


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """``page`` is (key, title, address); ``sources`` and ``targets`` are drawn, the counts are of all that was seen."""

    page: tuple[int, str, str]
    sources: tuple[Placed, ...]
    targets: tuple[Placed, ...]
    source_count: int
    target_count: int
    height: float

    @property
    def middle(self) -> float:
        """The height of the page itself."""
        return self.height / 2


def neighbourhood(
    page: tuple[int, str, str], sources: Sequence[Neighbour], targets: Sequence[Neighbour]
) -> Neighbourhood:
    """Place a page's neighbours: sources on the left, targets on the right, the first of each uppermost."""
    rows = max(1, min(_DRAWN, max(len(sources), len(targets))))
    height = float(rows * _ROW + _ROW)
    return Neighbourhood(
        page,
        _placed(sources[:_DRAWN], height, left=True),
        _placed(targets[:_DRAWN], height, left=False),
        len(sources),
        len(targets),
        height,
    )


def _placed(neighbours: Sequence[Neighbour], height: float, *, left: bool) -> tuple[Placed, ...]:
    start = (height - (len(neighbours) - 1) * _ROW) / 2
    placed = []
    for number, neighbour in enumerate(neighbours):
        y = start + number * _ROW
        ends = (_SIDE, y, _WIDTH / 2 - 8, height / 2) if left else (_WIDTH / 2 + 8, height / 2, _WIDTH - _SIDE, y)
        placed.append(Placed(neighbour, y, _curve(*ends)))
    return tuple(placed)


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    """The path of a curve that leaves and arrives level."""
    bend = (x + to_x) / 2
    return f"M{x:.0f} {y:.0f}C{bend:.0f} {y:.0f} {bend:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}"

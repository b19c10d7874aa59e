"""Curves: a few of them in one SVG, one below the other, each with a scale of its own from nothing on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT, _LEFT, _GAP = 640, 96, 60, 44
_STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#57606a}.title{font-weight:600;font-size:12px;fill:#1b1f24}"
    ".curve{fill:none;stroke:#0a5ea8;stroke-width:1.5}.axis{stroke:#d8dee4}.end{text-anchor:end}"
)


@dataclass(frozen=True, slots=True)
class Curve:
    """What it shows, with its unit, and its points, from left to right."""

    title: str
    points: Sequence[tuple[float, float]]


def drawn(title: str, across: str, *curves: Curve) -> str:
    """The picture.

    :param across: what stands below: the unit of the points' first number.
    """
    right = max(x for curve in curves for x, _ in curve.points)
    parts, top = list[str](), 16
    for curve in curves:
        parts += _one(curve, top, right)
        top += _HEIGHT + _GAP
    box = f"-12 -4 {_LEFT + _WIDTH + 36} {top}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{_LEFT + _WIDTH + 36}" role="img"'
        f' aria-labelledby="t"><title id="t">{title}</title><style>{_STYLE}</style>'
        f'<rect x="-12" y="-4" width="{_LEFT + _WIDTH + 36}" height="{top}" fill="#fff"/>\n'
        + "\n".join(parts)
        + f'\n<text class="end" x="{_LEFT + _WIDTH}" y="{top - 14}">{right:,.0f} {across}</text></svg>\n'
    )


def _one(curve: Curve, top: int, right: float) -> list[str]:
    most = _round(max(y for _, y in curve.points))
    floor = top + 10 + _HEIGHT
    parts = [f'<text class="title" x="0" y="{top}">{curve.title}</text>']
    for share in (0, 0.5, 1):
        y = floor - share * _HEIGHT
        parts.append(f'<line class="axis" x1="{_LEFT}" y1="{y:g}" x2="{_LEFT + _WIDTH}" y2="{y:g}"/>')
        parts.append(f'<text class="end" x="{_LEFT - 6}" y="{y + 4:g}">{share * most:,g}</text>')
    at = " ".join(f"{_LEFT + _WIDTH * x / right:.1f},{floor - _HEIGHT * y / most:.1f}" for x, y in curve.points)
    return [*parts, f'<polyline class="curve" points="{at}"/>']


def _round(most: float) -> float:
    """The next number of one digit, or of one and a half."""
    step = 10.0 ** len(str(int(most))) / 10
    return next(step * share for share in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * share >= most)

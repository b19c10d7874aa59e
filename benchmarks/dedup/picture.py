"""Draws the picture of the explanation of near-duplicates: the fingerprints of four pairs of texts.

python benchmarks/dedup/picture.py docs/explanation/fingerprints.svg
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np

from portal_crawler.dedup.fingerprints import Prints, Sketch, sketch_of
from portal_crawler.dedup.near_rule import evidence_of, verdict_of
from portal_crawler.dedup.story_counts import StoryCounts
from portal_crawler.demo.prose import Prose

_RATES = (
    "The central parity rate of the yuan strengthened {} basis points to {} against the dollar on May {}, the trade"
    " system said. In the spot market the currency may rise or fall by {} percent from the parity rate each trading"
    " day. The rate is a weighted average of prices offered by market makers before the opening of the interbank"
    " market."
)
_WIDTH, _LEFT, _CELL, _STEP = 720, 100, 7, 9
_IN_A_ROW = (_WIDTH - _LEFT) // _STEP
_KINDS = {
    "both": "in both, and few stories have it",
    "own": "in this one alone",
    "often": "many stories have it: counts for nothing",
}
_STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#57606a}.title{font-weight:600;font-size:12px;fill:#1b1f24}"
    ".said{font-size:10px}.word{font-weight:600;fill:#1b1f24}"
    ".both{fill:#0a5ea8}.own{fill:#fff;stroke:#8c959f}.often{fill:#d8dee4}"
)


def corpus() -> tuple[list[list[str]], list[str]]:
    """Stories as lists of paragraphs, and tables of one template."""
    rng, prose = Random(3), Prose("3")
    stories = [list(prose.paragraphs(rng, 4)) for _ in range(61)]
    rates = [
        _RATES.format(rng.randint(2, 90), f"{rng.uniform(6, 9):.4f}", rng.randint(1, 28), rng.randint(1, 99))
        for _ in range(40)
    ]
    return stories, rates


class Picture:
    """An SVG that grows downwards."""

    def __init__(self, counts: StoryCounts) -> None:
        self._counts, self._parts, self._y = counts, list[str](), 16

    def pair(self, title: str, one: str, other: str, titles: tuple[str, str]) -> None:
        """Add two texts, with what is decided of them."""
        first, second = sketch_of(one, titles[0]), sketch_of(other, titles[1])
        self._text(0, title, "title")
        self._y += 10
        self._row("first", first, second)
        self._row("second", second, first)
        verdict = verdict_of(first, second, self._counts)
        stories = "one story" if verdict and verdict.merges else "two stories"
        self._y += 9
        self._text(_LEFT, f"{stories}: {verdict.kind}" if verdict else stories, "word")
        self._y += 14
        reason = verdict.reason if verdict else evidence_of(first, second, self._counts).told()
        self._text(_LEFT, reason, "said")
        self._y += 25

    def _row(self, name: str, sketch: Sketch, other: Sketch) -> None:
        cells = list(self._kinds(sketch.prints, other.prints))
        self._parts.append(f'<text x="0" y="{self._y + _CELL}">{name}, {sketch.tokens} words</text>')
        for place, kind in enumerate(cells):
            down, right = divmod(place, _IN_A_ROW)
            self._square(_LEFT + right * _STEP, self._y + down * _STEP, kind)
        self._y += ((len(cells) - 1) // _IN_A_ROW + 1) * _STEP + 4

    def _kinds(self, prints: Prints, other: Prints) -> Iterator[str]:
        both = set(other.tolist())
        for found, rare in zip(prints.tolist(), self._counts.are_rare(prints).tolist(), strict=True):
            yield "often" if not rare else "both" if found in both else "own"

    def _square(self, x: int, y: int, kind: str) -> None:
        self._parts.append(f'<rect class="{kind}" x="{x}" y="{y}" width="{_CELL}" height="{_CELL}"/>')

    def _text(self, x: float, words: str, kind: str) -> None:
        self._parts.append(f'<text class="{kind}" x="{x:g}" y="{self._y}">{words}</text>')

    def svg(self) -> str:
        """The whole picture, with its legend."""
        x = _LEFT
        for kind, words in _KINDS.items():
            self._square(x, self._y - _CELL, kind)
            self._text(x + 12, words, "legend")
            x += 26 + 6 * len(words)
        box = f"-12 -4 {_WIDTH + 24} {self._y + 18}"
        title = "Fingerprints of four pairs of texts, one square each, and what is decided of them"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{_WIDTH + 24}" role="img"'
            f' aria-labelledby="t"><title id="t">{title}</title><style>{_STYLE}</style>'
            f'<rect x="-12" y="-4" width="{_WIDTH + 24}" height="{self._y + 18}" fill="#fff"/>\n'
            + "\n".join(self._parts)
            + "</svg>\n"
        )


def main() -> None:
    stories, rates = corpus()
    texts = ["\n\n".join(story) for story in stories]
    counts = StoryCounts(len(texts) + len(rates))
    for text in [*texts, *rates]:
        sketch = sketch_of(text)
        counts.add(np.concatenate((sketch.prints, sketch.numbers, sketch.pairs)))
    updated = "\n\n".join([stories[1][0], stories[-1][0], *stories[1][2:]])
    picture = Picture(counts)
    cut = "\n\n".join(stories[0][:2])
    picture.pair("A story, and its first half under another headline", texts[0], cut, ("One", "Other"))
    picture.pair("A story, and its update: one paragraph exchanged", texts[1], updated, ("One", "One"))
    picture.pair("Two tables of exchange rates: one template, other numbers", rates[0], rates[1], ("Rates", "Rates"))
    picture.pair("Two stories of one day", texts[2], texts[3], ("One", "Other"))
    Path(sys.argv[1]).write_text(picture.svg(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Texts for the tests of near-duplicates: stories, and the ways in which portals change them."""

from __future__ import annotations

from random import Random

from portal_crawler.demo.prose import Prose
from portal_crawler.demo.prose_zh import ProseZh

_RATES = (
    "The central parity rate of the yuan strengthened {} basis points to {} against the dollar on {}, the trade system"
    " said. In the spot market the currency may rise or fall by {} percent from the parity rate each trading day. The"
    " rate is a weighted average of prices offered by market makers before the opening of the interbank market."
)


def stories(count: int, seed: int = 1, paragraphs: int = 6) -> list[list[str]]:
    """The paragraphs of so many stories."""
    rng, prose = Random(seed), Prose(str(seed))
    return [list(prose.paragraphs(rng, paragraphs)) for _ in range(count)]


def chinese_stories(count: int, seed: int = 1, paragraphs: int = 6) -> list[list[str]]:
    """The same in Chinese."""
    rng, prose = Random(seed), ProseZh()
    return [list(prose.paragraphs(rng, paragraphs)) for _ in range(count)]


def rates(count: int, seed: int = 1) -> list[str]:
    """Stories of one template, which differ in their numbers."""
    rng = Random(seed)

    def one() -> str:
        day = f"May {rng.randint(1, 28)}"
        return _RATES.format(rng.randint(2, 90), f"{rng.uniform(6, 9):.4f}", day, rng.randint(1, 99))

    return [one() for _ in range(count)]


def text(paragraphs: list[str]) -> str:
    """A story's text as the records have it."""
    return "\n\n".join(paragraphs)

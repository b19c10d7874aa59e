"""Scores of a deduplication against what is true of a corpus. Pure.

``copies`` has for each article the place of the one that it is held to be a copy of, which is no copy itself, or
``None``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus import Article


@dataclass(frozen=True, slots=True)
class Scores:
    """``pair_f1`` is over pairs of articles in one cluster; ``precision`` is the share of the removed articles whose
    story is that of the one they are held to repeat, ``recall`` the share of the superfluous articles that were
    removed; ``swallowed`` counts stories of which no article is left, of ``stories``. ``found`` has for each kind of
    change the share of such articles that share a cluster with another of their story.
    """

    pair_f1: float
    precision: float
    recall: float
    swallowed: int
    stories: int
    found: dict[str, float] = field(default_factory=dict)


def scored(articles: Sequence[Article], copies: Sequence[int | None]) -> Scores:
    """The scores of a deduplication of ``articles``."""
    story = [article.story for article in articles]
    cluster = [place if of is None else of for place, of in enumerate(copies)]
    of_story, left = Counter(story), Counter(told for told, of in zip(story, copies, strict=True) if of is None)
    removed = [place for place, of in enumerate(copies) if of is not None]
    right = sum(story[place] == story[cluster[place]] for place in removed)
    superfluous = len(articles) - len(of_story)
    taken = sum(count - max(1, left[told]) for told, count in of_story.items())
    both, held, true = (_pairs(Counter(names)) for names in (zip(cluster, story, strict=True), cluster, story))
    return Scores(
        2 * both / max(1, held + true),
        right / max(1, len(removed)),
        taken / max(1, superfluous),
        sum(not left[told] for told in of_story),
        len(of_story),
        _found(articles, cluster),
    )


def _pairs(counts: Counter[object]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def _found(articles: Sequence[Article], cluster: Sequence[int]) -> dict[str, float]:
    together = Counter(zip(cluster, (article.story for article in articles), strict=True))
    kinds: dict[str, list[bool]] = defaultdict(list)
    for article, place in zip(articles, cluster, strict=True):
        if article.change:
            kinds[article.change].append(together[place, article.story] > 1)
    return {kind: sum(one) / len(one) for kind, one in sorted(kinds.items())}

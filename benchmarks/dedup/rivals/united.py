"""Clusters of pairs, as the MinHash pipelines make them: whatever is linked to whatever is linked is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")


def united(count: int, pairs: Iterable[tuple[int, int]]) -> list[int | None]:
    """For each of ``count`` texts the first of its cluster, or ``None``."""
    parent = list(range(count))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for one, other in pairs:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    return [None if root(place) == place else root(place) for place in range(count)]


def word_runs(text: str, length: int = 5) -> Iterator[str]:
    """Every run of so many words; a shorter text as a whole."""
    words = _WORD.findall(text.casefold())
    for start in range(max(1, len(words) - length + 1)):
        yield " ".join(words[start : start + length])

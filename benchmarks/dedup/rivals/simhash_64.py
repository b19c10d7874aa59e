"""SimHash of 64 bits over runs of five words; three bits may differ (Manku, Jain, Das Sarma, WWW 2007)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simhash import Simhash, SimhashIndex

from rivals.united import united, word_runs


def copies(texts: Sequence[str]) -> list[int | None]:
    index = SimhashIndex([], k=3, f=64)

    def pairs() -> Iterator[tuple[int, int]]:
        for place, text in enumerate(texts):
            one = Simhash(list(word_runs(text)), f=64)
            for other in index.get_near_dups(one):
                yield int(other), place
            index.add(str(place), one)

    return united(len(texts), pairs())

"""rensa: R-MinHash of 128 permutations over runs of five words, LSH of 16 bands (its documentation's settings), .8."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rensa import RMinHash, RMinHashLSH

from rivals.united import united, word_runs


def copies(texts: Sequence[str]) -> list[int | None]:
    index = RMinHashLSH(threshold=0.8, num_perm=128, num_bands=16)
    kept: list[RMinHash] = []

    def pairs() -> Iterator[tuple[int, int]]:
        for place, text in enumerate(texts):
            one = RMinHash(num_perm=128, seed=42)
            one.update(list(word_runs(text)))
            for other in index.query(one):
                if kept[other].jaccard(one) >= 0.8:
                    yield other, place
            index.insert(place, one)
            kept.append(one)

    return united(len(texts), pairs())

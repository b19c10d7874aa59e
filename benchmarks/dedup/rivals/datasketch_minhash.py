"""datasketch: MinHash of 128 permutations over runs of five words, LSH at .8 (its documentation's settings)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datasketch import MinHash, MinHashLSH

from rivals.united import united, word_runs


def copies(texts: Sequence[str]) -> list[int | None]:
    index = MinHashLSH(threshold=0.8, num_perm=128)

    def pairs() -> Iterator[tuple[int, int]]:
        for place, text in enumerate(texts):
            one = MinHash(num_perm=128)
            one.update_batch([run.encode() for run in word_runs(text)])
            for other in index.query(one):
                yield other, place
            index.insert(place, one)

    return united(len(texts), pairs())

"""FineWeb's settings (Penedo et al. 2024, arXiv:2406.17557): runs of five words, numbers masked, 14 buckets of 8
hashes; whatever shares a bucket is one cluster. The hashes are datasketch's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from datasketch import MinHash

from rivals.united import united, word_runs

_BUCKETS, _HASHES = 14, 8
_NUMBER = re.compile(r"\d+")


def copies(texts: Sequence[str]) -> list[int | None]:
    buckets: list[dict[bytes, int]] = [defaultdict(int) for _ in range(_BUCKETS)]

    def pairs() -> Iterator[tuple[int, int]]:
        for place, text in enumerate(texts):
            one = MinHash(num_perm=_BUCKETS * _HASHES)
            one.update_batch([run.encode() for run in word_runs(_NUMBER.sub("0", text))])
            for number, bucket in enumerate(buckets):
                key = one.hashvalues[number * _HASHES : (number + 1) * _HASHES].tobytes()
                if key in bucket:
                    yield bucket[key], place
                else:
                    bucket[key] = place

    return united(len(texts), pairs())

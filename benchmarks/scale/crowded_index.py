"""The index of near-duplicates at sizes that this machine cannot hold, by simulation.

    python benchmarks/scale/crowded_index.py [--count 10000] [--seed 20041015]

What an index of N texts meets beyond one of a few thousand is chance: two passages that nobody copied have one
fingerprint of 32 bits. It depends on N over the number of fingerprints that there are. So a corpus of known truth is
decided with fingerprints of fewer bits: its texts then meet by chance as often as those of an index that is
larger by as much. Prints, for each simulated size, what is found and lost, the processor time of a text, and the bytes
that the index of that size would take.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "dedup"))
from corpus import Article, written
from verdict_scores import Scores, scored

from portal_crawler.dedup.fingerprints import Prints, Sketch, distinct, sketch_of
from portal_crawler.dedup.near_index_sqlite import NearIndex

_FEWER_BITS = (0, 7, 10, 13, 15)


def folded(sketch: Sketch, bits: int) -> Sketch:
    """A sketch whose fingerprints lack their last bits."""
    prints = sketch.prints >> np.uint32(bits)
    _, first = np.unique(prints, return_index=True)
    return replace(
        sketch, prints=prints[np.sort(first)], numbers=_fewer(sketch.numbers, bits), pairs=_fewer(sketch.pairs, bits)
    )


def _fewer(hashes: Prints, bits: int) -> Prints:
    return distinct(hashes >> np.uint32(bits))


def decided(articles: Sequence[Article], bits: int, path: Path) -> tuple[Scores, float, float]:
    """What was found with so many bits fewer, the processor time of a text in microseconds, and the bytes of one."""
    sketches = [folded(sketch_of("\n\n".join(one.paragraphs), one.title), bits) for one in articles]
    begun = time.process_time()
    places = {article.id: place for place, article in enumerate(articles)}
    found: list[int | None] = [None] * len(articles)
    with NearIndex(path) as index:
        for article, sketch in zip(articles, sketches, strict=True):
            index.hold(article.id, sketch)
        index.finalize()
        spent = time.process_time() - begun
        for identifier, one in index.decisions():
            if one.is_copy and one.of is not None:
                found[places[identifier]] = places[one.of]
    size = sum(one.stat().st_size for one in path.parent.glob(f"{path.name}*"))
    return scored(articles, found), 1e6 * spent / len(articles), size / len(articles)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20041015)
    options = parser.parse_args()
    articles = written(options.seed, options.count)
    print("| texts | bits of a fingerprint | pair F1 | removed P / R | stories swallowed | found: truncated / updated"
          " | microseconds a text | index |")  # fmt: skip
    for bits in _FEWER_BITS:
        with tempfile.TemporaryDirectory() as folder:
            one, spent, each = decided(articles, bits, Path(folder, "near.sqlite"))
        count = options.count << bits
        print(
            f"| {count:,} | {32 - bits} | {one.pair_f1:.4f} | {one.precision:.4f} / {one.recall:.4f}"
            f" | {100 * one.swallowed / one.stories:.2f} % | {one.found['truncated']:.3f} / {one.found['updated']:.3f}"
            f" | {spent:.0f} | {count * each / 1e9:.2f} GB |",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

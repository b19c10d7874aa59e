"""Train the networks that tell which links an editor set, on a folder of WCXB and on the demo portal.

    python benchmarks/extraction/train.py --data FOLDER --folds 5 --seeds 1 2 3 --out NETWORKS
    python benchmarks/graph/train_links.py --data FOLDER --networks NETWORKS --out portal_crawler/page/link_network.npz
    python benchmarks/graph/train_links.py --data FOLDER --networks NETWORKS --folds --out MODELS

NETWORKS holds block networks that were trained without their part of the data each: the links of a page are learned
from what a network says of it that has not seen it, as will be the case with every page. The decision is set so
that as many links are called editorial as are, by the positional measure, each judged by a model of the other parts.
With ``--folds`` a model is written for each part, trained and set on the others; ``editorial.py`` measures each on its
own. ``--keep`` names a file in which the examples are kept for the next run. The same data and seeds give the same file
on the same machine; ``OPENBLAS_NUM_THREADS=1`` is faster, the matrices being small.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from link_examples import LinkExample, demo_link_examples, kept_examples
from link_network import Arrays, Numbers, Schedule, shifted, trained, write

from portal_crawler.page.editorial import LinkModel
from portal_crawler.page.link_features import NAMES

# The demo portal that is trained on; another is measured.
SIZE, SEED = "medium", 2004


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--networks", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--folds", action="store_true", help="write a model for each part of the data")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--keep", type=Path, help="a file of examples: read if it is there, written if not")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    parts = len(list(options.networks.glob("[0-9]*.npz")))
    demo = demo_link_examples(SIZE, SEED)
    pages = kept_examples(options.keep, options.data, options.networks, parts, options.processes)
    print(
        f"{len(pages)} pages with {sum(len(one.role) for one in pages)} links, {len(demo)} of the demo portal",
        flush=True,
    )
    parted = [_without(part, pages, demo, options.seeds) for part in range(parts)]
    odds = [_odds_without(part, pages, parted) for part in range(parts)]
    if options.folds:
        for part in range(parts):
            _write(options.out / f"{part}.npz", shifted(parted[part], odds[part]))
    else:
        made = trained([*pages, *demo], options.seeds, Schedule())
        _write(options.out, shifted(made, _odds_without(None, pages, parted)))
    return 0


def _without(part: int, pages: Sequence[LinkExample], demo: Sequence[LinkExample], seeds: Sequence[int]) -> Arrays:
    return trained([*(one for one in pages if one.part != part), *demo], seeds, Schedule())


def _odds_without(without: int | None, pages: Sequence[LinkExample], parted: Sequence[Arrays]) -> float:
    """How far log odds are to be moved, by the pages of all parts but one, each judged by a model without it."""
    models = [LinkModel(arrays, NAMES) for arrays in parted]
    others = [one for one in pages if one.part != without]
    likely = np.concatenate([models[one.part].probabilities(one.values) for one in others])
    least = even_threshold(likely, np.concatenate([one.positional for one in others]))
    print(f"without part {without}: decided at {least:.3f}", flush=True)
    return float(np.log((1 - least) / least))


def even_threshold(likely: Numbers, wanted: Numbers) -> float:
    """The probability from which on as many links are called an editor's as are: there precision equals recall."""
    order = np.sort(likely)[::-1]
    return float(np.clip(order[int(wanted.sum()) - 1], 0.05, 0.95))


def _write(out: Path, arrays: Arrays) -> None:
    write(out, arrays)
    print(f"{out}  sha256 {hashlib.sha256(out.read_bytes()).hexdigest()}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

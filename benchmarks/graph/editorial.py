"""Which links did an editor set? Precision and recall on pages whose content a person has marked.

    python benchmarks/graph/editorial.py --data FOLDER --networks NETWORKS --models MODELS [--show 20]
    python benchmarks/graph/editorial.py --demo small

The first judges each page by networks of both kinds that were trained without its part of the data
(``train_links.py --folds``). Without ``--networks`` and ``--models`` the package's own judge, which have seen the
pages: the output says so. The second measures a demo portal of another seed than the package's model was trained on.

``literal``: the anchor's words stand in the gold text. ``positional``: they stand there with what stands around them
(``link_gold.py``). Beside ours: ``role``, a link is an editor's where its block is body, and ``tags``, it is where it
stands in a ``main`` or ``article`` and in no ``nav``, ``header``, ``footer`` or ``aside``. Counted over links; last,
the mean F1 of the pages that have such links.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from link_examples import LinkExample, demo_link_examples, kept_examples
from numpy.typing import NDArray

from portal_crawler.page.editorial import LinkModel
from portal_crawler.page.network_npz import link_model, load_link_model

_DEMO_SEED = 2026
Flags = NDArray[np.bool_]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--networks", type=Path, help="block networks, each trained without its part of the data")
    parser.add_argument("--models", type=Path, help="models of links, each trained without its part of the data")
    parser.add_argument("--keep", type=Path, help="a file of examples: read if it is there, written if not")
    parser.add_argument("--demo", choices=("small", "medium", "large"))
    parser.add_argument(
        "--show", type=int, default=0, help="so many links that are judged wrong, drawn by a fixed seed"
    )
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    if options.demo:
        pages = demo_link_examples(options.demo, _DEMO_SEED)
    elif options.data:
        parts = len(list(options.networks.glob("[0-9]*.npz"))) if options.networks else 5
        pages = kept_examples(options.keep, options.data, options.networks, parts, options.processes)
        if not (options.networks and options.models):
            print("The judges have seen these pages: see --networks and --models.\n")
    else:
        parser.error("give --data or --demo")
    judged = [_model(options.models, one.part).probabilities(one.values) >= 0.5 for one in pages]
    for name in ("literal", "positional"):
        print(_table(name, pages, judged), end="\n\n")
    if options.show:
        _show(pages, judged, options.show)
    return 0


def _model(models: Path | None, part: int) -> LinkModel:
    return link_model() if models is None or part < 0 else _loaded(models / f"{part}.npz")


@lru_cache(8)
def _loaded(path: Path) -> LinkModel:
    return load_link_model(path)


def _table(name: str, pages: Sequence[LinkExample], judged: Sequence[Flags]) -> str:
    groups: dict[str, list[int]] = defaultdict(list)
    for number, page in enumerate(pages):
        groups["all"].append(number)
        groups[page.kind].append(number)
    lines = [
        f"| {name} | pages | links | editorial | ours P | R | role P | R | tags P | R | ours F1 a page | role |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for kind, numbers in sorted(groups.items(), key=lambda item: -len(item[1])):
        gold = [getattr(pages[number], name) for number in numbers]
        ways: Mapping[str, list[Flags]] = {
            "ours": [judged[number] for number in numbers],
            "role": [pages[number].role for number in numbers],
            "tags": [pages[number].tags for number in numbers],
        }
        wanted = np.concatenate(gold)
        cells = [cell for way in ways.values() for cell in _shares(np.concatenate(way), wanted)]
        means = [_mean_f1(ways[way], gold) for way in ("ours", "role")]
        row = [f"{value:.3f}" for value in (*cells, *means)]
        lines.append(f"| {kind} | {len(numbers)} | {len(wanted)} | {int(wanted.sum())} | {' | '.join(row)} |")
    return "\n".join(lines)


def _shares(taken: Flags, wanted: Flags) -> tuple[float, float]:
    """Precision and recall."""
    both = int((taken & wanted).sum())
    return both / max(1, int(taken.sum())), both / max(1, int(wanted.sum()))


def _mean_f1(taken: Sequence[Flags], wanted: Sequence[Flags]) -> float:
    scores = [
        2 * int((one & other).sum()) / int(one.sum() + other.sum())
        for one, other in zip(taken, wanted, strict=True)
        if other.any()
    ]
    return float(np.mean(scores)) if scores else 0.0


def _show(pages: Sequence[LinkExample], judged: Sequence[Flags], count: int) -> None:
    wrong = [
        (page.kind, page.page, "kept" if taken[at] else "lost", page.anchors[at], bool(page.literal[at]))
        for page, taken in zip(pages, judged, strict=True)
        for at in np.nonzero(taken != page.positional)[0]
    ]
    for kind, number, what, anchor, literal in random.Random(0).sample(wrong, min(count, len(wrong))):
        print(f"{what}  {kind:<13} {number}  {anchor[:70]!r}{'  (literally in the gold)' if literal else ''}")


if __name__ == "__main__":
    sys.exit(main())

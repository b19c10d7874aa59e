"""Cross-validation: what ``extract`` makes of pages of domains that its network has not seen.

    python benchmarks/extraction/train.py --data FOLDER --folds 5 --out NETWORKS
    python benchmarks/extraction/cross.py --data FOLDER --networks NETWORKS [--aged] [--worst 5] [--write FILE]

Each page is read with the network that was trained without its part of the data. Printed are the word F1 by type of
page, its spread (standard error, by bootstrap over pages), the share of articles among the pages judged so and the
share of the articles that are judged so. ``--aged`` reads each page in the markup of an earlier year, in a guise that
no network was trained on.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
from ageing import aged
from wcxb_pages import GoldPage, gold_pages, word_f1

from portal_crawler.extraction import extract
from portal_crawler.page.block_network import BlockNetwork
from portal_crawler.page.charset import decode
from portal_crawler.page.markup import parse
from portal_crawler.page.network_npz import load_network

# Beyond the guises that the networks were trained on.
_UNSEEN = 99


@lru_cache(8)
def _network(path: Path) -> BlockNetwork:
    return load_network(path)


def _one(page: GoldPage, networks: Path, folds: int, age: bool) -> tuple[str, float, bool, str]:
    html: bytes | str = page.html
    if age:
        html = aged(parse(decode(page.html)[0])[0], int(page.number) * 100 + _UNSEEN)
    found = extract(html, page.url or None, network=_network(networks / f"{page.fold(folds)}.npz"))
    return page.kind, word_f1(found.text, page.text), found.kind.value == "article", page.number


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--networks", type=Path, required=True)
    parser.add_argument("--aged", action="store_true")
    parser.add_argument("--worst", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    folds = len(list(options.networks.glob("[0-9]*.npz")))
    with ProcessPoolExecutor(options.processes) as pool:
        jobs = [pool.submit(_one, page, options.networks, folds, options.aged) for page in gold_pages(options.data)]
        rows = [job.result() for job in jobs]
    scores = defaultdict(list)
    for kind, f1, _, _ in rows:
        scores[kind].append(f1)
        scores["all"].append(f1)
    rng = np.random.default_rng(0)
    for kind, values in sorted(scores.items(), key=lambda item: -len(item[1])):
        drawn = rng.choice(values, (1000, len(values))).mean(1)
        print(f"{kind:<14} {len(values):>5} pages  word F1 {np.mean(values):.4f}  +- {drawn.std():.4f}")
    right = sum(kind == "article" and judged for kind, _, judged, _ in rows)
    print(f"judged articles that are: {right / max(1, sum(judged for _, _, judged, _ in rows)):.4f}", end="  ")
    print(f"articles judged so: {right / len(scores['article']):.4f}")
    for kind, f1, _, number in sorted(rows, key=lambda row: row[1])[: options.worst]:
        print(f"  {f1:.3f}  {number}  {kind}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

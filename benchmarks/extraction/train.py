"""Train the block network on a folder of WCXB and on the demo portal, or measure what such a network is worth.

    python benchmarks/extraction/train.py --data FOLDER --out portal_crawler/page/block_network.npz
    python benchmarks/extraction/train.py --data FOLDER --folds 5 --out FOLDER_OF_NETWORKS

One network is trained for each seed; they vote. ``--teachers`` takes a file of networks, or with ``--folds`` a folder
of such files, and trains a single small network that learns from the data and from what they say of it.

With ``--folds`` this is done for each part of the data, with all other parts, no domain in two of them; then
``benchmarks/extraction/cross.py`` measures each on its own part. ``--without A`` leaves a generation of the demo portal
out. Needs the extra ``train``. The same data and seeds give the same file on the same machine.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from demo_examples import demo_examples
from examples import Answer, Example, guises
from torch_network import Batch, Net, Scaling, Schedule, arrays_of, train
from wcxb_pages import gold_pages

from portal_crawler.page.block_network import BlockNetwork, NetworkReading
from portal_crawler.page.network_npz import load_network

_WIDTH, _SMALL, _STEPS = 96, 64, (1, 2, 4, 8)
_LEARNING = Schedule(seed=1, epochs=40, drop_features=0.05, follow=0.998)
# Weights are stored with three digits.
_NEAR = 0.02


# What the training processes share with the one that has read it: too large to be sent.
_PAGES: list[tuple[int, list[Example]]] = []
_OTHERS: list[Example] = []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--only", type=int, nargs="*", help="these folds alone")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5], help="one network for each")
    parser.add_argument("--teachers", type=Path, help="networks to learn from")
    parser.add_argument("--ages", type=int, default=3, help="aged copies of each page")
    parser.add_argument("--without", default="", help="the letter of a generation of the demo portal")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    forked = multiprocessing.get_context("fork")
    pages = list(gold_pages(options.data))
    with ProcessPoolExecutor(options.processes, forked) as pool:
        others = pool.submit(demo_examples, 2004, options.without)
        read = pool.map(partial(guises, ages=options.ages), pages, chunksize=16)
        parts = [page.fold(options.folds) if options.folds else 0 for page in pages]
        _PAGES[:] = [(part, found) for part, found in zip(parts, read, strict=True) if found]
        _OTHERS[:] = others.result()
    print(f"{len(_PAGES)} pages in {options.ages + 1} guises, {len(_OTHERS)} pages of the demo portal", flush=True)
    folds = options.only or range(options.folds) if options.folds else [None]
    with ProcessPoolExecutor(options.processes, forked) as pool:
        made: list[tuple[Path, Future[str]]] = []
        for fold in folds:
            out = options.out if fold is None else options.out / f"{fold}.npz"
            if options.teachers:
                teachers = options.teachers if fold is None else options.teachers / out.name
                made.append((out, pool.submit(_student, fold, teachers, out)))
                continue
            trained = list(pool.map(partial(_trained, fold), [Schedule(seed=seed) for seed in options.seeds]))
            print(f"{out}  sha256 {_write(out, [net for net, _ in trained], trained[0][1])}", flush=True)
        for out, student in made:
            print(f"{out}  sha256 {student.result()}", flush=True)
    return 0


def _pages(without: int | None) -> list[list[Example]]:
    return [found for fold, found in _PAGES if fold != without]


def _trained(without: int | None, schedule: Schedule) -> tuple[Net, Scaling]:
    """One of several, trained on all pages that are not of a fold."""
    torch.set_num_threads(1)
    return train(_pages(without), _OTHERS, schedule, _WIDTH, _STEPS)


def _student(without: int | None, teachers: Path, out: Path) -> str:
    """Train a small network on the same pages and on what the teachers say of them, and write it; its digest."""
    torch.set_num_threads(1)
    asked = load_network(teachers)
    pages = [[_answered(one, asked) for one in found] for found in _pages(without)]
    others = [_answered(one, asked) for one in _OTHERS]
    net, scaling = train(pages, others, _LEARNING, _SMALL, _STEPS)
    return _write(out, [net], scaling)


def _answered(one: Example, teachers: BlockNetwork) -> Example:
    told = _read(one, teachers)
    return replace(one, answer=Answer(told.body.astype(np.float16), told.types.astype(np.float32)))


def _read(one: Example, network: BlockNetwork) -> NetworkReading:
    values = one.values.astype(np.float32)
    return network.read(values, np.expm1(values[:, one.names.index("log_weight")]), all_vote=True)


def _write(out: Path, nets: Sequence[Net], scaling: Scaling) -> str:
    """Write networks to one file, and read it back; its digest."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as file:
        np.savez_compressed(file, **arrays_of(nets, scaling, _OTHERS[0].names))  # type: ignore[arg-type]  # none is a flag
    _compare(out, nets, scaling)
    return hashlib.sha256(out.read_bytes()).hexdigest()


def _compare(path: Path, nets: Sequence[Net], scaling: Scaling) -> None:
    """Raise where the package reads the file otherwise than the networks read that were trained."""
    network = load_network(path)
    for one in _OTHERS[:20]:
        batch = Batch([one], scaling)
        with torch.no_grad():
            read = [torch.sigmoid(net(batch.values, batch.mask, batch.shares.unsqueeze(-1))[0])[0] for net in nets]
        mine = _read(one, network).body
        worst = float(np.abs(mine - np.mean([one.numpy() for one in read], axis=0)).max())
        if worst > _NEAR:
            raise ValueError(f"{path}: the package reads {one.page} otherwise than the trained network, by {worst:.4f}")


if __name__ == "__main__":
    sys.exit(main())

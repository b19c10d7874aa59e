"""Link network: the training of the small networks that tell which links an editor set. Needs numpy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from link_examples import LinkExample
from numpy.typing import NDArray

from portal_crawler.page.link_features import NAMES

Numbers = NDArray[np.floating[Any]]
Arrays = dict[str, NDArray[np.float32]]
_CLIP, _EPSILON = 6.0, 1e-8
# Adam's own (Kingma and Ba 2015).
_FIRST, _SECOND = 0.9, 0.999


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a network is trained. ``decay`` draws its weights towards nothing at each step, times the rate; ``drop`` is
    the share of the features that a batch does not see.
    """

    width: int = 16
    epochs: int = 12
    batch: int = 2048
    rate: float = 3e-3
    decay: float = 1e-2
    drop: float = 0.1


def trained(examples: Sequence[LinkExample], seeds: Sequence[int], schedule: Schedule) -> Arrays:
    """One network for each seed, which vote by the mean of their log odds: together one network, only wider.

    Links of a page are alike, and some pages have thousands: a page counts for the root of their number.
    """
    values = np.concatenate([one.values for one in examples])
    wanted = np.concatenate([one.positional for one in examples]).astype(np.float32)
    counts = np.array([len(one.positional) for one in examples], np.float32)
    weights = np.repeat(1 / np.sqrt(counts), counts.astype(int))
    mean, deviation = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-3)
    inputs = np.clip((values - mean) / deviation, -_CLIP, _CLIP).astype(np.float32)
    nets = [_one(inputs, wanted, weights / weights.mean(), schedule, np.random.default_rng(seed)) for seed in seeds]
    return {
        "mean": mean.astype(np.float32),
        "deviation": deviation.astype(np.float32),
        "inner.weight": np.concatenate([net[0] for net in nets], axis=1),
        "inner.bias": np.concatenate([net[1] for net in nets]),
        "outer.weight": np.concatenate([net[2] for net in nets]) / np.float32(len(nets)),
        "outer.bias": np.mean([net[3] for net in nets], dtype=np.float32, axis=0).reshape(()),
    }


def shifted(arrays: Arrays, odds: float) -> Arrays:
    """The same networks with their log odds moved."""
    return arrays | {"outer.bias": (arrays["outer.bias"] + np.float32(odds)).astype(np.float32)}


def write(path: Path, arrays: Arrays) -> None:
    """Write networks to a file, with the names of the features that they want."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, names=np.array(NAMES), **arrays)  # type: ignore[arg-type]  # none is a flag


def _one(inputs: Numbers, wanted: Numbers, weights: Numbers, schedule: Schedule, rng: np.random.Generator) -> Any:
    """The inner weights and bias and the outer weights and bias of one network, trained by Adam."""
    size = inputs.shape[1]
    net = [
        (rng.standard_normal((size, schedule.width)) * np.sqrt(2 / size)).astype(np.float32),
        np.zeros(schedule.width, np.float32),
        (rng.standard_normal(schedule.width) * np.sqrt(1 / schedule.width)).astype(np.float32),
        np.zeros(1, np.float32),
    ]
    moments = [(np.zeros_like(part), np.zeros_like(part)) for part in net]
    steps = schedule.epochs * -(-len(inputs) // schedule.batch)
    step = 0
    for _ in range(schedule.epochs):
        order = rng.permutation(len(inputs))
        for start in range(0, len(order), schedule.batch):
            rows = order[start : start + schedule.batch]
            kept = np.asarray(rng.random(size) >= schedule.drop, np.float32) / (1 - schedule.drop)
            slopes = _slopes(net, inputs[rows] * kept, wanted[rows], weights[rows])
            step += 1
            rate = schedule.rate * 0.5 * (1 + np.cos(np.pi * step / steps))
            for part, slope, (first, second) in zip(net, slopes, moments, strict=True):
                first += (1 - _FIRST) * (slope - first)
                second += (1 - _SECOND) * (slope * slope - second)
                root = np.sqrt(second / (1 - _SECOND**step)) + _EPSILON
                part -= rate * (first / (1 - _FIRST**step) / root + schedule.decay * part)
    return net


def _slopes(net: list[Numbers], inputs: Numbers, wanted: Numbers, weights: Numbers) -> list[Numbers]:
    """The slopes of the weighted cross entropy."""
    inner, inner_bias, outer, outer_bias = net
    before = inputs @ inner + inner_bias
    hidden = np.maximum(before, 0)
    likely = 1 / (1 + np.exp(-(hidden @ outer + outer_bias)))
    error = (likely - wanted) * weights / len(wanted)
    back = error[:, None] * outer * (before > 0)
    return [inputs.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(keepdims=True)]

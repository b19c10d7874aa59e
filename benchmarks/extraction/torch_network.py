"""Torch network: the block network as it is trained (``portal_crawler.page.block_network`` is how it is run).

Its loss is the measure itself, made smooth: one minus the word F1 of a page whose texts are each taken to the extent of
their probability, plus the cross entropy of each text weighed by its length. Of examples with an answer the cross
entropy is that to the answer (distillation, Hinton, Vinyals and Dean 2015): one small network learns what several say.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from examples import Answer, Example
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from portal_crawler.page.block_network import CHARACTERS_A_WORD, PAGE_TYPES

_CLIP = 6.0
# Longer pages are cut to a window in training.
_WINDOW = 1_200
# How much of a text that is, or is not, the gold's counts as found, at least, and at most: gold texts have slips.
_OWN, _STRAY = 0.7, 0.3
# How often a bare guise is drawn for each time that an aged one is: print versions are few, and easily read.
_BARE = 0.25


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a network is trained. ``aged`` is the share of pages that are seen in an earlier guise, ``follow`` how slowly
    the kept weights follow the trained ones.
    """

    seed: int = 0
    epochs: int = 12
    batch: int = 16
    rate: float = 3e-3
    decay: float = 1e-2
    aged: float = 0.5
    drop_features: float = 0.1
    follow: float = 0.995


class Net(nn.Module):
    """``steps`` are the dilations of its layers."""

    def __init__(self, features: int, width: int, steps: Sequence[int], drop_features: float) -> None:
        super().__init__()
        self.enter = nn.Linear(features, width)
        self.enter_norm = nn.LayerNorm(width)
        self.layers = nn.ModuleList(nn.Conv1d(width, width, 3, padding=step, dilation=step) for step in steps)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in steps)
        self.page = nn.Linear(3 * width, width)
        self.out = nn.Linear(width, 1)
        self.kind = nn.Linear(3 * width, len(PAGE_TYPES))
        self.drop = nn.Dropout(0.15)
        self.drop_features = nn.Dropout(drop_features)
        self.middle = len(steps) // 2

    def forward(self, values: Tensor, mask: Tensor, shares: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.enter_norm(functional.relu(self.enter(self.drop_features(values)))) * mask
        for number, (layer, norm) in enumerate(zip(self.layers, self.norms, strict=True)):
            if number == self.middle:
                hidden = hidden + functional.relu(self.page(pooled(hidden, mask, shares))).unsqueeze(1)
            spread = functional.relu(layer((hidden * mask).transpose(1, 2)).transpose(1, 2))
            hidden = norm(hidden + self.drop(spread))
        hidden = hidden * mask
        return self.out(hidden).squeeze(-1), self.kind(pooled(hidden, mask, shares))


def pooled(hidden: Tensor, mask: Tensor, shares: Tensor) -> Tensor:
    """Mean, mean weighed by length, and maximum over a page's texts."""
    mean = (hidden * mask).sum(1) / mask.sum(1)
    return torch.cat([mean, (hidden * shares).sum(1), (hidden - 1e4 * (1 - mask)).amax(1)], 1)


@dataclass(frozen=True, slots=True)
class Scaling:
    """The mean and deviation of each feature in the training data."""

    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> Scaling:
        rows = np.concatenate([one.values.astype(np.float32) for one in examples])
        return cls(rows.mean(0).astype(np.float32), (rows.std(0) + np.float32(1e-3)).astype(np.float32))

    def __call__(self, values: NDArray[np.float16]) -> NDArray[np.float32]:
        scaled: NDArray[np.float32] = np.clip((values.astype(np.float32) - self.mean) / self.deviation, -_CLIP, _CLIP)
        return scaled


def shares_of(one: Example) -> NDArray[np.float32]:
    """How much each text says of its page, as the network weighs it when it is run."""
    weights = np.expm1(one.values[:, one.names.index("log_weight")].astype(np.float32))
    return np.log1p(weights / CHARACTERS_A_WORD)


class Batch:
    """Pages side by side, filled up to the longest."""

    def __init__(self, examples: Sequence[Example], scaling: Scaling) -> None:
        shape = len(examples), max(len(one.own) for one in examples)
        values = np.zeros((*shape, len(scaling.mean)), np.float32)
        mask, words, found, own, shares = (np.zeros(shape, np.float32) for _ in range(5))
        for row, one in enumerate(examples):
            size = len(one.own)
            values[row, :size] = scaling(one.values)
            mask[row, :size] = 1
            shares[row, :size] = shares_of(one)
            words[row, :size] = one.words
            own[row, :size] = one.own
            sure = np.where(one.own, np.maximum(one.found, _OWN * one.words), np.minimum(one.found, _STRAY * one.words))
            found[row, :size] = sure
        gold = np.array([one.gold for one in examples], np.float32)
        self.values, self.mask = torch.from_numpy(values), torch.from_numpy(mask).unsqueeze(-1)
        self.words, self.found, self.own = map(torch.from_numpy, (words, found, own))
        self.gold = torch.from_numpy(np.where(gold > 0, np.maximum(gold, found.sum(1)), 0))
        self.kinds = torch.tensor([one.kind for one in examples])
        self.shares = torch.from_numpy(shares / (shares.sum(1, keepdims=True) + 1e-6))
        self.told = torch.from_numpy(gold > 0).float()
        answers = [one.answer for one in examples if one.answer is not None]
        self.answered = bool(answers) and len(answers) == len(examples)
        if self.answered:
            taught = np.zeros(shape, np.float32)
            for row, answer in enumerate(answers):
                taught[row, : len(answer.body)] = answer.body
            self.own = torch.from_numpy(taught)
            self.types = torch.from_numpy(np.stack([answer.types for answer in answers]))

    def loss(self, net: Net) -> Tensor:
        """The mean loss of its pages."""
        body, kinds = net(self.values, self.mask, self.shares.unsqueeze(-1))
        chance = torch.sigmoid(body) * self.mask.squeeze(-1)
        f1 = 2 * (chance * self.found).sum(1) / ((chance * self.words).sum(1) + self.gold + 1e-6)
        entropy = (functional.binary_cross_entropy_with_logits(body, self.own, reduction="none") * self.shares).sum(1)
        of_kinds = functional.cross_entropy(kinds, self.kinds)
        if self.answered:
            of_kinds = (of_kinds + functional.cross_entropy(kinds, self.types)) / 2
        else:
            entropy = entropy * self.told
        return (entropy + (1 - f1) * self.told).mean() + 0.1 * of_kinds


def train(
    pages: Sequence[Sequence[Example]], others: Sequence[Example], schedule: Schedule, width: int, steps: Sequence[int]
) -> tuple[Net, Scaling]:
    """Train one network; the same data and schedule give the same network on the same machine.

    :param pages: the guises of each page, its own first; each epoch sees each page in one of them.
    :param others: further examples, seen once an epoch as they are.
    """
    torch.manual_seed(schedule.seed)
    torch.use_deterministic_algorithms(mode=True)
    rng = np.random.default_rng(schedule.seed)
    scaling = Scaling.of([*(one for guises in pages for one in guises[:2]), *others])
    net = Net(len(scaling.mean), width, steps, schedule.drop_features)
    kept = copy.deepcopy(net)
    optimizer = torch.optim.AdamW(net.parameters(), lr=schedule.rate, weight_decay=schedule.decay)
    total = schedule.epochs * -(-(len(pages) + len(others)) // schedule.batch)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, schedule.rate, total_steps=total, pct_start=0.15)
    for step, examples in enumerate(_batches(pages, others, schedule, rng)):
        net.train()
        optimizer.zero_grad()
        Batch(examples, scaling).loss(net).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        rates.step()
        _follow(kept, net, min(schedule.follow, (1 + step) / (10 + step)))
    return kept.eval(), scaling


def _follow(kept: Net, net: Net, share: float) -> None:
    """Draw the kept weights towards the trained ones: their moving average wobbles less than they do."""
    with torch.no_grad():
        for mean, value in zip(kept.parameters(), net.parameters(), strict=True):
            mean.mul_(share).add_(value, alpha=1 - share)


def _batches(
    pages: Sequence[Sequence[Example]], others: Sequence[Example], schedule: Schedule, rng: np.random.Generator
) -> Iterator[list[Example]]:
    """Batches of pages of about the same length, in no order."""
    for _ in range(schedule.epochs):
        seen = [_guise(guises, schedule.aged, rng) for guises in pages]
        seen += others
        order = np.argsort([len(one.own) * rng.uniform(0.8, 1.25) for one in seen])
        starts = np.arange(0, len(order), schedule.batch)
        rng.shuffle(starts)
        for start in starts:
            yield [_window(seen[number], rng) for number in order[start : start + schedule.batch]]


def _guise(guises: Sequence[Example], aged: float, rng: np.random.Generator) -> Example:
    if len(guises) == 1 or rng.random() >= aged:
        return guises[0]
    odds = np.array([_BARE if one.bare else 1.0 for one in guises[1:]])
    return guises[1 + int(rng.choice(len(odds), p=odds / odds.sum()))]


def _window(one: Example, rng: np.random.Generator) -> Example:
    size = len(one.own)
    if size <= _WINDOW:
        return one
    first = int(rng.integers(0, size - _WINDOW)) if rng.random() < 0.3 else 0
    part = slice(first, first + _WINDOW)
    share = (one.found[part].sum() + 1) / (one.found.sum() + 1)
    gold = max(1, int(one.gold * share)) if one.gold else 0
    return replace(
        one,
        values=one.values[part],
        words=one.words[part],
        found=one.found[part],
        own=one.own[part],
        gold=gold,
        answer=one.answer and Answer(one.answer.body[part], one.answer.types),
    )


def arrays_of(nets: Sequence[Net], scaling: Scaling, names: Sequence[str]) -> Mapping[str, NDArray[np.generic]]:
    """The arrays that ``portal_crawler.page.block_network`` reads."""
    arrays: dict[str, NDArray[np.generic]] = {
        "names": np.array(names),
        "mean": scaling.mean,
        "deviation": scaling.deviation,
    }
    for number, net in enumerate(nets):
        for key, value in _layers(net):
            arrays[f"{number}.{key}"] = value.astype(np.float16) if value.ndim > 1 else value
    return arrays


def _layers(net: Net) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for name, linear in (("in", net.enter), ("page", net.page), ("out", net.out), ("type", net.kind)):
        yield f"{name}.weight", linear.weight.detach().numpy().T
        yield f"{name}.bias", linear.bias.detach().numpy()
    for name, norm in (("in", net.enter_norm), *((f"conv{n}", norm) for n, norm in enumerate(net.norms))):
        yield f"{name}.norm", norm.weight.detach().numpy()
        yield f"{name}.shift", norm.bias.detach().numpy()
    for number, layer in enumerate(net.layers):
        yield f"conv{number}.weight", layer.weight.detach().numpy().transpose(2, 1, 0)
        yield f"conv{number}.bias", layer.bias.detach().numpy()
    yield "middle", np.array(net.middle, np.float32)

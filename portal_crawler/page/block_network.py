"""Block network: how likely each text of a page is its own, by a small learned network.

Dilated convolutions over the page's texts in their order (after Web2Text, Vogels et al. 2018, which labels the sequence
of blocks, and WaveNet's dilation), with the whole page pooled into the middle, so that a text is judged in its
surroundings and by the page it stands on. Trained by ``benchmarks/extraction/train.py``; the model card is
``docs/reference/model-card.md``. Several networks of different seeds vote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating[Any]]

# The kinds of page in the training data, in the order of the network's answer.
PAGE_TYPES = ("article", "service", "product", "collection", "forum", "listing", "documentation")
# The networks learned with words, which not all languages part.
CHARACTERS_A_WORD = 6
_CLIP = 6.0
_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class NetworkReading:
    """``body[i]`` is the probability, 0-1, that text ``i`` belongs to what the page is about; ``types[k]`` that the
    page is of ``PAGE_TYPES[k]``.
    """

    body: Numbers
    types: Numbers

    @property
    def article(self) -> float:
        """The probability that the page is one article."""
        return float(self.types[0])

    @property
    def leads(self) -> float:
        """The probability that the page's use is to lead to others."""
        return float(self.types[PAGE_TYPES.index("collection")] + self.types[PAGE_TYPES.index("listing")])

    @property
    def posts_or_manual(self) -> float:
        """The probability that the page is a forum's, or documentation."""
        return float(self.types[PAGE_TYPES.index("forum")] + self.types[PAGE_TYPES.index("documentation")])


# Of a page without text.
NOTHING_READ = NetworkReading(np.zeros(0), np.zeros(len(PAGE_TYPES)))


class BlockNetwork:
    """The networks of one file, each a mapping of its arrays. ``identifier`` names the file's content in records,
    ``mean`` are the means of the features in the training data.
    """

    def __init__(self, arrays: dict[str, NDArray[np.float32]], names: tuple[str, ...], identifier: str = "") -> None:
        self.names, self.identifier = names, identifier
        self.mean, self._scale = arrays["mean"], 1 / arrays["deviation"]
        count = 1 + max(int(key.partition(".")[0]) for key in arrays if key[0].isdigit())
        self._nets = [
            {key.partition(".")[2]: value for key, value in arrays.items() if key.startswith(f"{number}.")}
            for number in range(count)
        ]

    def read(self, values: Numbers, words: Numbers) -> NetworkReading:
        """Judge the texts of one page.

        :param values: their features, one row each (``block_features``).
        :param words: their weights in characters: longer texts say more of the page.
        """
        inputs = np.clip((np.ascontiguousarray(values) - self.mean) * self._scale, -_CLIP, _CLIP)
        shares = np.log1p(words / CHARACTERS_A_WORD)[:, None].astype(np.float32)
        shares /= shares.sum() + 1e-6
        bodies, types = zip(*(_forward(net, inputs, shares) for net in self._nets), strict=True)
        return NetworkReading(np.mean(bodies, axis=0), np.mean(types, axis=0))


def _forward(net: dict[str, Numbers], inputs: Numbers, shares: Numbers) -> tuple[Numbers, Numbers]:
    hidden = _normal(np.maximum(inputs @ net["in.weight"] + net["in.bias"], 0), net, "in")
    layer = 0
    while f"conv{layer}.weight" in net:
        if layer == int(net["middle"]):
            hidden = hidden + np.maximum(_pooled(hidden, shares) @ net["page.weight"] + net["page.bias"], 0)
        spread = _convolved(hidden, net[f"conv{layer}.weight"], 2**layer) + net[f"conv{layer}.bias"]
        hidden = _normal(hidden + np.maximum(spread, 0), net, f"conv{layer}")
        layer += 1
    body = (hidden @ net["out.weight"] + net["out.bias"])[:, 0]
    kind = _pooled(hidden, shares) @ net["type.weight"] + net["type.bias"]
    kind = np.exp(kind - kind.max())
    return 1 / (1 + np.exp(-body)), kind / kind.sum()


def _convolved(hidden: Numbers, weight: Numbers, step: int) -> Numbers:
    """Each row with the rows ``step`` before and behind it; beyond the page stands nothing."""
    spread: Numbers = hidden @ weight[1]
    if len(hidden) > step:
        spread[step:] += hidden[:-step] @ weight[0]
        spread[:-step] += hidden[step:] @ weight[2]
    return spread


def _normal(rows: Numbers, net: dict[str, Numbers], name: str) -> Numbers:
    centred = rows - rows.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + _EPSILON)
    normal: Numbers = centred / spread * net[f"{name}.norm"] + net[f"{name}.shift"]
    return normal


def _pooled(hidden: Numbers, shares: Numbers) -> Numbers:
    return np.concatenate((hidden.mean(axis=0), (hidden * shares).sum(axis=0), hidden.max(axis=0)))

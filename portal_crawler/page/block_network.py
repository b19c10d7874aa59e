"""Block network: how likely each text of a page is its own, by a small learned network.

Dilated convolutions over the page's texts in their order (after Web2Text, Vogels et al. 2018, which labels the sequence
of blocks, and WaveNet's dilation), with the whole page pooled into the middle, so that a text is judged in its
surroundings and by the page it stands on. Trained by ``benchmarks/extraction/train.py``; the model card is
``docs/reference/model-card.md``. Several networks of different seeds vote, where the first two differ.
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
# The first two networks are taken at their word, and the others are not asked, where they differ by no more than this:
# of the mean text (weighed by length), of any text, and of the page's type. One alone can be sure and wrong on a page
# unlike those that it learned from (benchmarks/results/2026-11-29-first-network.md).
_APART, _APART_OF_ONE, _APART_OF_TYPE = 0.02, 0.4, 0.1
_ASKED_FIRST = 2
# Rows that are worked on together, of all networks: of a short page the calls cost more than the numbers, of a long one
# several networks at once would not fit into the processor's cache.
_ROWS_AT_ONCE = 1_250


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
        nets = {
            # Row by row in memory: what training writes is not, and NumPy would copy it before each product.
            key[2:]: np.ascontiguousarray([arrays[f"{number}.{key[2:]}"] for number in range(count)])
            for key in arrays
            if key.startswith("0.")
        }
        self._first = {key: array[:_ASKED_FIRST] for key, array in nets.items()}
        self._others = {key: array[_ASKED_FIRST:] for key, array in nets.items()}
        self._others_count = max(0, count - _ASKED_FIRST)

    def read(self, values: Numbers, words: Numbers, *, all_vote: bool = False) -> NetworkReading:
        """Judge the texts of one page.

        :param values: their features, one row each (``block_features``).
        :param words: their weights in characters: longer texts say more of the page.
        :param all_vote: whether all networks are asked, also where the first two agree.
        """
        inputs = np.ascontiguousarray(values) - self.mean
        inputs *= self._scale
        np.clip(inputs, -_CLIP, _CLIP, out=inputs)
        shares = np.log1p(words / CHARACTERS_A_WORD)[:, None].astype(np.float32)
        shares /= shares.sum() + 1e-6
        parts = [_forward(self._first, inputs, shares)]
        if all_vote or _differ(*parts[0], shares):
            step = max(1, _ROWS_AT_ONCE // len(inputs))
            parts += [
                _forward({key: array[at : at + step] for key, array in self._others.items()}, inputs, shares)
                for at in range(0, self._others_count, step)
            ]
        bodies, types = (np.concatenate(rows) for rows in zip(*parts, strict=True))
        return NetworkReading(bodies.mean(axis=0), types.mean(axis=0))


def _differ(bodies: Numbers, types: Numbers, shares: Numbers) -> bool:
    """Whether what the first networks say of a page lies so far apart that the others are asked."""
    apart = np.ptp(bodies, axis=0)
    of_type = np.max(np.ptp(types, axis=0))
    return bool(apart @ shares[:, 0] > _APART or np.max(apart) > _APART_OF_ONE or of_type > _APART_OF_TYPE)


def _forward(nets: dict[str, Numbers], inputs: Numbers, shares: Numbers) -> tuple[Numbers, Numbers]:
    """What several networks say, one row each. Their arrays are stacked: one call of NumPy serves them all."""
    hidden: Numbers = inputs @ nets["in.weight"]
    # Room that all layers share. To compare with rows of zeros takes a quarter of the time of comparing with 0.
    spread, beside, zeros = np.empty_like(hidden), np.empty_like(hidden), np.zeros_like(hidden)
    _activate(hidden, nets["in.bias"], zeros)
    _normalize(hidden, nets, "in")
    layer = 0
    while f"conv{layer}.weight" in nets:
        if layer == int(nets["middle"][0]):
            page: Numbers = _pooled(hidden, shares) @ nets["page.weight"]
            _activate(page, nets["page.bias"], zeros[:, :1])
            hidden += page
        _convolve(hidden, nets[f"conv{layer}.weight"], 2**layer, spread, beside)
        _activate(spread, nets[f"conv{layer}.bias"], zeros)
        hidden += spread
        _normalize(hidden, nets, f"conv{layer}")
        layer += 1
    body = hidden @ nets["out.weight"] + nets["out.bias"][:, None]
    kind = _pooled(hidden, shares) @ nets["type.weight"] + nets["type.bias"][:, None]
    kind = np.exp(kind - kind.max(axis=2, keepdims=True))
    return (1 / (1 + np.exp(-body)))[:, :, 0], (kind / kind.sum(axis=2, keepdims=True))[:, 0]


def _activate(rows: Numbers, bias: Numbers, zeros: Numbers) -> None:
    """Put the positive part of rows and their bias in their place."""
    rows += bias[:, None]
    np.maximum(rows, zeros, out=rows)


def _convolve(hidden: Numbers, weight: Numbers, step: int, spread: Numbers, beside: Numbers) -> None:
    """Put into ``spread`` each row with the rows ``step`` before and behind it; beyond the page stands nothing.

    :param beside: room for so many rows.
    """
    np.matmul(hidden, weight[:, 1], out=spread)
    if hidden.shape[1] > step:
        part = beside[:, step:]
        spread[:, step:] += np.matmul(hidden[:, :-step], weight[:, 0], out=part)
        spread[:, :-step] += np.matmul(hidden[:, step:], weight[:, 2], out=part)


def _normalize(rows: Numbers, nets: dict[str, Numbers], name: str) -> None:
    """Bring each row to mean 0 and deviation 1, then to what was learned of its layer, in its place."""
    width = rows.shape[2]
    rows -= (rows @ np.full(width, 1 / width, np.float32))[:, :, None]
    spread = np.einsum("ijk,ijk->ij", rows, rows)
    spread /= width
    spread += _EPSILON
    rows /= np.sqrt(spread, out=spread)[:, :, None]
    rows *= nets[f"{name}.norm"][:, None]
    rows += nets[f"{name}.shift"][:, None]


def _pooled(hidden: Numbers, shares: Numbers) -> Numbers:
    """The page as one row of each network: mean, mean by length, and largest of its rows."""
    return np.concatenate((hidden.mean(axis=1), shares[:, 0] @ hidden, hidden.max(axis=1)), axis=1)[:, None]

"""Network files: what was learned, read from the files that training writes (``numpy.savez``, no pickles)."""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from portal_crawler.page.block_network import BlockNetwork
from portal_crawler.page.editorial import LinkModel

_FILE, _OF_LINKS = "block_network.npz", "link_network.npz"


def load_network(path: Path | Traversable) -> BlockNetwork:
    """The networks of one file, as ``benchmarks/extraction/train.py`` writes it."""
    numbers, names, digest = _arrays(path)
    return BlockNetwork(numbers, names, f"blocks-{digest}")


def load_link_model(path: Path | Traversable) -> LinkModel:
    """The model of one file, as ``benchmarks/graph/train_links.py`` writes it."""
    numbers, names, digest = _arrays(path)
    return LinkModel(numbers, names, f"links-{digest}")


@lru_cache(1)
def block_network() -> BlockNetwork:
    """The network that comes with the package."""
    return load_network(files(__package__) / _FILE)


@lru_cache(1)
def link_model() -> LinkModel:
    """The model of links that comes with the package."""
    return load_link_model(files(__package__) / _OF_LINKS)


def _arrays(path: Path | Traversable) -> tuple[dict[str, NDArray[np.float32]], tuple[str, ...], str]:
    """The arrays of a file, the names of the features that it wants, and the start of its digest."""
    content = path.read_bytes()
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        names = tuple(arrays["names"].tolist())
        numbers = {key: arrays[key].astype(np.float32) for key in arrays.files if key != "names"}
    return numbers, names, hashlib.sha256(content).hexdigest()[:12]

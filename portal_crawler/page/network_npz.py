"""Network file: the learned networks, read from the file that training writes (``numpy.savez``, no pickles)."""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np

from portal_crawler.page.block_network import BlockNetwork

_FILE = "block_network.npz"


def load_network(path: Path | Traversable) -> BlockNetwork:
    """The networks of one file, as ``benchmarks/extraction/train.py`` writes it."""
    content = path.read_bytes()
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        names = tuple(arrays["names"].tolist())
        numbers = {key: arrays[key].astype(np.float32) for key in arrays.files if key != "names"}
    return BlockNetwork(numbers, names, f"blocks-{hashlib.sha256(content).hexdigest()[:12]}")


@lru_cache(1)
def block_network() -> BlockNetwork:
    """The network that comes with the package."""
    return load_network(files(__package__) / _FILE)

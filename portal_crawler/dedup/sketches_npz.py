"""Sketches as a file: those of some hundred texts, whole arrays at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from portal_crawler.dedup.fingerprints import Prints, Sketch
from portal_crawler.disk import writing

_LISTS = ("prints", "numbers", "pairs", "title")
_HASHES = ("whole", "frame")


def save_sketches(sketches: Sequence[Sketch], path: Path) -> None:
    """Write sketches in their order; they are on the disk then."""
    arrays: dict[str, Any] = {"tokens": np.array([sketch.tokens for sketch in sketches], np.int64)}
    for name in _HASHES:
        arrays[name] = np.array([getattr(sketch, name) for sketch in sketches], np.uint64)
    for name in _LISTS:
        lists = [getattr(sketch, name) for sketch in sketches]
        arrays[name] = np.concatenate([np.empty(0, np.uint32), *lists])
        arrays[f"{name}_ends"] = np.cumsum([len(one) for one in lists])
    with writing(path), path.open("wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())


def load_sketches(path: Path) -> Iterator[Sketch]:
    """The sketches of a file, in their order."""
    with np.load(path, allow_pickle=False) as arrays:
        lists = [_cut(arrays[name], arrays[f"{name}_ends"]) for name in _LISTS]
        hashes = [arrays[name].tolist() for name in ("tokens", *_HASHES)]
    for prints, numbers, pairs, title, tokens, whole, frame in zip(*lists, *hashes, strict=True):
        yield Sketch(prints, numbers, pairs, tokens, whole, frame, title)


def _cut(whole: Prints, ends: npt.NDArray[np.int64]) -> Iterator[Prints]:
    return (whole[start:end] for start, end in pairwise([0, *ends.tolist()]))

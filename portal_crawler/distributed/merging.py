"""Merging: how what slices have counted becomes one, by whoever does it. Merges are associative."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from pathlib import Path
from typing import Protocol, TypeVar

T = TypeVar("T")


class Merging(Protocol):
    """Whoever merges."""

    def merged(self, parts: Sequence[Path], load: Callable[[Path], T], merge: Callable[[T, T], T]) -> T:
        """What the files of ``parts``, of which there is one at least, come to together. Either may use up what it is
        given.
        """
        ...


class InOrder:
    """Merges one after the other, in this process."""

    def merged(self, parts: Sequence[Path], load: Callable[[Path], T], merge: Callable[[T, T], T]) -> T:
        """What the files come to together."""
        return reduce(merge, map(load, parts))

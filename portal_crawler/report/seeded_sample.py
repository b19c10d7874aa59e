"""Seeded sample: so many of a stream, each as likely as any other, the same for the same seed. Pure and mergeable."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class SeededSample(Generic[Item]):
    """The ``size`` items whose keys have the smallest digests under ``seed`` (bottom-k, Cohen and Kaplan 2007): neither
    the order of the items nor how they were parted plays a role.
    """

    seed: str
    size: int
    _kept: list[tuple[int, str, Item]] = field(default_factory=list)

    def wants(self, key: str) -> bool:
        """Whether an item of this key would be kept now: what is costly to make is made for these alone."""
        return len(self._kept) < self.size or self._rank(key) > self._kept[0][0]

    def add(self, key: str, item: Item) -> None:
        """Offer an item. Keys are distinct."""
        entry = (self._rank(key), key, item)
        if len(self._kept) < self.size:
            heappush(self._kept, entry)
        elif entry[:2] > self._kept[0][:2]:
            heappushpop(self._kept, entry)

    def merge(self, other: SeededSample[Item]) -> SeededSample[Item]:
        """The sample of both streams together."""
        both = SeededSample[Item](self.seed, self.size)
        for _, key, item in {entry[1]: entry for entry in (*self._kept, *other._kept)}.values():
            both.add(key, item)
        return both

    @property
    def items(self) -> list[Item]:
        """What was kept, in an order that the seed decides."""
        return [item for _, _, item in sorted(self._kept, key=lambda entry: (-entry[0], entry[1]))]

    def _rank(self, key: str) -> int:
        """Negative, so that the heap's smallest is the one that leaves first."""
        return -int.from_bytes(hashlib.blake2b(f"{self.seed}\n{key}".encode(), digest_size=8).digest())

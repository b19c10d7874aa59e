"""Clusters: which numbers belong together. Contains no input or output."""

from __future__ import annotations

from array import array
from collections.abc import Iterator


class Clusters:
    """Numbers from 0, each at first a cluster of its own; 8 bytes a number (Tarjan's disjoint sets).

    >>> clusters = Clusters(4)
    >>> clusters.unite(3, 1)
    >>> list(clusters.members())
    [(1, 3)]
    """

    def __init__(self, size: int) -> None:
        self._parent = array("q", range(size))

    def find(self, number: int) -> int:
        """The least number of the cluster that ``number`` belongs to."""
        parent = self._parent
        root = number
        while parent[root] != root:
            root = parent[root]
        while parent[number] != root:
            parent[number], number = root, parent[number]
        return root

    def unite(self, one: int, other: int) -> None:
        """Make one cluster of two."""
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first

    def members(self) -> Iterator[tuple[int, int]]:
        """Every number that is not its cluster's least, as (least number, number)."""
        for number in range(len(self._parent)):
            root = self.find(number)
            if root != number:
                yield root, number

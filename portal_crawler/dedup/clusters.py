"""Clusters: which numbers belong together. Contains no input or output."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator


class Clusters:
    """Numbers from 0, each at first a cluster of its own; 4 bytes a number (Tarjan's disjoint sets).

    >>> clusters = Clusters(4)
    >>> _ = clusters.unite(3, 1)
    >>> list(clusters.members())
    [(1, 3)]

    Two numbers that are to stay ``apart`` are in no cluster together, whatever unites them.

    >>> clusters = Clusters(3, apart=[(0, 2)])
    >>> clusters.unite(0, 1), clusters.unite(1, 2)
    (True, False)
    """

    def __init__(self, size: int, apart: Iterable[tuple[int, int]] = ()) -> None:
        self._parent = array("i", range(size))
        self._apart = [(one, other) for one, other in apart if one != other]

    @property
    def holds_apart(self) -> bool:
        """Whether some numbers are to stay apart: then what is united depends on the order in which it is asked for."""
        return bool(self._apart)

    def find(self, number: int) -> int:
        """The least number of the cluster that ``number`` belongs to."""
        parent = self._parent
        root = number
        while parent[root] != root:
            root = parent[root]
        while parent[number] != root:
            parent[number], number = root, parent[number]
        return root

    def unite(self, one: int, other: int) -> bool:
        """Make one cluster of two; ``False`` where that may not be."""
        first, second = sorted((self.find(one), self.find(other)))
        if any({self.find(here), self.find(there)} == {first, second} for here, there in self._apart):
            return first == second
        self._parent[second] = first
        return True

    def members(self) -> Iterator[tuple[int, int]]:
        """Every number that is not its cluster's least, as (least number, number)."""
        for number in range(len(self._parent)):
            root = self.find(number)
            if root != number:
                yield root, number

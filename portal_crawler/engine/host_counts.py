"""Host counts: how many addresses each host has, how many they are in all, and the order in which hosts came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


class _Host:
    __slots__ = ("count", "place")

    def __init__(self, place: int) -> None:
        self.count, self.place = 0, place


class HostCounts:
    """A count for each host. A host keeps its place in the order, with nothing left too, until it is forgotten.

    ``changed`` holds the hosts whose count has changed; whoever looks takes them out. ``total`` is the sum.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._hosts: dict[str, _Host] = {}
        self._places = 0
        self.total = 0
        self.changed: set[str] = set()
        for host, count in counts.items():
            self.add(host, count)

    def __len__(self) -> int:
        """Hosts that have a place."""
        return len(self._hosts)

    def __iter__(self) -> Iterator[str]:
        """Hosts that have a place, in their order."""
        return iter(self._hosts)

    def __getitem__(self, host: str) -> int:
        known = self._hosts.get(host)
        return known.count if known else 0

    def place(self, host: str) -> int:
        """A host's place: a number that is greater than those of all that came before it."""
        return self._hosts[host].place

    def add(self, host: str, count: int) -> None:
        """So many more, or fewer where it is below zero. A host that had no place has one now."""
        known = self._hosts.get(host)
        if known is None:
            self._places += 1
            known = self._hosts[host] = _Host(self._places)
        known.count += count
        self.total += count
        if count:
            self.changed.add(host)

    def forget(self, host: str) -> None:
        """A host has nothing any more, and loses its place."""
        known = self._hosts.pop(host, None)
        if known is not None:
            self.total -= known.count
            self.changed.add(host)

"""Host turns: which host comes first of those that may be asked, found without a look at all others."""

from __future__ import annotations

import heapq
from typing import Final

_READY: Final = 0
_RESTS: Final = 1
_SLEEPS: Final = 2
# A rank or a moment, the host, and the heap.
_Entry = tuple[float, str, int]
# Entries of a heap that may be old, besides one for each host, until those are thrown away.
_OLD = 64


class HostTurns:
    """Hosts that are ready, by their rank, and hosts that rest or sleep, by the moment until which they do.

    A host that rests is left alone; one that sleeps might be asked, but nothing of it may be before its moment, or
    before something changes. Each is in one heap, by its newest entry; older ones are thrown away when they come first.
    So a turn costs the logarithm of the number of hosts.
    """

    def __init__(self) -> None:
        self._heaps: tuple[list[_Entry], ...] = ([], [], [])
        self._entries: dict[str, _Entry] = {}

    def __len__(self) -> int:
        """Entries in memory, old ones too."""
        return sum(map(len, self._heaps))

    def stand(self, host: str, rank: int) -> None:
        """A host is ready, as far as is known, and comes after those of a lower rank."""
        self._enter((rank, host, _READY))

    def rest(self, host: str, until: float) -> None:
        """A host is left alone until a moment."""
        self._enter((until, host, _RESTS))

    def sleep(self, host: str, until: float) -> None:
        """Nothing of a host may be asked for until a moment."""
        self._enter((until, host, _SLEEPS))

    def leave(self, host: str) -> None:
        """A host has no turn."""
        self._entries.pop(host, None)

    def rests(self, host: str) -> bool:
        """Whether a host is left alone."""
        entry = self._entries.get(host)
        return entry is not None and entry[2] == _RESTS

    def first(self) -> tuple[float, str] | None:
        """Rank and name of the host that comes first of those that are ready."""
        return self._first(_READY)

    @property
    def any_is_up(self) -> bool:
        """Whether any host is ready, or sleeps."""
        return self._first(_READY) is not None or self._first(_SLEEPS) is not None

    def first_to_rise(self) -> tuple[float, str] | None:
        """Moment and name of the host that rests no longer before all others that do."""
        return self._first(_RESTS)

    def risen(self, now: float) -> list[str]:
        """The hosts whose moment has come; they have no turn until they stand again."""
        hosts = []
        for heap in (_RESTS, _SLEEPS):
            while (entry := self._first(heap)) is not None and entry[0] <= now:
                self.leave(entry[1])
                hosts.append(entry[1])
        return hosts

    def _enter(self, entry: _Entry) -> None:
        if self._entries.get(entry[1]) == entry:
            return
        self._entries[entry[1]] = entry
        heap = self._heaps[entry[2]]
        heapq.heappush(heap, entry)
        if len(heap) > _OLD + 2 * len(self._entries):
            heap[:] = [one for one in heap if self._entries.get(one[1]) is one]
            heapq.heapify(heap)

    def _first(self, number: int) -> tuple[float, str] | None:
        heap = self._heaps[number]
        while heap and self._entries.get(heap[0][1]) is not heap[0]:
            heapq.heappop(heap)
        return heap[0][:2] if heap else None

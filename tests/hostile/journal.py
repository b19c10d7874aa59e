"""Journal: what a hostile server was asked, what it sent, and when. The judge's evidence."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

ORDINARY, ROBOTS, UNKNOWN = "ordinary", "robots.txt", "unknown"


@dataclass(slots=True)
class Entry:
    """One request. Times are seconds of the monotonic clock; ``sent`` is what the system took of the answer.

    ``cookie`` is the length of its Cookie header; ``cut`` is whether the other side went away before the answer's end.
    """

    at: float
    host: str
    target: str
    hazard: str
    connection: int
    cookie: int = 0
    read: int = 0
    sent: int = 0
    ended: float = 0.0
    cut: bool = False


@dataclass(slots=True)
class Journal:
    """All requests, in the order in which they came. May be asked while the server runs."""

    entries: list[Entry] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(self, entry: Entry) -> int:
        """Take up a request; how many there now are for its address."""
        with self.lock:
            self.entries.append(entry)
            self._numbers[entry.host, entry.target] += 1
            return self._numbers[entry.host, entry.target]

    def so_far(self) -> list[Entry]:
        """The requests up to now."""
        with self.lock:
            return list(self.entries)

    def of(self, hazard: str) -> list[Entry]:
        """The requests that went into a hazard."""
        return [one for one in self.so_far() if one.hazard == hazard]

    def by_address(self) -> Counter[str]:
        """Requests by address, ``host/path?query``."""
        return Counter(f"{one.host}{one.target}" for one in self.so_far())

    def by_hazard(self) -> Counter[str]:
        """Requests by hazard; ``ordinary``, ``robots.txt`` and ``unknown`` are counted beside them."""
        return Counter(one.hazard for one in self.so_far())

    def gaps(self, host: str) -> list[float]:
        """Seconds between the beginnings of each two requests in turn that a host got, its robots.txt included."""
        return gaps(one.at for one in self.so_far() if one.host == host)

    def longest_cookie(self) -> int:
        """Bytes of the longest Cookie header that any request had."""
        return max((one.cookie for one in self.so_far()), default=0)

    def tries(self, hazard: str) -> list[float]:
        """Seconds between the first and the second request of each address of a hazard that was asked for twice."""
        times: dict[tuple[str, str], list[float]] = defaultdict(list)
        for one in self.of(hazard):
            times[one.host, one.target].append(one.at)
        return [some[1] - some[0] for some in times.values() if len(some) > 1]


def gaps(times: Iterable[float]) -> list[float]:
    """The differences of times in turn."""
    return [later - earlier for earlier, later in pairwise(sorted(times))]

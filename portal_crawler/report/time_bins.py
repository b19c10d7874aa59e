"""Time bins: what happened when, in bins that widen as the time grows, so that memory does not. Pure and mergeable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

# Bins at most; a chart has room for as many bars.
MOST_BINS = 60
# Widths in seconds. Each divides the next, so that bins can be added up into wider ones in any order.
_WIDTHS = (1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_419_200, 29_030_400)


@dataclass(slots=True)
class TimeBins:
    """Counts by bin and name. ``width`` is that of a bin in seconds; a bin is named by its start, in Unix seconds."""

    width: int = _WIDTHS[0]
    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    _first: int | None = None
    _last: int = 0

    def add(self, at: datetime, name: str, count: int = 1) -> None:
        """Count something that happened at a moment."""
        second = int(at.timestamp())
        self._spread(second, second)
        self.counts[second // self.width * self.width, name] += count

    def merge(self, other: TimeBins) -> TimeBins:
        """The counts of both: associative and commutative."""
        both = TimeBins(max(self.width, other.width))
        for one in (self, other):
            if one._first is not None:
                both._spread(one._first, one._last)
        for one in (self, other):
            for (start, name), count in one.counts.items():
                both.counts[start // both.width * both.width, name] += count
        return both

    def renamed(self, name: str) -> TimeBins:
        """The same counts under one name."""
        counts: Counter[tuple[int, str]] = Counter()
        for (start, _), count in self.counts.items():
            counts[start, name] += count
        return TimeBins(self.width, counts, self._first, self._last)

    def bins(self) -> Iterator[datetime]:
        """The start of every bin from the first to the last, empty ones included."""
        if self._first is not None:
            for start in range(self._first // self.width, self._last // self.width + 1):
                yield datetime.fromtimestamp(start * self.width, UTC)

    def names(self) -> list[str]:
        """What was counted, the most frequent first."""
        totals: Counter[str] = Counter()
        for (_, name), count in self.counts.items():
            totals[name] += count
        return sorted(totals, key=lambda name: (-totals[name], name))

    def at(self, start: datetime, name: str) -> int:
        """The count of one bin."""
        return self.counts[int(start.timestamp()), name]

    def _spread(self, first: int, last: int) -> None:
        """Let the bins reach over these seconds, and widen them where they are too many."""
        self._first = first if self._first is None else min(self._first, first)
        self._last = max(self._last, last)
        if self._many <= MOST_BINS:
            return
        while self._many > MOST_BINS and self.width < _WIDTHS[-1]:
            self.width = next(width for width in _WIDTHS if width > self.width)
        wider: Counter[tuple[int, str]] = Counter()
        for (start, name), count in self.counts.items():
            wider[start // self.width * self.width, name] += count
        self.counts = wider

    @property
    def _many(self) -> int:
        return self._last // self.width - (self._first or 0) // self.width + 1

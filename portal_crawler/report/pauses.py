"""Pauses: how long a host was left alone between one request for a page and the next. Pure and mergeable."""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np


@dataclass(frozen=True, slots=True)
class HostPauses:
    """The pauses of one host, in seconds from the start of one request to the start of the next.

    :param requests: requests for pages that were answered; robots.txt and tries that failed are not among them.
    :param least: the shortest pause; this and the others are ``None`` of a host that was asked once.
    :param short: how many pauses are shorter than the delay.
    """

    host: str
    requests: int
    least: float | None
    median: float | None
    longest: float | None
    short: int


@dataclass(slots=True)
class PauseTally:
    """When each host was asked, in milliseconds: 8 bytes a request."""

    _asked: defaultdict[str, array[int]] = field(default_factory=lambda: defaultdict(lambda: array("q")))

    def add(self, host: str, at: datetime) -> None:
        """A request for a page was sent."""
        self._asked[host].append(round(at.timestamp() * 1000))

    def merge(self, other: PauseTally) -> PauseTally:
        """The requests of both: associative and commutative, since they are put in order when they are told."""
        both = PauseTally()
        for one in (self, other):
            for host, asked in one._asked.items():
                both._asked[host].extend(asked)
        return both

    def hosts(self, delay: float) -> list[HostPauses]:
        """The pauses of every host, the most asked first.

        :param delay: seconds that the profile asks for.
        """
        told = [self._told(host, asked, delay) for host, asked in self._asked.items()]
        return sorted(told, key=lambda one: (-one.requests, one.host))

    def seconds(self) -> list[float]:
        """Every pause of every host, shortest first."""
        gaps = [np.diff(np.sort(np.frombuffer(asked, np.int64))) for asked in self._asked.values() if len(asked) > 1]
        every: list[float] = (np.sort(np.concatenate(gaps)) / 1000).tolist() if gaps else []
        return every

    @staticmethod
    def _told(host: str, asked: array[int], delay: float) -> HostPauses:
        gaps = np.diff(np.sort(np.frombuffer(asked, np.int64)).astype(np.float64)) / 1000
        if not len(gaps):
            return HostPauses(host, len(asked), None, None, None, 0)
        numbers = (float(np.min(gaps)), float(np.median(gaps)), float(np.max(gaps)))
        return HostPauses(host, len(asked), *numbers, short=int(np.count_nonzero(gaps < delay)))

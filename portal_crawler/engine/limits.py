"""Limits: what a crawl starts from, what ends it early, what it has done so far, how long a failed address waits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CrawlStart:
    """What a new crawl goes on from, or reads; one that is resumed keeps its own.

    ``since`` is the folder of an earlier crawl, ``source`` the archive (a crawl's folder, a WARC or WACZ file) that
    answers in place of the network. ``sample`` makes it a sample of so many requests, of every kind, at most.
    """

    since: Path | None = None
    source: Path | None = None
    sample: int | None = None


FROM_SEEDS = CrawlStart()
"""A crawl of the network that goes on from nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends a crawl early: pages, bytes of bodies, seconds; ``None`` for no limit."""

    pages: int | None = None
    bytes: int | None = None
    seconds: float | None = None

    def hit(self, tally: Tally, seconds: float) -> str:
        """Which limit is reached, in one word, or "".

        :param seconds: since this run began.
        """
        if self.pages is not None and tally.pages >= self.pages:
            return "pages"
        if self.bytes is not None and tally.bytes >= self.bytes:
            return "bytes"
        return "seconds" if self.seconds is not None and seconds >= self.seconds else ""


@dataclass(slots=True)
class Tally:
    """What this crawl has done so far, earlier runs of it included."""

    pages: int = 0
    articles: int = 0
    failed: int = 0
    bytes: int = 0


def backoff(tries: int, luck: float) -> float:
    """Seconds before the next try: 0.5, 1, 2, ... at most a minute, and up to a quarter more.

    :param luck: 0-1, by chance: addresses that failed together are not asked for together again.
    """
    return min(60.0, 0.5 * 2.0**tries) * (1 + luck / 4)

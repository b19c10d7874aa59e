"""Progress of a build: its steps in words, its pages as those of a crawl."""

from __future__ import annotations

import time

from portal_crawler.cli.progress import Progress, ProgressView
from portal_crawler.cli.terminal import Terminal, number
from portal_crawler.distributed.shard_disk import Facts
from portal_crawler.distributed.work_unit import FirstReading

_STEPS = {
    "survey": "looking through {} files",
    "read": "reading {} slices of them",
    "settled": "settling the records of {} slices, by what their pages taught",
    "close": "settling articles and link graph",
}


class BuildProgress:
    """Tells of each step, and counts the pages of the first reading (``build.BuildView``)."""

    def __init__(self, terminal: Terminal, view: ProgressView) -> None:
        self._terminal, self._view = terminal, view
        self._pages = self._before = self._articles = self._captures = 0
        self._begun = time.monotonic()

    def step(self, name: str, shards: int, known: int, stale: int) -> None:
        """Say what begins, and what of it is done already."""
        there = f"; {number(known)} are done already" if known else ""
        anew = f"; {number(stale)} were made of something else and are made anew" if stale else ""
        self._terminal.say(_STEPS[name].format(number(shards)) + there + anew)

    def planned(self, captures: int) -> None:
        """So many captures are to be read in all."""
        self._captures, self._begun = captures, time.monotonic()

    def captured(self) -> None:
        """A process begins with a capture; one that is read again is not counted again."""
        self._pages = min(self._pages + 1, self._captures)
        self._show()

    def done(self, step: str, facts: Facts, *, before: bool) -> None:
        """A shard is done."""
        if step != FirstReading.step:
            return
        self._articles += facts["articles"]
        if before:
            self._before += facts["pages"]
            self._pages += facts["pages"]

    def say(self, sentence: str) -> None:
        """Something is to be told."""
        self._terminal.say(sentence)

    def _show(self) -> None:
        seconds = time.monotonic() - self._begun
        left = self._captures - self._pages
        self._view.show(Progress(self._pages, left, self._articles, 0, seconds, self._before))

"""Progress of a build: its steps in words, its pages as those of a crawl."""

from __future__ import annotations

import time

from portal_crawler.cli.progress import Progress, ProgressView, progress_view
from portal_crawler.cli.terminal import Terminal, number
from portal_crawler.distributed.shard_disk import Facts
from portal_crawler.distributed.work_unit import FirstReading

# Of each step its words and what its shards are called.
_STEPS = {
    "survey": ("looking through {}", "file"),
    "apologies": ("reading what hosts answer where there is no page, in {}", "part"),
    "read": ("reading {} of them", "slice"),
    "settled": ("settling the records of {}, by what their pages taught", "slice"),
    "close": ("settling articles and link graph", ""),
}


class BuildProgress:
    """Tells of each step, and shows the pages of the first reading while it lasts (``build.BuildView``).

    :param kind: how, as ``progress_view`` has it.
    """

    def __init__(self, terminal: Terminal, kind: str) -> None:
        self._terminal, self._kind = terminal, kind
        self._view: ProgressView | None = None
        self._step = ""
        self._pages = self._before = self._articles = self._captures = 0
        self._begun = time.monotonic()

    def step(self, name: str, shards: int, known: int, stale: int) -> None:
        """Say what begins, and what of it is done already."""
        there = f"; {number(known)} are done already" if known else ""
        anew = f"; {number(stale)} were made of something else and are made anew" if stale else ""
        words, shard = _STEPS[name] if (name, shards) != ("close", 1) else ("settling articles", "")
        many = f"{number(shards)} {shard if shards == 1 else f'{shard}s'}"
        self.say(words.format(many) + there + anew)
        self._step, self._begun = name, time.monotonic()

    def planned(self, captures: int) -> None:
        """So many captures are to be read in all."""
        self._captures = captures

    def captured(self) -> None:
        """A process begins with a capture; one that is read again is not counted again."""
        if self._step != FirstReading.step:
            return
        self._pages = min(self._pages + 1, self._captures)
        self._view = self._view or progress_view(self._kind, self._terminal, self._captures)
        seconds, left = time.monotonic() - self._begun, self._captures - self._pages
        self._view.show(Progress(self._pages, left, self._articles, 0, seconds, self._before))

    def done(self, step: str, facts: Facts, *, before: bool) -> None:
        """A shard is done."""
        if step != FirstReading.step:
            return
        self._articles += facts["articles"]
        if before:
            self._before += facts["pages"]
            self._pages += facts["pages"]

    def say(self, sentence: str) -> None:
        """Something is to be told; what is drawn makes room for it."""
        self.close()
        self._terminal.say(sentence)

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._view is not None:
            self._view.close()
            self._view = None

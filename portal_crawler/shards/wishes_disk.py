"""Wishes: what a crawl by shards is asked for from outside, in its folder, handed on to the folders of its shards."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from portal_crawler.engine.control_file import Standing, Wish, ask, asked, forget, tell, told
from portal_crawler.shards.manifest_json import shard_folders

# Seconds between two looks, as in a crawl of one process.
_LOOK = 0.5


class Wishes:
    """The wishes for one crawl. A shard that starts again is asked again."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self._folder, self._shards = folder, shard_folders(folder, jobs)
        self._next = 0.0
        self._standing = Standing.NONE
        forget(folder)

    def to_stop(self, running: Iterable[int]) -> bool:
        """Whether the crawl is to stop; a pause, and its end, is handed on to the shards that run."""
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + _LOOK
        wish = asked(self._folder)
        if wish is Wish.STOP:
            self._tell(Standing.STOPPING)
            return True
        paused = wish is Wish.PAUSE
        for number in running:
            if (told(self._shards[number]) is Standing.PAUSED) is not paused:
                ask(self._shards[number], Wish.PAUSE if paused else Wish.RESUME)
        self._tell(Standing.PAUSED if paused else Standing.NONE)
        return False

    def _tell(self, standing: Standing) -> None:
        if standing is not self._standing:
            self._standing = standing
            tell(self._folder, standing)

    def close(self) -> None:
        """The crawl's shards have ended."""
        forget(self._folder)

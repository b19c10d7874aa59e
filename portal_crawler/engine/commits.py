"""Commits: when what a crawl has done reaches the disk, and in which order."""

from __future__ import annotations

import time

from portal_crawler.engine.limits import Tally
from portal_crawler.engine.outputs import OutputRegistry
from portal_crawler.frontier.ledger_sqlite import Ledger

# The rhythm: what a kill can cost, against what an fsync costs.
_SECONDS = 0.2
_STEPS = 200


class Commits:
    """The commits of one running crawl."""

    def __init__(self, ledger: Ledger, outputs: OutputRegistry) -> None:
        self._ledger, self._outputs = ledger, outputs
        self._steps, self._last = 0, time.monotonic()

    def step(self) -> bool:
        """One step more was done; whether it is time to commit."""
        self._steps += 1
        return self._steps >= _STEPS or time.monotonic() - self._last >= _SECONDS

    @property
    def waits(self) -> bool:
        """Whether anything was done since the last commit."""
        return self._steps > 0

    def commit(self, tally: Tally) -> None:
        """Outputs to the disk, then one transaction."""
        lengths = self._outputs.sync()
        self._ledger.set_meta("articles", str(tally.articles))
        self._ledger.set_meta("bytes", str(tally.bytes))
        self._ledger.commit(lengths)
        self._steps, self._last = 0, time.monotonic()

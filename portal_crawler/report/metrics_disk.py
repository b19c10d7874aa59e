"""Metrics file: a crawl's metrics for node_exporter's textfile collector, written anew while the crawl runs.

A scrape never sees half of it: it is written beside its place, under a name that the collector passes over, and renamed
(https://github.com/prometheus/node_exporter#textfile-collector).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from portal_crawler.disk import writing
from portal_crawler.errors import PortalCrawlerError, UsageError
from portal_crawler.report.crawl_state_sqlite import crawl_state
from portal_crawler.report.metrics import CrawlState, exposition

# Seconds between two writings: a third of Prometheus' usual scrape interval of 15 s.
EVERY = 5.0
# Of a crawl's time, the share that its metrics may take: a frontier of millions is not counted every five seconds.
_SHARE = 0.01


class MetricsFile:
    """The file at ``path`` with the metrics of the crawl in ``folder``. What keeps it from being written is told, once,
    and ends no crawl.

    :param tell: takes a message for people.
    :param state: says how the crawl of a folder stands.
    :raises UsageError: where ``path`` is a folder, or its folder is missing.
    """

    def __init__(
        self,
        path: Path,
        folder: Path,
        tell: Callable[[str], object],
        state: Callable[[Path], CrawlState] = crawl_state,
    ) -> None:
        if path.is_dir():
            raise UsageError(str(path), "is a folder", f"name a file in it, such as {path / 'crawl.prom'}")
        if not path.parent.is_dir():
            raise UsageError(str(path), "has no folder to stand in", f"make it first: mkdir -p {path.parent}")
        self._path, self._folder, self._tell, self._state = path, folder, tell, state
        self._next = 0.0
        self._told = ""

    def update(self) -> None:
        """Write it, unless that was done a moment ago."""
        if time.monotonic() >= self._next:
            self.write()

    def write(self) -> None:
        """Write it."""
        begun = time.monotonic()
        try:
            self._replace(exposition([self._state(self._folder)], datetime.now(UTC)))
            self._told = ""
        except PortalCrawlerError as error:
            if str(error) != self._told:
                self._told = str(error)
                self._tell(f"metrics are not written: {error}")
        now = time.monotonic()
        self._next = now + max(EVERY, (now - begun) / _SHARE)

    def _replace(self, text: str) -> None:
        beside = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp")
        with writing(self._path):
            beside.write_text(text, encoding="utf-8")
            beside.chmod(0o644)  # node_exporter is another user
            beside.replace(self._path)

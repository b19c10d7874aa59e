"""Page viewer: archived pages as HTML for a person, made in a process of its own, with limits of time and memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from portal_crawler.capture import Capture
from portal_crawler.engine.reading_wire import Task
from portal_crawler.engine.worker_process import ReadingLimits, WorkerBrokenError, WorkerProcess
from portal_crawler.records.sinks import TEMPLATE
from portal_crawler.records.wacz_of_crawl import PROFILE_FILE
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.template.template_json import load_template

# A person waits for the page.
_LIMITS = ReadingLimits(seconds=10.0)
# Seconds without a page after which the process is ended: it holds more memory than the server itself.
_IDLE = 60.0
# Characters of a page's source that stand in for a page that cannot be shown.
_SOURCE = 200_000


@dataclass(frozen=True, slots=True)
class _Reader:
    folder: Path
    process: WorkerProcess
    template: SiteTemplate | None


class PageViewer:
    """Shows the pages of one crawl at a time. May be asked from any thread, one after the other; close after use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reader: _Reader | None = None
        self._timer: threading.Timer | None = None

    def show(self, folder: Path, task: Task, capture: Capture, lead: str) -> str:
        """A page as it is (SHOW), or with its reading drawn over it (DRAW).

        :param lead: what its links lead to, with their address, quoted, behind it.
        :raises PortalCrawlerError: where the crawl's profile cannot be read, or no process be started.
        """
        with self._lock:
            self._wait_no_longer()
            try:
                reader = self._of(folder)
                return reader.process.shown(task, capture, reader.template, lead)
            except WorkerBrokenError as broken:
                self._end()
                return _source(capture, str(broken))
            finally:
                self._timer = _after(_IDLE, self.close)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._wait_no_longer()
            self._end()

    def _of(self, folder: Path) -> _Reader:
        if self._reader is None or self._reader.folder != folder or self._reader.process.is_grown:
            self._end()
            profile = load_profile(folder / PROFILE_FILE, to_crawl=False)
            path = folder / TEMPLATE
            template = load_template(path) if path.exists() else None
            self._reader = _Reader(folder, WorkerProcess(profile, _LIMITS), template)
        return self._reader

    def _end(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.process.close()

    def _wait_no_longer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _after(seconds: float, act: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    return timer


def _source(capture: Capture, problem: str) -> str:
    """The start of a page's source, where the page itself cannot be shown."""
    text = capture.body[:_SOURCE].decode("utf-8", "replace")
    return (
        f"<!DOCTYPE html>\n<meta charset='utf-8'><p>{escape(problem)}; this is its source:</p><pre>{escape(text)}</pre>"
    )

"""Reading workers: the few processes in which a crawl's pages are read, and what becomes of pages that break one.

Each has a thread that speaks with it, so the event loop only ever waits. A page that takes too much time or memory, or
ends its process, is a page with a problem: its links are looked for by a scan whose cost is bounded.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field

from portal_crawler.capture import Capture
from portal_crawler.engine.reading_wire import Task
from portal_crawler.engine.worker_process import ReadingLimits, WorkerBrokenError, WorkerProcess
from portal_crawler.errors import PortalCrawlerError
from portal_crawler.reading import PageReading, read_page, scan_page, unreadable
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.template.site_template import SiteTemplate

_log = logging.getLogger(__name__)
# Beyond a few, one event loop does not feed them: it takes about 2 ms of its time to fetch and record a page.
_MOST = 8
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """``workers`` processes, 0 to read in the crawl's own; ``ordered``: readings come in the order of the captures."""

    workers: int = 0
    limits: ReadingLimits = field(default_factory=ReadingLimits)
    ordered: bool = False


def default_workers() -> int:
    """One process for each processor but the first, which the crawl itself has; at least one."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(_MOST, available - 1))


@dataclass(frozen=True, slots=True)
class _Page:
    capture: Capture
    template: SiteTemplate | None
    reading: Future[PageReading] = field(default_factory=Future)


class ReadingWorkers:
    """The readers of one crawl. ``read`` belongs to its event loop, ``read_all`` to the time after it.

    Until ``begin`` and after ``close`` pages are read in the crawl's own process.
    """

    def __init__(self, profile: SiteProfile) -> None:
        self._profile = profile
        self._options = ReadingOptions()
        self._pages: queue.SimpleQueue[_Page | None] = queue.SimpleQueue()
        self._readers: list[_Reader] = []
        self._last: asyncio.Future[None] | None = None

    def begin(self, options: ReadingOptions) -> None:
        """Start the processes; they get ready while the first page is fetched."""
        self._options = options
        # Beside others no page is to wait behind a slow one.
        alone = options.workers == 1
        self._readers = [_Reader(self._profile, options.limits, self._pages, alone) for _ in range(options.workers)]

    async def read(self, capture: Capture) -> PageReading:
        """Read one page.

        :raises StateError: where no process can be started.
        """
        if not self._readers:
            return read_here(capture, self._profile)
        reading = asyncio.wrap_future(self._put(capture, None))
        if not self._options.ordered:
            return await reading
        before, done = self._last, asyncio.get_running_loop().create_future()
        self._last = done
        try:
            await asyncio.wait([reading])
            if before is not None:
                await before
            return reading.result()
        finally:
            done.set_result(None)

    def read_all(self, captures: Iterable[Capture], template: SiteTemplate | None) -> Iterator[PageReading]:
        """Read pages by a template, in their order; a few more of them are in memory than there are workers.

        :raises StateError: where no process can be started.
        """
        waiting: deque[Future[PageReading]] = deque()
        for capture in captures:
            if not self._readers:
                yield read_here(capture, self._profile, template)
                continue
            waiting.append(self._put(capture, template))
            if len(waiting) > _AHEAD * len(self._readers):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def close(self) -> None:
        """End the processes. A page that one of them was reading is not read."""
        for reader in self._readers:
            reader.close()
        for _ in self._readers:
            self._pages.put(None)
        for reader in self._readers:
            reader.thread.join()
        self._readers = []

    def _put(self, capture: Capture, template: SiteTemplate | None) -> Future[PageReading]:
        page = _Page(capture, template)
        self._pages.put(page)
        return page.reading


class _Reader:
    """One worker with its thread: takes page by page, and has a new process when the one it has is of no more use.

    One that is alone is sent the next page, if there is one, while its process reads: that would else do nothing until
    this thread has its turn, of which a busy crawl leaves it few.
    """

    def __init__(
        self, profile: SiteProfile, limits: ReadingLimits, pages: queue.SimpleQueue[_Page | None], alone: bool
    ) -> None:
        self._profile, self._limits, self._pages, self._alone = profile, limits, pages, alone
        self._process: WorkerProcess | None = None
        # The next page, and the one that the process was sent before its time.
        self._next: _Page | None = None
        self._sent: _Page | None = None
        self._closing, self._lock = False, threading.Lock()
        self.thread = threading.Thread(target=self._run, name="reader", daemon=True)
        self.thread.start()

    def close(self) -> None:
        """End the process, and with it the thread, when there is nothing left to take."""
        with self._lock:
            self._closing = True
            if self._process is not None:
                self._process.kill()

    def _run(self) -> None:
        try:
            with suppress(PortalCrawlerError):  # it is told with the first page
                self._ready()
            while (page := self._following()) is not None and not self._closing:
                self._take(page)
                if self._process is not None and self._process.is_grown:
                    self._drop()
                    with suppress(PortalCrawlerError):
                        self._ready()
        finally:
            self._drop()

    def _following(self) -> _Page | None:
        """The next page; ``None`` where there is none to come."""
        page, self._next = self._next, None
        return page or self._pages.get()

    def _take(self, page: _Page) -> None:
        try:
            reading = self._reading(page)
        except Exception as error:  # noqa: BLE001 - it is told to who waits for the reading
            if self._closing:
                page.reading.cancel()
            else:
                page.reading.set_exception(error)
        else:
            page.reading.set_result(reading)

    def _reading(self, page: _Page) -> PageReading:
        capture, template = page.capture, page.template
        try:
            return self._first_asked(page)
        except WorkerBrokenError as broken:
            problem = broken
        if not problem.own:
            try:
                return self._asked(Task.READ, capture, template)
            except WorkerBrokenError as broken:
                problem = broken
        _log.warning("%s: %s%s", capture.url, problem, f"\n{problem.trace}" if problem.trace else "")
        try:
            return self._asked(Task.SCAN, capture, template, str(problem))
        except WorkerBrokenError as broken:
            _log.warning("%s: its links: %s", capture.url, broken)
            return unreadable(capture, self._profile, (str(problem), f"its links were not found: {broken}"))

    def _first_asked(self, page: _Page) -> PageReading:
        """Ask for a page that may be sent already, and send the one behind it."""
        process = self._ready()
        try:
            if page is not self._sent:
                process.ask(Task.READ, page.capture, page.template)
            self._sent = None
            if self._alone:
                self._send_next(process)
            return process.reading(page.capture)
        except WorkerBrokenError:
            self._drop()
            raise

    def _send_next(self, process: WorkerProcess) -> None:
        with suppress(queue.Empty):
            self._next = self._pages.get_nowait()
            if self._next is None:  # the end, which is not yet come
                self._pages.put(None)
            elif process.takes_ahead(self._next.capture, self._next.template):
                process.ask(Task.READ, self._next.capture, self._next.template)
                self._sent = self._next

    def _asked(self, task: Task, capture: Capture, template: SiteTemplate | None, told: str = "") -> PageReading:
        process = self._ready()
        try:
            return process.read(task, capture, template, told)
        except WorkerBrokenError:
            self._drop()
            raise

    def _ready(self) -> WorkerProcess:
        if self._process is None:
            process = WorkerProcess(self._profile, self._limits)
            with self._lock:
                self._process = process
                if self._closing:
                    process.kill()
        return self._process

    def _drop(self) -> None:
        with self._lock:
            process, self._process, self._sent = self._process, None, None
        if process is not None:
            process.close()


def read_here(capture: Capture, profile: SiteProfile, template: SiteTemplate | None = None) -> PageReading:
    """Read a page in this process. A page at which the reading fails is a page with a problem, too."""
    try:
        return read_page(capture, profile, template, learn=True)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the page's doing, and told
        _log.exception("%s", capture.url)
        return scan_page(capture, profile, f"reading it failed ({type(error).__name__}: {error})"[:300])

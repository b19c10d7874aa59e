"""Catalog keeper: opens crawls' catalogs for requests, and has them made and followed in threads beside them."""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from portal_crawler.catalog.build_sqlite import Standing, standing, update
from portal_crawler.catalog.catalog_sqlite import Catalog
from portal_crawler.catalog.place_disk import catalog_path
from portal_crawler.catalog.source_disk import Source, sources_of
from portal_crawler.errors import DamagedFileError, PortalCrawlerError
from portal_crawler.web.crawl_shelf import is_crawl
from portal_crawler.web.not_found import NotHereError

# Seconds that a request waits for a catalog: that of a few hundred pages is made by then.
_PATIENCE = 1.0
# Seconds that a request waits for what was added to a crawl since.
_GLANCE = 0.05
# Seconds after which a catalog that could not be made is tried again, where the crawl's files are as they were.
_AGAIN = 30.0


class NotReadyError(Exception):
    """A catalog is being made: how many bytes of the crawl's files are read, of how many."""

    def __init__(self, done: int, of: int) -> None:
        super().__init__(done, of)
        self.done, self.of = done, of


@dataclass(slots=True)
class _Work:
    """A catalog that is being made or followed."""

    thread: threading.Thread | None = None
    done: int = 0
    of: int = 0
    error: BaseException | None = None
    failed: list[Source] = field(default_factory=list)
    until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


class CatalogKeeper:
    """The catalogs of the dashboard's crawls. Safe to use from several threads."""

    def __init__(self) -> None:
        self._works: dict[Path, _Work] = {}
        self._lock = threading.Lock()

    def open(self, folder: Path, *, patience: float = _PATIENCE) -> Catalog:
        """The open catalog of a crawl; who asks closes it.

        What was added since is read beside, and is there at one of the next requests.

        :param patience: seconds to wait for a catalog that is not there yet.
        :raises NotReadyError: while it is being made.
        :raises PortalCrawlerError: where it could not be.
        """
        path = catalog_path(folder)
        found = standing(path, folder)
        if found is not Standing.CURRENT:
            work = self._working(folder)
            if work.thread is not None:
                work.thread.join(_GLANCE if found is Standing.GROWN else patience)
            if isinstance(work.error, DamagedFileError | OSError) and not _may_differ(folder, work):
                raise work.error  # what is there ends before the damage: shown, it would pass for all there is
            if found is not Standing.GROWN and standing(path, folder) not in (Standing.CURRENT, Standing.GROWN):
                if work.error is not None:
                    raise work.error
                raise NotReadyError(work.done, work.of)
        return Catalog(folder, path)

    def _working(self, folder: Path) -> _Work:
        with self._lock:
            work = self._works.setdefault(folder, _Work())
        with work.lock:
            running = work.thread is not None and work.thread.is_alive()
            if not running and (work.error is None or _may_differ(folder, work)):
                work.error, work.done, work.of = None, 0, 0
                work.thread = threading.Thread(target=_make, args=(folder, work), name=f"catalog {folder}", daemon=True)
                work.thread.start()
        return work


def _may_differ(folder: Path, work: _Work) -> bool:
    """Whether a catalog that could not be made can be by now."""
    return time.monotonic() > work.until or sources_of(folder) != work.failed


def _make(folder: Path, work: _Work) -> None:
    def progress(done: int, of: int) -> None:
        work.done, work.of = done, of

    sources = sources_of(folder)
    try:
        if not is_crawl(folder):  # it is being removed: a catalog would bring its folder back
            raise NotHereError(folder.name, "was removed or moved", "choose one from the list of crawls")
        update(folder, progress)
    except (PortalCrawlerError, OSError) as error:
        if isinstance(error.__cause__, sqlite3.DatabaseError) and not catalog_path(folder).exists():
            return  # it was removed while it was made: the next request begins it anew
        work.failed, work.until, work.error = sources, time.monotonic() + _AGAIN, error

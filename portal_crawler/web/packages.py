"""Packages: the WACZ file that a crawl is replayed from. One that lies in its folder is taken; else it is made once.

A crawl that still runs has none: its pages are shown one by one, from its WARC files.
"""

from __future__ import annotations

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from portal_crawler.archive.wacz_layout import SUFFIX
from portal_crawler.archive.warc_write import FOLDER
from portal_crawler.errors import OutputError, PortalCrawlerError
from portal_crawler.records.manifest_json import CRAWL
from portal_crawler.records.sinks import INDEX
from portal_crawler.records.wacz_of_crawl import ended_crawl, pack_crawl

# A package for the replay alone. It lies with the others, so that what removes packages removes it, too.
MADE = "replay.wacz"
# Seconds that a package which is nearly whole gets at the end.
_LAST_WORDS = 2.0


@dataclass(frozen=True, slots=True)
class PackageState:
    """Of one crawl's package: its file, or the error in words; neither while it is being made."""

    path: Path | None = None
    problem: str = ""


class Packages:
    """The packages of the crawls that a dashboard shows. May be asked from any thread; close after use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: dict[Path, threading.Thread] = {}
        self._states: dict[Path, PackageState] = {}
        self._room: tempfile.TemporaryDirectory[str] | None = None

    def ready(self, folder: Path) -> Path | None:
        """The package of a crawl, where one is there that holds what its archive holds now."""
        made = self._states.get(folder)
        places = sorted(folder.glob(f"*{SUFFIX}"))
        if made is not None and made.path is not None:
            places.append(made.path)
        newest = _changed(folder)
        return next((path for path in places if path.is_file() and path.stat().st_mtime_ns >= newest), None)

    def ask(self, folder: Path) -> PackageState:
        """The state of a crawl's package; one that is missing begins to be made."""
        if (path := self.ready(folder)) is not None:
            return PackageState(path)
        with self._lock:
            thread = self._making.get(folder)
            if thread is not None and thread.is_alive():
                return PackageState()
            state = self._states.get(folder)
            if thread is not None and state is not None and state.problem:
                del self._making[folder]  # the next time it is tried again
                return state
            self._making[folder] = threading.Thread(target=self._make, args=(folder,), daemon=True)
            self._making[folder].start()
        return PackageState()

    def _make(self, folder: Path) -> None:
        try:
            crawl = ended_crawl(folder)
            try:
                path = folder / MADE
                pack_crawl(crawl, path)
            except (OutputError, OSError):  # an archive that must not be written to
                path = self._elsewhere(folder)
                pack_crawl(crawl, path)
        except (PortalCrawlerError, OSError) as error:
            self._states[folder] = PackageState(problem=str(error))
        else:
            self._states[folder] = PackageState(path)

    def _elsewhere(self, folder: Path) -> Path:
        with self._lock:
            if self._room is None:
                self._room = tempfile.TemporaryDirectory(prefix="portal-crawler-replay-")  # removed by close()
            return Path(self._room.name) / f"{len(self._states)}-{folder.name}{SUFFIX}"

    def close(self) -> None:
        """Remove what was put elsewhere; what is being made is given up, and made anew another time."""
        for thread in self._making.values():
            thread.join(_LAST_WORDS)
        if self._room is not None:
            self._room.cleanup()


def _changed(folder: Path) -> int:
    """When what a package is made of changed last: nanoseconds since the epoch."""
    files = [*folder.glob(f"{FOLDER}/*.warc*"), folder / INDEX, folder / CRAWL]
    return max((path.stat().st_mtime_ns for path in files if path.exists()), default=0)

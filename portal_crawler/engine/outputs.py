"""Outputs: the files that grow during a crawl, each cut back to its committed length when it is opened."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from portal_crawler.engine.crawl_archive import ArchiveOptions, CrawlArchive
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.sites.profile import SiteProfile


class OutputRegistry:
    """The appendable files of one crawl (``records.sinks.Outputs``). Use from one thread.

    ``archive`` is ``None`` where the profile wants no WARC files.
    """

    def __init__(self, folder: Path, profile: SiteProfile, ledger: Ledger, options: ArchiveOptions | None) -> None:
        self.folder = folder
        self.profile = profile
        self._ledger = ledger
        self._files: dict[str, JsonlFile] = {}
        self._synced: dict[str, int] = ledger.lengths()
        self.archive = CrawlArchive(folder, options, self._synced) if options else None

    def jsonl(self, name: str) -> JsonlFile:
        """The output of that name, a path relative to the crawl's folder."""
        if name not in self._files:
            self._files[name] = JsonlFile(self.folder / name, self._synced.setdefault(name, 0))
        return self._files[name]

    def sync(self) -> dict[str, int]:
        """Bring what was added to the disk; the lengths, in bytes, of the files that grew."""
        grown = {name: file.sync() for name, file in self._files.items() if file.length != self._synced[name]}
        if self.archive:
            grown.update(self.archive.sync())
        self._synced.update(grown)
        return grown

    def close(self) -> None:
        """Close every file; what is not committed is cut off when it is opened again."""
        with ExitStack() as closing:  # a full disk, which may fail one of them, leaves none open
            if self.archive:
                closing.callback(self.archive.close)
            for file in self._files.values():
                closing.callback(file.close)
            self._files.clear()

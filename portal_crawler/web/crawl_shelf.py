"""Crawl shelf: the crawls that the dashboard shows, each by a name that its addresses use."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from portal_crawler.errors import PortalCrawlerError
from portal_crawler.shards.manifest_json import parts_of
from portal_crawler.web.not_found import NotHereError

# What makes a folder a crawl's.
_MARKS = ("ledger.sqlite", "pages.jsonl", "crawl.json")
LATEST, _LOCK = "latest", "ledger.lock"
# Folders below a named one that are looked through: data/crawls/<profile>/<crawl>.
_DEPTH = 2
# Seconds for which a list of folders holds.
_FRESH = 2.0
# Types of what ``crawl.json`` says: a value of another one is as good as none, and keeps no other crawl from its list.
_TYPES: dict[str, type | tuple[type, ...]] = {
    "profile": str,
    "started": str,
    "finished": str,
    "finish_reason": str,
    "seconds": (int, float),
    "counts": dict,
    "seeds": list,
    "command": list,
    "versions": dict,
}
# What no path of an address may hold (``web.paths``).
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f\\]")
# Joins the parts of a name: it stands in a URL as it is (RFC 3986 section 2.3), and hardly in a folder's name.
_JOIN = "~"


@dataclass(frozen=True, slots=True)
class ShelvedCrawl:
    """One crawl: its name in addresses, its folder, and what its ``crawl.json`` says (empty where it has none yet)."""

    name: str
    folder: Path
    facts: dict[str, Any] = field(hash=False, compare=False)

    @property
    def profile(self) -> str:
        """The name of its profile; of a crawl without ``crawl.json``, that of the folder it lies in."""
        return str(self.facts.get("profile") or self.folder.parent.name)

    @property
    def started(self) -> str:
        """When it began, ISO 8601; "" where that is not known."""
        return str(self.facts.get("started") or "")

    @property
    def state(self) -> str:
        """``running``, ``finished``, ``interrupted``, ``limit``; ``stopped`` of one that was killed."""
        reason = str(self.facts.get("finish_reason") or "")
        if not reason:
            return "running" if self.is_running() else "stopped"
        return "limit" if reason.startswith("limit") else reason

    def is_running(self) -> bool:
        """Whether the process that the crawl's lock names is there. The lock itself is the crawl's, and left alone."""
        try:
            pid = int((self.folder / _LOCK).read_text(encoding="ascii"))
            if pid <= 0:
                return False  # a group of processes, and no process
            os.kill(pid, 0)
        except PermissionError:
            return True  # of another user
        except (OSError, ValueError, OverflowError):
            return False
        return True


class CrawlShelf:
    """The crawls below some folders, looked for again every two seconds. Safe to use from several threads.

    :param places: folders of crawls, and folders below which crawls lie.
    """

    def __init__(self, places: Sequence[Path]) -> None:
        self.places = tuple(places)
        self._lock = Lock()
        self._until = 0.0
        self._folders: dict[str, Path] = {}

    def crawls(self) -> list[ShelvedCrawl]:
        """Every crawl, the newest first."""
        found = [ShelvedCrawl(name, folder, _facts(folder)) for name, folder in self._found().items()]
        return sorted(found, key=lambda crawl: (crawl.started, crawl.name), reverse=True)

    def crawl(self, name: str) -> ShelvedCrawl:
        """The crawl of that name.

        :raises NotHereError: where there is none.
        """
        folder = self._found().get(name)
        if folder is None or not is_crawl(folder):
            raise NotHereError(name[:100], "is no crawl here", "choose one from the list of crawls")
        return ShelvedCrawl(name, folder, _facts(folder))

    def _found(self) -> dict[str, Path]:
        with self._lock:
            if time.monotonic() > self._until:
                self._folders = dict(_named(self.places))
                self._until = time.monotonic() + _FRESH
            return self._folders


def is_crawl(folder: Path) -> bool:
    """Whether a folder is that of a crawl."""
    return any((folder / mark).exists() for mark in _MARKS)


def _named(places: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    taken: set[str] = set()
    shown: set[Path] = set()
    for place in places:
        for folder in sorted(_crawls_below(place, _DEPTH)):
            if folder.resolve() in shown:  # NAME/* names the newest crawl by latest, too
                continue
            shown.add(folder.resolve())
            parts = folder.relative_to(place).parts or (folder.resolve().name,)
            # A folder's name need not be UTF-8, as those that were unpacked from an archive of GBK names are not.
            name = own = _UNSPEAKABLE.sub("\ufffd", os.fsencode(_JOIN.join(parts)).decode("utf-8", "replace"))
            number = 2
            while name in taken:  # two folders of one name, in two places
                name, number = f"{own}{_JOIN}{number}", number + 1
            taken.add(name)
            yield name, folder


def _crawls_below(place: Path, depth: int) -> Iterator[Path]:
    if is_crawl(place):
        yield place
        with suppress(PortalCrawlerError):  # a manifest of shards that cannot be read
            yield from (part for part in parts_of(place) if part != place)
    elif depth and place.is_dir():
        for one in _entries(place):
            if one.is_dir() and one.name != LATEST and not one.name.startswith("."):
                yield from _crawls_below(one, depth - 1)


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder; nothing where it is gone by now, or not to be read by us."""
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []


def _facts(folder: Path) -> dict[str, Any]:
    try:
        facts = json.loads((folder / "crawl.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(facts, dict):
        return {}
    return {name: value for name, value in facts.items() if isinstance(value, _TYPES.get(name, object))}

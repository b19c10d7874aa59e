"""Profile trial: what another profile would make of a crawl, seen on a sample of its archive before it is used.

Reads only. The pages are read in processes with limits, as a crawl reads them: once by the crawl's own profile, once by
the other.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from portal_crawler.capture import Capture
from portal_crawler.database_sqlite import open_to_read
from portal_crawler.engine.reading_workers import ReadingOptions, ReadingWorkers
from portal_crawler.engine.worker_process import ReadingLimits
from portal_crawler.errors import StateError, UsageError
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.records.archived_page import archived_capture
from portal_crawler.records.jsonl import raw_lines
from portal_crawler.records.sinks import PAGES, TEMPLATE
from portal_crawler.report.reading_changes import PageChange, compare_readings
from portal_crawler.report.scope_changes import KnownAddress, ScopeChanges, compare_scopes
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.template.template_json import load_template

# Pages of a sample, unless more are asked for: a person waits for them.
SAMPLE = 40
# Of them so many in a hundred are of each kind, where there are as many.
_SHARES = (("article", 60), ("link_page", 20), ("other", 15), ("unreadable", 5))
_LIMITS = ReadingLimits(seconds=10.0)


@dataclass(frozen=True, slots=True)
class ProfileTrial:
    """Of ``archived`` pages those of ``pages`` were read by both profiles; the ones that differ come first."""

    archived: int
    pages: tuple[PageChange, ...]
    scope: ScopeChanges

    @property
    def changed(self) -> int:
        """The pages that are read otherwise."""
        return sum(page.is_changed for page in self.pages)


def try_profile(folder: Path, after: SiteProfile, sample: int = SAMPLE) -> ProfileTrial:
    """Read a sample of a crawl's pages by its own profile and by another, and hold its addresses against both scopes.

    :raises UsageError: where the folder is no crawl's, or the crawl keeps no archive.
    :raises ProfileError: where the crawl's own profile cannot be read.
    :raises DamagedFileError: where the archive lacks a page's record.
    """
    if not (folder / PAGES).exists():
        raise UsageError(str(folder), "is not a crawl's folder", "name a folder that holds pages.jsonl")
    before = load_profile(folder / "profile.toml", to_crawl=False)
    archived, chosen = _sample(folder, sample)
    if not chosen:
        cure = "name a crawl that keeps its archive: [output] warc = true in the profile"
        raise UsageError(str(folder), "keeps no archived page", cure)
    pages = sorted(_pages(folder, chosen, before, after), key=lambda page: not page.is_changed)
    return ProfileTrial(archived, tuple(pages), compare_scopes(_addresses(folder), before, after))


def _pages(
    folder: Path, chosen: Sequence[dict[str, Any]], before: SiteProfile, after: SiteProfile
) -> Iterator[PageChange]:
    template = load_template(folder / TEMPLATE) if (folder / TEMPLATE).exists() else None
    readers = [ReadingWorkers(profile) for profile in (before, after)]
    try:
        for reader in readers:
            reader.begin(ReadingOptions(workers=1, limits=_LIMITS))
        old, new = (reader.read_all(_captures(folder, chosen), template) for reader in readers)
        for was, would in zip(old, new, strict=True):
            yield compare_readings(was, would)
    finally:
        for reader in readers:
            reader.close()


def _captures(folder: Path, chosen: Sequence[dict[str, Any]]) -> Iterator[Capture]:
    for page in chosen:
        if (capture := archived_capture(folder, page)) is not None:
            yield capture


def _sample(folder: Path, most: int) -> tuple[int, list[dict[str, Any]]]:
    """How many pages the archive holds, and a sample: some of each kind, from the whole length of the crawl."""
    kinds: dict[str, list[bytes]] = defaultdict(list)
    for _, line in raw_lines(folder / PAGES):
        page = orjson.loads(line)
        if page.get("warc_file") and page.get("status") == 200:
            kinds[str(page.get("kind"))].append(line)
    archived = sum(map(len, kinds.values()))
    chosen = [line for kind, share in _SHARES for line in spread(kinds.get(kind, []), most * share // 100)]
    if len(chosen) < min(most, archived):  # a kind has fewer pages than its share
        taken = set(chosen)
        rest = [line for lines in kinds.values() for line in lines if line not in taken]
        chosen += spread(rest, most - len(chosen))
    return archived, [orjson.loads(line) for line in chosen]


def spread(lines: Sequence[bytes], most: int) -> list[bytes]:
    """At most so many of a list, at even distances.

    >>> spread([b"a", b"b", b"c", b"d"], 2)
    [b'a', b'c']
    """
    if most <= 0:
        return []
    return list(lines) if len(lines) <= most else [lines[len(lines) * at // most] for at in range(most)]


def _addresses(folder: Path) -> Iterator[KnownAddress]:
    """Every address that the crawl knows; none of records that were read again from archives."""
    path = folder / LEDGER
    if not path.exists():
        return
    try:
        with open_to_read(path) as ledger:
            for url, depth in ledger.execute("SELECT url, depth FROM frontier ORDER BY id"):
                yield KnownAddress(url, depth)
    except sqlite3.DatabaseError as error:
        raise StateError(str(path), f"cannot be read ({error})", "check the crawl: portal-crawler verify") from error

"""WACZ of a crawl: the package that is made of a crawl's folder, and what goes into it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from portal_crawler import __version__
from portal_crawler.archive.cdxj_index import read_entry
from portal_crawler.archive.wacz_layout import ARCHIVE, FACTS, LOGS, OTHER_PAGES, PAGES, SUFFIX
from portal_crawler.archive.wacz_signature import signer
from portal_crawler.archive.wacz_write import Member, Package, PackageFacts, write_wacz
from portal_crawler.archive.warc_write import FOLDER, OPEN
from portal_crawler.errors import StateError, UsageError
from portal_crawler.records.jsonl import raw_lines
from portal_crawler.records.manifest_json import CRAWL, read_crawl, read_from
from portal_crawler.records.package_pages_sqlite import PackagePages
from portal_crawler.records.sinks import INDEX, TEMPLATE
from portal_crawler.records.wacz_originals import originals_of
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import load_profile

PROFILE_FILE = "profile.toml"
_LOG = "crawl.log"
_SOFTWARE = f"portal-crawler {__version__}"
_ZSTD = ".warc.zst"


@dataclass(frozen=True, slots=True)
class Ended:
    """A crawl that can be packed: its folder, what ``crawl.json`` says, its profile and its WARC files in order."""

    folder: Path
    facts: dict[str, Any]
    profile: SiteProfile
    warcs: tuple[Path, ...]

    @property
    def finished(self) -> datetime:
        """When it ended, aware."""
        return datetime.fromisoformat(self.facts["finished"])

    @property
    def default_package(self) -> Path:
        """Where its package goes: in its folder, named for profile and start."""
        started = datetime.fromisoformat(self.facts["started"])
        return self.folder / f"{self.profile.name}-{started:%Y%m%dT%H%M%SZ}{SUFFIX}"


def ended_crawl(folder: Path) -> Ended:
    """The crawl in a folder.

    :raises StateError: where it has not come to its end.
    :raises UsageError: where the folder is no crawl's, or the crawl keeps no archive that a package can hold.
    """
    facts = read_crawl(folder)
    if facts is None:
        raise UsageError(str(folder), f"is not a crawl's folder: it has no {CRAWL}", "name the folder of a crawl")
    names = sorted((folder / FOLDER).glob("*.warc*"))
    if facts.get("finish_reason") in (None, "interrupted") or any(path.name.endswith(OPEN) for path in names):
        raise StateError(str(folder), "its crawl has not come to its end", "run its command again, then pack it")
    if not names or not (folder / INDEX).exists():
        cure = "name a crawl that keeps its archive: [output] warc = true in the profile"
        if read := read_from(facts):
            cure = f"its records were read from other archives; name the crawls of those: {', '.join(read[:3])}"
        raise UsageError(str(folder), f"has no WARC files in {FOLDER}/ with their index", cure)
    if packed := next((path for path in names if path.name.endswith(_ZSTD)), None):
        cure = 'no player of WACZ reads it; crawl with [output] compression = "gzip", or hand over the folder itself'
        raise UsageError(str(packed), "is compressed with zstd, and WACZ knows gzip alone", cure)
    return Ended(folder, facts, load_profile(folder / PROFILE_FILE), tuple(names))


def pack_crawl(
    crawl: Ended,
    out: Path,
    key: Path | None = None,
) -> Package:
    """Write the package of a crawl, with copies of what its revisit records repeat of earlier ones.

    :param key: the PEM file of the private key that signs it.
    :raises StateError: where the content of a revisit record is not to be found, or the archive is changed meanwhile,
        as a takedown does.
    """
    before = _archive_of(crawl)
    seeds = tuple(crawl.facts.get("seeds", ()))
    sign = signer(key, crawl.finished, _SOFTWARE) if key else None
    warcs = [Member(ARCHIVE + path.name, _opener(path)) for path in crawl.warcs]
    prefix = crawl.warcs[0].name.rpartition(".warc")[0].rpartition("-")[0]  # a profile's name may have a dot
    with (
        PackagePages(crawl.folder, seeds) as pages,
        originals_of(crawl.folder, prefix, _SOFTWARE, crawl.finished) as originals,
    ):
        if originals.member is not None:
            warcs.append(originals.member)
        lines = heapq.merge(_listed(crawl.folder / INDEX, originals.unlisted), originals.index)
        facts = PackageFacts(
            title=crawl.profile.title or crawl.profile.name,
            description=_description(crawl, seeds),
            software=_SOFTWARE,
            created=crawl.finished,
            main_page=pages.main_page(),
        )
        lists = {PAGES: pages.main(), OTHER_PAGES: pages.others()}
        package = write_wacz(out, warcs, lines, lists, _facts_of(crawl.folder), facts, sign)
    if _archive_of(crawl) != before:  # what was taken down must not come back in a package
        out.unlink(missing_ok=True)
        raise StateError(str(crawl.folder), "was changed while it was packed", "run the same command again")
    return package


def _archive_of(crawl: Ended) -> list[tuple[int, int, int]]:
    """What changes when an archive or its index does."""
    facts = [path.stat() for path in (*crawl.warcs, crawl.folder / INDEX) if path.exists()]
    return [(one.st_ino, one.st_size, one.st_mtime_ns) for one in facts]


def _listed(index: Path, unlisted: set[tuple[str, int]]) -> Iterator[bytes]:
    """The lines of an index, without those of the records that are not to be listed."""
    for _, line in raw_lines(index):
        entry = read_entry(line)
        if entry is None or (entry.file, entry.offset) not in unlisted:
            yield line


def _facts_of(folder: Path) -> list[Member]:
    """What the crawl says of itself, and its log where anything is in it."""
    members = [
        Member(FACTS + name, _opener(folder / name))
        for name in (CRAWL, PROFILE_FILE, TEMPLATE)
        if (folder / name).exists()
    ]
    log = folder / _LOG
    if log.exists() and log.stat().st_size:
        members.append(Member(LOGS + _LOG, _opener(log)))
    return members


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


def _description(crawl: Ended, seeds: tuple[str, ...]) -> str:
    """The crawl in Markdown."""
    counts = crawl.facts.get("counts", {})
    operator = f" by {crawl.profile.operator}" if crawl.profile.operator else ""
    span = f"{crawl.facts['started']} to {crawl.facts['finished']}"
    return (
        f"Crawled{operator} from {span} with {_SOFTWARE}: {counts.get('fetched', 0)} responses,"
        f" {counts.get('unique', 0)} distinct articles. It began at {', '.join(f'<{seed}>' for seed in seeds)}"
        f" and ended with: {crawl.facts.get('finish_reason')}."
    )

"""What a crawl's folder says of itself: ``crawl.json``, and ``SHA256SUMS`` over its files."""

from __future__ import annotations

import hashlib
import platform
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from types import NoneType
from typing import Any

import orjson

from portal_crawler import __version__
from portal_crawler.dedup.mirror_hosts import MirrorHost
from portal_crawler.errors import DamagedFileError
from portal_crawler.records.jsonl import Record, replace_file
from portal_crawler.records.replace_jsonl import NEW
from portal_crawler.records.schema import SCHEMA_VERSION
from portal_crawler.records.times import iso_time

CRAWL = "crawl.json"
SUMS = "SHA256SUMS"
# Finish reasons of records that were read from archives.
BUILT, REPLAYED = "built", "replayed"
# What a later reading of the records may depend on.
_LIBRARIES = ("scrapy", "lxml", "orjson", "ada-url")
# Files that change without the dataset changing: the ledger and its journals, locks, logs.
# Packages and reports are made of the crawl at will.
_NOT_SUMMED = (".sqlite", ".sqlite-wal", ".sqlite-shm", "-journal", ".lock", ".log", NEW, ".wacz", ".html")
# What the dashboard and a running crawl tell each other (``engine.control_file``).
_PASSING = frozenset(["control.json", "control-state.json"])
_SUM_LINE = re.compile(rb"[0-9a-f]{64}  .+")
# What other crawls, and every later command, are led by.
_KINDS: dict[str, tuple[type, ...]] = {
    "since": (str, NoneType),
    "from": (str, list, NoneType),
    "counts": (dict, NoneType),
    "finish_reason": (str, NoneType),
}
# Other folders hold what is made of the records, and made again at will, or are somebody's.
_OWN_FOLDERS = ("archive/", "indexes/", "work/")


@dataclass(frozen=True, slots=True)
class CrawlFacts:
    """One crawl. ``command`` is its command line, ``profile_hash`` ``sha256:<hex>`` over the effective profile's TOML,
    ``timings`` seconds by name, ``counts`` what the summary counted. ``since`` is the folder of the crawl that it
    went on from, ``reads`` the archive that answered in place of the network, or those that a build was made of
    (``from`` in the file); all relative to its own folder. ``mirrors`` are the hosts whose stories repeat another
    host's, ``gates`` those of the profile that it broke (gate, value, bound, told). ``jobs`` are the processes that
    fetched, each the hosts of its shard.
    """

    command: tuple[str, ...]
    profile: str
    profile_hash: str
    seeds: tuple[str, ...]
    started: datetime
    finished: datetime | None = None
    finish_reason: str | None = None
    counts: Mapping[str, Any] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    since: str | None = None
    mirrors: tuple[MirrorHost, ...] = ()
    reads: str | tuple[str, ...] | None = None
    gates: tuple[Mapping[str, Any], ...] = ()
    jobs: int = 1


def write_crawl(folder: Path, facts: CrawlFacts) -> None:
    """Write ``crawl.json``, at once and whole."""
    told = asdict(facts)
    record = {
        "schema_version": SCHEMA_VERSION,
        **{name: value for name, value in told.items() if name != "reads"},
        "from": facts.reads,
        "started": iso_time(facts.started),
        "finished": iso_time(facts.finished) if facts.finished else None,
        "seconds": _seconds(facts),
        "versions": {
            "portal-crawler": __version__,
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            **{name: version(name) for name in _LIBRARIES},
        },
    }
    replace_file(folder / CRAWL, orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _seconds(facts: CrawlFacts) -> float | None:
    """From the start to the end; ``None`` where it has no end, or the clock was put back so far that nobody knows."""
    took = (facts.finished - facts.started).total_seconds() if facts.finished else -1.0
    return round(took, 3) if took >= 0 else None


def update_crawl(folder: Path, changes: Mapping[str, Any]) -> None:
    """Change fields of ``crawl.json``, which is there."""
    record = {**(read_crawl(folder) or {}), **changes}
    replace_file(folder / CRAWL, orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def read_crawl(folder: Path) -> dict[str, Any] | None:
    """The content of ``crawl.json``; ``None`` where there is none.

    :raises DamagedFileError: where it is not a JSON object.
    """
    path = folder / CRAWL
    if not path.exists():
        return None
    try:
        record = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise DamagedFileError(str(path), f"is not JSON ({error})", "restore the file from a copy") from error
    if not isinstance(record, dict):
        raise DamagedFileError(str(path), "is not a JSON object", "restore the file from a copy")
    for key, kinds in _KINDS.items():
        if not isinstance(record.get(key), kinds):
            problem = f"is {orjson.dumps(record[key]).decode()[:40]}, which it cannot be"
            raise DamagedFileError(str(path), problem, "restore the file from a copy", f"key {key}")
    return Record(record, path)


def read_from(crawl: Mapping[str, Any]) -> tuple[str, ...]:
    """The archives that a crawl was read from in place of the network, or a build was made of, as its folder names
    them.
    """
    source = crawl.get("from")
    return (source,) if isinstance(source, str) else tuple(source or ())


def sources_read(folder: Path, crawl: Mapping[str, Any]) -> list[Path | None]:
    """Where the archives of ``read_from`` lie; ``None`` for one at an address of a Hadoop file system, which is not
    asked here.
    """
    return [_lies(folder, source) for source in read_from(crawl)]


def _lies(folder: Path, source: str) -> Path | None:
    if source.startswith("file:/"):  # as Hadoop writes the files of the machine itself
        return Path("/" + source.removeprefix("file:").lstrip("/"))
    return None if "://" in source else folder / source


def write_sums(folder: Path) -> None:
    """Write ``SHA256SUMS`` over the files of a crawl, in the form of ``sha256sum``."""
    lines = [f"{sha256_of(folder / name)}  {name}\n" for name in summed_files(folder)]
    replace_file(folder / SUMS, "".join(lines).encode())


def drop_sums(folder: Path) -> None:
    """Take ``SHA256SUMS`` away: the crawl goes on, and its files are about to grow."""
    (folder / SUMS).unlink(missing_ok=True)


def read_sums(folder: Path) -> dict[str, str] | None:
    """The digest of each file (hex) by its name; ``None`` where there is no ``SHA256SUMS``."""
    path = folder / SUMS
    if not path.exists():
        return None
    lines = (line.partition("  ") for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
    return {name: digest for digest, _, name in lines if name}


def torn_sums(folder: Path) -> list[int]:
    """The numbers of the lines of ``SHA256SUMS`` that ``sha256sum`` would not understand."""
    path = folder / SUMS
    lines = path.read_bytes().split(b"\n") if path.exists() else [b""]
    torn = [number for number, line in enumerate(lines[:-1], start=1) if not _SUM_LINE.fullmatch(line)]
    return [*torn, *([len(lines)] if lines[-1] else [])]


def summed_files(folder: Path) -> Iterator[str]:
    """The files that ``SHA256SUMS`` covers, relative to the folder, in order: those that are the crawl's own."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return (name for name in sorted(names) if is_summed(name))


def is_summed(name: str) -> bool:
    """Whether ``SHA256SUMS`` covers a file of that name, relative to the crawl's folder."""
    if name == SUMS or name in _PASSING or name.endswith(_NOT_SUMMED):
        return False
    return "/" not in name or name.startswith(_OWN_FOLDERS)


def sha256_of(path: Path) -> str:
    """SHA-256 over a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

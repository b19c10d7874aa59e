"""Crawl command: the command line of a job's crawl, and the folder it goes to; with what that takes of the disk."""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal_crawler.errors import PortalCrawlerError
from portal_crawler.records.manifest_json import read_crawl
from portal_crawler.schedule.job import Job

if TYPE_CHECKING:
    from portal_crawler.sites.profile import SiteProfile

CRAWLS = Path("data/crawls")
SITES = Path("data/sites")
_PROGRAM = (sys.executable, "-m", "portal_crawler", "crawl")


@dataclass(frozen=True, slots=True)
class CrawlCommand:
    """A crawl's command line, to be run in the schedule's folder, and its folder relative to that one."""

    arguments: tuple[str, ...]
    folder: str


def crawl_command(root: Path, job: Job, due: datetime, now: datetime) -> CrawlCommand:
    """The crawl of a job's run that is due then and begins now.

    The folder's name has the time at which it begins, as that of every crawl. ``--since latest`` becomes the folder of
    the newest crawl that has ended, and is left out where there is none: the first crawl of a job has nothing to go
    on from.

    :param root: the folder of the schedule, from which paths are read.
    """
    name = profile_name(root, job.profile) or job.name
    token = hashlib.sha256(f"{job.name}\n{due.isoformat()}".encode()).hexdigest()[:4]
    folder = (CRAWLS / name / f"{now:%Y%m%dT%H%M%SZ}-{token}").as_posix()
    arguments = _since_settled(list(job.args), newest_crawl(root, name))
    return CrawlCommand((*_PROGRAM, job.profile, "--out", folder, "--progress", "plain", *arguments), folder)


def _since_settled(arguments: list[str], newest: Path | None) -> list[str]:
    """The arguments with ``--since latest`` settled."""
    for at, argument in enumerate(arguments):
        two = argument == "--since" and arguments[at + 1 : at + 2] == ["latest"]
        if two or argument == "--since=latest":
            since = ["--since", str(newest)] if newest else []
            return [*arguments[:at], *since, *arguments[at + (2 if two else 1) :]]
    return arguments


def profile_name(root: Path, source: str) -> str | None:
    """The name of the profile that a job crawls; ``None`` where it cannot be read: the crawl itself says why."""
    try:
        return _profile(root, source).name
    except (PortalCrawlerError, OSError, ValueError):
        return None


def profile_problem(root: Path, source: str) -> str | None:
    """Why the profile of a job cannot be read, with the cure; ``None`` where it can."""
    try:
        _profile(root, source)
    except PortalCrawlerError as error:
        return str(error)
    except (OSError, ValueError) as error:  # a name that no file has, or a folder that is not to be read by us
        told = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return f"{source[:100]}: cannot be read ({told}); check the path of the profile"
    return None


def _profile(root: Path, source: str) -> SiteProfile:
    # Heavy, and needed only where something begins or is looked at.
    from portal_crawler.sites.profile_of_url import profile_of_url
    from portal_crawler.sites.profile_toml import load_profile

    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*://", source):
        return profile_of_url(source)
    path = root / source
    if path.is_dir():
        path /= "profile.toml"
    is_path = path.is_file() or path.suffix == ".toml"
    return load_profile(path if is_path else root / SITES / f"{source}.toml")


def facts_of(folder: Path) -> dict[str, Any]:
    """``crawl.json`` of a crawl, empty where it has none yet or is cut short."""
    try:
        return read_crawl(folder) or {}
    except (PortalCrawlerError, OSError):
        return {}


def newest_crawl(root: Path, name: str) -> Path | None:
    """The newest of a profile's crawls that came to their end or to a limit; ``None`` where there is none."""
    # As `crawl` has it: a crawl that was begun while the clock was ahead has the greatest name for years.
    linked = (root / CRAWLS / name / "latest").resolve()
    return max(_ended_crawls(root, name), key=lambda folder: (folder == linked, folder.name), default=None)


def _ended_crawls(root: Path, name: str) -> list[Path]:
    found = (ledger.parent for ledger in (root / CRAWLS / name).glob("*/ledger.sqlite"))
    return [
        folder.resolve()
        for folder in found
        if not folder.is_symlink() and facts_of(folder).get("finish_reason") not in {None, "interrupted"}
    ]

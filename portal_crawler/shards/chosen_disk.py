"""Chosen: by how many processes a folder's crawl is fetched, which is settled when it begins."""

from __future__ import annotations

from pathlib import Path

from portal_crawler.errors import UsageError
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.records.manifest_json import read_crawl
from portal_crawler.shards.manifest_json import is_sharded, read_manifest
from portal_crawler.shards.shared_out import shared_out
from portal_crawler.sites.profile import SiteProfile


def is_merged(folder: Path) -> bool:
    """Whether a folder's crawl has one ledger: it was never in shards, or they are merged."""
    return (folder / LEDGER).exists()


def holds_crawl(folder: Path) -> bool:
    """Whether a folder holds a crawl that can be gone on with."""
    return is_merged(folder) or is_sharded(folder)


def chosen_jobs(folder: Path, profile: SiteProfile, asked: int | None) -> int:
    """The processes that are to fetch now.

    :param asked: as the command has it; ``None`` where it says nothing.
    :raises UsageError: where the crawl was begun with another number, or the profile allows too little for so many.
    """
    jobs = _begun(folder, asked) if holds_crawl(folder) else asked or 1
    shared_out(profile, jobs)
    return jobs


def _begun(folder: Path, asked: int | None) -> int:
    merged = is_merged(folder)
    begun = int((read_crawl(folder) or {}).get("jobs", 1)) if merged else read_manifest(folder).jobs
    if asked not in (None, begun):
        cure = f"give --jobs {begun} or leave it out, or start anew beside it with --fresh"
        raise UsageError(f"--jobs {asked}", f"does not fit: the crawl in {folder} was begun with --jobs {begun}", cure)
    return 1 if merged else begun

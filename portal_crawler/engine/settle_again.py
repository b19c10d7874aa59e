"""Settle again: the dataset of a crawl that has ended, made anew from its story pages, without a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from portal_crawler.engine.opening import opened_ledger
from portal_crawler.errors import StateError
from portal_crawler.records.assemble import NoLedger, Settled, Settling, assemble_dataset
from portal_crawler.records.cross_table_sqlite import LEDGER
from portal_crawler.records.jsonl import replace_file
from portal_crawler.records.manifest_json import drop_sums, read_crawl, update_crawl, write_sums
from portal_crawler.records.sinks import STORIES
from portal_crawler.report.summary import from_crawl
from portal_crawler.sites.profile import Dedup, SiteProfile
from portal_crawler.sites.profile_toml import dump_profile, load_profile, profile_digest


def settle_again(folder: Path, dedup: Dedup | None = None) -> Settled:
    """Settle a crawl, or a generation of replay. A kill leaves the old files or the new ones; the same call ends it.

    :param dedup: what holds from now on in place of ``[dedup]`` of the crawl's own profile.
    :raises StateError: where it has not ended, or another process has it.
    """
    crawl = read_crawl(folder) or {}
    if crawl.get("finish_reason") in (None, "interrupted"):
        raise StateError(str(folder), "has not ended", "end it first: portal-crawler crawl, with the same folder")
    if not (folder / STORIES).exists():
        raise StateError(str(folder), f"holds no {STORIES}", "make its records again: portal-crawler replay")
    profile = load_profile(folder / "profile.toml", to_crawl=False)
    if dedup is not None:
        profile = profile.model_copy(update={"dedup": dedup})
    since = folder / crawl["since"] if crawl.get("since") else None
    if (folder / LEDGER).exists():
        return _settled_with_ledger(folder, profile, since)
    settled = _settled(folder, profile, since, NoLedger())
    counts = {**(crawl.get("counts") or {}), "unique": settled.articles}
    _end(folder, profile, counts, settled)
    return settled


def _settled_with_ledger(folder: Path, profile: SiteProfile, since: Path | None) -> Settled:
    ledger = opened_ledger(folder)
    try:
        settled = _settled(folder, profile, since, ledger)
        ledger.visits.set_stories(settled.joined)
        ledger.commit()
    finally:
        ledger.close()
    _end(folder, profile, from_crawl(folder).counts(), settled)
    return settled


def _settled(folder: Path, profile: SiteProfile, since: Path | None, ledger: Settling) -> Settled:
    drop_sums(folder)
    replace_file(folder / "profile.toml", dump_profile(profile).encode())
    return assemble_dataset(folder, profile, ledger, since)


def _end(folder: Path, profile: SiteProfile, counts: Mapping[str, object], settled: Settled) -> None:
    mirrors = [asdict(mirror) for mirror in settled.mirrors]
    update_crawl(folder, {"counts": counts, "mirrors": mirrors, "profile_hash": profile_digest(profile)})
    write_sums(folder)

"""Run: a crawl by several processes of this machine, from its profile to the settled dataset."""

from __future__ import annotations

import sys
import time
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from portal_crawler.engine.finish import CrawlOutcome, raise_lost_starts
from portal_crawler.engine.limits import Limits
from portal_crawler.engine.run import CrawlOptions, run_crawl, settle_merged
from portal_crawler.engine.shard_report import ShardTask
from portal_crawler.errors import ExitCode, PortalCrawlerError, StateError
from portal_crawler.frontier.ledger_file_sqlite import lock_folder
from portal_crawler.frontier.scope import ScopeRule
from portal_crawler.frontier.starts import starts_of
from portal_crawler.frontier.visits_sqlite import relative_folder
from portal_crawler.records.manifest_json import CrawlFacts, write_crawl
from portal_crawler.shards.coordinator import FINISHED, INTERRUPTED, Coordinator
from portal_crawler.shards.figures import shards_summary
from portal_crawler.shards.ledger_lengths_sqlite import pages, seed_states
from portal_crawler.shards.manifest_json import (
    FOLDER,
    ShardsManifest,
    is_sharded,
    read_manifest,
    shard_folders,
    write_manifest,
)
from portal_crawler.shards.merge_disk import clear_shards, merge_shards
from portal_crawler.shards.profile_disk import freeze_profile
from portal_crawler.shards.shared_out import shared_out
from portal_crawler.shards.wishes_disk import Wishes
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import load_profile

# Seconds that shards of a coordinator that was killed have to end.
_PATIENCE = 60.0


def run_jobs(profile: SiteProfile, folder: Path, jobs: int, options: CrawlOptions) -> CrawlOutcome:
    """Crawl, or go on crawling, into ``folder``, which is there.

    :param jobs: as ``chosen_disk.chosen_jobs`` gives them: more than 1 only where the crawl has no ledger of its own.
    :raises PortalCrawlerError: as ``engine.run.run_crawl`` does.
    """
    if jobs > 1:
        return run_shards(profile, folder, jobs, options)
    if is_sharded(folder):  # killed when they were merged, and not yet gone
        with closing(lock_folder(folder)):
            clear_shards(folder)
    return run_crawl(profile, folder, options)


def run_shards(profile: SiteProfile, folder: Path, jobs: int, options: CrawlOptions) -> CrawlOutcome:
    """Crawl, or go on crawling, into ``folder``, which is there, by so many processes.

    :param jobs: as many as the crawl was begun with, where it was begun.
    :raises PortalCrawlerError: as ``engine.run.run_crawl`` does.
    :raises StateError: also where a shard's process dies again and again.
    """
    with closing(lock_folder(folder)):
        manifest = _manifest(profile, folder, jobs, options.start.since)
        _say_what_stays_out(profile, folder, options)
        facts = _begun(profile, folder, manifest)
        shards = shard_folders(folder, jobs)
        _await_shards(shards)
        coordinator, ending = _fetched(profile, folder, manifest, options)
        if ending not in (FINISHED, *Limits.__slots__):
            return _interrupted(folder, facts, coordinator)
        if not coordinator.tally().pages:
            raise_lost_starts([one for shard in shards for one in seed_states(shard)])
        options.on_notice(f"{jobs} shards are merged")
        merge_shards(folder, manifest, profile.limits.redirects)
        clear_shards(folder)
    hit = "" if ending == FINISHED else ending
    return settle_merged(profile, folder, options, hit, coordinator.before, coordinator.seconds)


def _say_what_stays_out(profile: SiteProfile, folder: Path, options: CrawlOptions) -> None:
    """A crawl of one process takes up what an earlier scope left out; here the hosts of it may be another shard's."""
    frozen = folder / "profile.toml"
    with suppress(PortalCrawlerError):  # it is about to be written anew
        if frozen.exists() and ScopeRule(load_profile(frozen)).mark != ScopeRule(profile).mark:
            stays = "what it left out before stays skipped, since several processes fetch"
            options.on_notice(f"the scope has changed: {stays}; crawl --since asks for it once this crawl has ended")


def _begun(profile: SiteProfile, folder: Path, manifest: ShardsManifest) -> CrawlFacts:
    """Freeze the profile, and say that the crawl runs."""
    facts = CrawlFacts(
        command=tuple(sys.argv),
        profile=profile.name,
        profile_hash=freeze_profile(folder, profile),
        seeds=starts_of(profile),
        started=manifest.started,
        since=manifest.since,
        jobs=manifest.jobs,
    )
    write_crawl(folder, facts)
    return facts


def _fetched(
    profile: SiteProfile, folder: Path, manifest: ShardsManifest, options: CrawlOptions
) -> tuple[Coordinator, str]:
    """Let the shards fetch; who coordinated them, and how that ended."""
    scope = profile.scope
    limits = Limits(options.limit or scope.max_pages, scope.max_bytes, scope.max_seconds)
    tasks = [
        ShardTask(
            number=number,
            jobs=manifest.jobs,
            folder=folder / FOLDER,
            profile=one,
            aliases=manifest.aliases,
            since=folder / manifest.since if manifest.since else None,
            limited=limits.pages is not None,
            retries=not any(map(pages, shard_folders(folder, manifest.jobs))),
            settings={"PORTAL_READING_WORKERS": "1", **options.settings},
        )
        for number, one in enumerate(shared_out(profile, manifest.jobs))
    ]
    with closing(Wishes(folder, manifest.jobs)) as wishes:
        coordinator = Coordinator(tasks, limits, wishes, options.on_progress, options.on_notice)
        return coordinator, coordinator.run()


def _manifest(profile: SiteProfile, folder: Path, jobs: int, since: Path | None) -> ShardsManifest:
    if is_sharded(folder):
        return read_manifest(folder)
    manifest = ShardsManifest(
        profile.name, jobs, datetime.now(UTC), profile.scope.aliases, relative_folder(since, folder) if since else None
    )
    write_manifest(folder, manifest)
    return manifest


def _await_shards(shards: list[Path]) -> None:
    """Wait for the shards of a coordinator that was killed: they end when they find that it is gone.

    :raises StateError: where one does not.
    """
    until = time.monotonic() + _PATIENCE
    for shard in shards:
        while shard.is_dir():
            try:
                lock_folder(shard).close()
                break
            except StateError:
                if time.monotonic() > until:
                    raise
            time.sleep(0.1)


def _interrupted(folder: Path, facts: CrawlFacts, coordinator: Coordinator) -> CrawlOutcome:
    """Write what a crawl that goes on later came to so far."""
    counts: dict[str, object] = {}
    with suppress(PortalCrawlerError):  # a shard that was killed at its start has no ledger
        counts = shards_summary(folder).counts()
    timings = {"fetching": round(coordinator.seconds, 3), "settling": 0.0}
    write_crawl(
        folder,
        replace(facts, finished=datetime.now(UTC), finish_reason=INTERRUPTED, counts=counts, timings=timings),
    )
    return CrawlOutcome(ExitCode.INTERRUPTED, INTERRUPTED, coordinator.before)

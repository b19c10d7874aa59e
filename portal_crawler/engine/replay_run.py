"""Replay run: archives read again into a folder of records, by the pipelines of a live crawl, without a network."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scrapy.utils.misc import load_object

from portal_crawler import settings
from portal_crawler.archive.warc_collection import WarcArchive, WarcCollection
from portal_crawler.archive.warc_members import Damage
from portal_crawler.capture import Capture
from portal_crawler.dedup.mirror_hosts import MirrorHost
from portal_crawler.reading import read_page
from portal_crawler.records.assemble import NoLedger, assemble_dataset
from portal_crawler.records.jsonl import JsonlFile, replace_file
from portal_crawler.records.manifest_json import REPLAYED, CrawlFacts, write_crawl, write_sums
from portal_crawler.records.sinks import CRAWLER_ATTRIBUTE
from portal_crawler.records.tombstones_jsonl import withdrawn_for
from portal_crawler.replay import captures_in
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import dump_profile, profile_digest
from portal_crawler.template.site_template import SiteTemplate

_TAKEN_DOWN = "taken down"
# Those that write a page's exchange and commit it to a ledger: a replay has neither.
_LIVE_ONLY = frozenset(["pipelines.archive.ArchivePipeline", "portal_crawler.engine.commit_pipeline.CommitPipeline"])


@dataclass(frozen=True, slots=True)
class ReplaySources:
    """The archives to read, and those of earlier crawls, in which the content of revisit records stands."""

    archives: tuple[WarcArchive, ...]
    earlier: tuple[WarcArchive, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplayRules:
    """What the pages are read by."""

    profile: SiteProfile
    template: SiteTemplate | None = None


@dataclass(slots=True)
class ReplayOutcome:
    """What a replay came to: pages read, articles and duplicates of the settled dataset, what was passed over by
    reason, further captures of an address that was read already, and the damage found.
    """

    pages: int = 0
    articles: int = 0
    duplicates: int = 0
    again: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    damage: list[Damage] = field(default_factory=list)


def replay_into(folder: Path, sources: ReplaySources, rules: ReplayRules, now: datetime) -> ReplayOutcome:
    """Read archives into ``folder``, which is there and empty: records, settled dataset, ``crawl.json``, sums.

    :param now: when it begins, aware.
    """
    with WarcCollection((*sources.archives, *sources.earlier)) as originals:
        return _replay(folder, sources, rules, now, originals)


def _replay(
    folder: Path, sources: ReplaySources, rules: ReplayRules, now: datetime, originals: WarcCollection
) -> ReplayOutcome:
    profile = rules.profile
    outputs, outcome = _FolderOutputs(folder, profile), ReplayOutcome()
    pipelines = _pipelines(outputs)
    withdrawn = withdrawn_for(folder)
    most, seen = profile.limits.unpacked_bytes, set[str]()
    records = chain.from_iterable(archive.records() for archive in sources.archives)
    for found in captures_in(records, most, originals):
        if isinstance(found, Damage):
            outcome.damage.append(found)
        elif not isinstance(found, Capture):
            outcome.passed_over[found.reason] += 1
        else:
            reading: Any = read_page(found, profile, rules.template)
            if withdrawn.of_key(reading.url_key):
                outcome.passed_over[_TAKEN_DOWN] += 1
                continue
            if reading.url_key in seen:
                outcome.again += 1
                continue
            seen.add(reading.url_key)
            outcome.pages += 1
            for pipeline in pipelines:
                reading = pipeline.process_item(reading)
    outputs.close()
    settled = assemble_dataset(folder, profile, NoLedger())
    outcome.articles, outcome.duplicates = settled.articles, settled.duplicates
    _end(folder, profile, now, outcome, settled.mirrors)
    return outcome


def _pipelines(outputs: _FolderOutputs) -> list[Any]:
    """The item pipelines of the settings, in their order, opened."""
    crawler = SimpleNamespace(stats=None, **{CRAWLER_ATTRIBUTE: outputs})
    names = sorted(settings.ITEM_PIPELINES, key=lambda name: settings.ITEM_PIPELINES[name])
    made = [load_object(name).from_crawler(crawler) for name in names if name not in _LIVE_ONLY]
    for pipeline in made:
        if hasattr(pipeline, "open_spider"):
            pipeline.open_spider()
    return made


def _end(
    folder: Path, profile: SiteProfile, now: datetime, outcome: ReplayOutcome, mirrors: tuple[MirrorHost, ...]
) -> None:
    replace_file(folder / "profile.toml", dump_profile(profile).encode())
    counts = {"fetched": outcome.pages, "unique": outcome.articles}
    facts = CrawlFacts(
        command=tuple(sys.argv),
        profile=profile.name,
        profile_hash=profile_digest(profile),
        seeds=(*profile.seeds, *profile.feeds, *profile.sitemaps),
        started=now,
        finished=datetime.now(now.tzinfo),
        finish_reason=REPLAYED,
        counts=counts,
        mirrors=mirrors,
    )
    write_crawl(folder, facts)
    write_sums(folder)


class _FolderOutputs:
    """The outputs of a replay, which has no ledger: it is done again from the beginning when it was stopped."""

    archive = None

    def __init__(self, folder: Path, profile: SiteProfile) -> None:
        self.folder, self.profile = folder, profile
        self._files: dict[str, JsonlFile] = {}

    def jsonl(self, name: str) -> JsonlFile:
        """The output of that name, empty when first opened."""
        if name not in self._files:
            self._files[name] = JsonlFile(self.folder / name, committed=0)
        return self._files[name]

    def close(self) -> None:
        """Bring every file to the disk and close it."""
        for file in self._files.values():
            file.sync()
            file.close()

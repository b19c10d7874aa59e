"""Build run: a build or a replay in its folder, by processes of this machine: begun, taken up again, found finished."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal_crawler.dedup.mirror_hosts import MirrorHost
from portal_crawler.distributed.build import Build, BuildRules, BuildSources, BuildView, plan_of
from portal_crawler.distributed.build_json import begin_build, build_lock, is_built, read_build
from portal_crawler.distributed.engine import Engine
from portal_crawler.distributed.named_archives import relative
from portal_crawler.distributed.shard_disk import SHARDS, remove
from portal_crawler.distributed.splits import Cuts
from portal_crawler.graph.extra import has_extra
from portal_crawler.graph.graph_json import FOLDER
from portal_crawler.records.archive_sources import archives_of, earlier_archives, refuse_growing
from portal_crawler.records.manifest_json import BUILT, REPLAYED, CrawlFacts, drop_sums, write_crawl, write_sums
from portal_crawler.sites.profile_toml import profile_digest


@dataclass(frozen=True, slots=True)
class BuildOutcome:
    """What a build came to, as ``build.json`` has it; whether it was finished before, and whether it has a graph."""

    result: dict[str, Any]
    was_finished: bool = False
    graph: bool = False


def build_into(
    folder: Path, sources: Sequence[Path], rules: BuildRules, engine: Engine, view: BuildView, cuts: Cuts | None = None
) -> BuildOutcome:
    """Build a dataset from archives into ``folder``, which is there; an unfinished build goes on where it was.

    :param sources: crawls' folders, WARC and WACZ files.
    :param engine: who does the jobs: begun with the build's folder and view.
    :raises UsageError: where the folder holds something else, or the build of other archives or rules.
    :raises StateError: where another build is running there.
    """
    started = datetime.now(UTC)
    found = sources_of(sources)
    with build_lock(folder):
        begin_build(folder, plan_of(found, rules))
        if is_built(folder):
            _tidy(folder)
            return BuildOutcome(read_build(folder)["result"], was_finished=True, graph=(folder / FOLDER).exists())
        drop_sums(folder)
        graph = has_extra() and not rules.replay
        with engine(folder, view) as runner:
            result = Build(folder, found, rules, runner, view, cuts, graph=graph).run()
        write_crawl(folder, _facts(folder, sources, rules, started, result))
        write_sums(folder)
        _tidy(folder)
        return BuildOutcome(result, graph=graph)


def sources_of(sources: Sequence[Path]) -> BuildSources:
    """What is named, and the crawls that the named ones went on from.

    :raises UsageError: where a source is neither a crawl's folder with WARC files nor a file.
    :raises DamagedFileError: where a WACZ file cannot be read.
    :raises StateError: where a crawl is running in one of the folders.
    """
    refuse_growing(sources)
    crawls = tuple(source for source in sources if source.is_dir())
    earlier = [archive for crawl in crawls for archive in earlier_archives(crawl)]
    return BuildSources(tuple(archives_of(tuple(sources))), tuple(earlier), crawls)


def _facts(
    folder: Path, sources: Sequence[Path], rules: BuildRules, started: datetime, result: dict[str, Any]
) -> CrawlFacts:
    profile = rules.profile
    return CrawlFacts(
        command=tuple(sys.argv),
        profile=profile.name,
        profile_hash=profile_digest(profile),
        seeds=(*profile.seeds, *profile.feeds, *profile.sitemaps),
        started=started,
        finished=datetime.now(UTC),
        finish_reason=REPLAYED if rules.replay else BUILT,
        counts={"fetched": result["pages"], "article": result["stories"], "unique": result["articles"]},
        mirrors=tuple(MirrorHost(**mirror) for mirror in result["mirrors"]),
        reads=tuple(relative(source, folder) for source in sources),
    )


def _tidy(folder: Path) -> None:
    """Remove the shards of a finished build."""
    if (folder / SHARDS).exists():
        remove(folder / SHARDS)

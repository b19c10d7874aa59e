"""Builds in the test's own process, its jobs done in any order, or a few processes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from portal_crawler.distributed.build import Build, BuildRules, BuildSources
from portal_crawler.distributed.job import Job, unnoticed
from portal_crawler.distributed.merging import InOrder
from portal_crawler.distributed.shard_disk import Facts
from portal_crawler.distributed.splits import Cuts
from portal_crawler.records.archive_sources import archives_of, earlier_archives
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.template.site_template import SiteTemplate

RECORDS = ("pages.jsonl", "links.jsonl", "articles.jsonl", "duplicates.jsonl")
# What a build writes and its command does not add to.
WRITTEN = (*RECORDS, "work/stories.jsonl", "build.json", "profile.toml")


class Here(InOrder):
    """Does jobs in this process, in the order that ``order`` gives them."""

    def __init__(self, order: Callable[[list[tuple[int, Job]]], Iterable[tuple[int, Job]]] = iter) -> None:
        self._order = order

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[int, Any]]:
        for number, job in self._order(list(enumerate(jobs))):
            yield number, job.run(unnoticed)


class Quiet:
    """A view that keeps what it was told."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int, int, int]] = []
        self.said: list[str] = []

    def step(self, name: str, shards: int, known: int, stale: int) -> None:
        self.steps.append((name, shards, known, stale))

    def planned(self, captures: int) -> None:
        self.captures = captures

    def captured(self) -> None:
        pass

    def done(self, step: str, facts: Facts, *, before: bool) -> None:
        pass

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


def build(
    folder: Path,
    sources: Iterable[Path],
    profile: SiteProfile,
    runner: Any = None,
    *,
    cuts: Cuts | None = None,
    template: SiteTemplate | None = None,
    graph: bool = False,
    replay: bool = False,
    view: Quiet | None = None,
) -> dict[str, Any]:
    """Build into a folder; what it came to."""
    folder.mkdir(exist_ok=True)
    named = tuple(sources)
    earlier = [archive for source in named if source.is_dir() for archive in earlier_archives(source)]
    found = BuildSources(tuple(archives_of(named)), tuple(earlier))
    rules = BuildRules(profile, template, replay)
    return Build(folder, found, rules, runner or Here(), view or Quiet(), cuts, graph=graph).run()


def content(folder: Path, names: Iterable[str] = WRITTEN) -> dict[str, bytes]:
    """The bytes of a build's files, and of its template and graph, if it has them."""
    more = [path.relative_to(folder).as_posix() for path in sorted(folder.glob("graph/*"))]
    more += ["template.json"] if (folder / "template.json").exists() else []
    return {name: (folder / name).read_bytes() for name in (*names, *more)}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]

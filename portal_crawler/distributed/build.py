"""Build: the order of steps from archives to a folder of records. What each step does is in the shards.

The result follows from the archives, their order and the rules alone: cuts follow from the files, tallies are merged in
the order of the slices, and so are the records written. Whoever does the jobs may do them in any order, and again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from portal_crawler.archive.cdxj import sorted_index
from portal_crawler.archive.warc_collection import WarcArchive, WarcSource
from portal_crawler.distributed.apology_unit import APOLOGIES, Place, apology_units, asked_hosts
from portal_crawler.distributed.build_json import A_BUILD, A_REPLAY, BuildPlan, end_build
from portal_crawler.distributed.closing_jobs import GraphJob, SettleJob
from portal_crawler.distributed.first_captures_sqlite import FirstCaptures
from portal_crawler.distributed.job import Job
from portal_crawler.distributed.merging import Merging
from portal_crawler.distributed.second_unit import GRAPH, SecondUnit
from portal_crawler.distributed.shard_disk import (
    SHARDS,
    Facts,
    Shard,
    ShardJob,
    digest_of,
    facts_of,
    join,
    shard_folder,
    sweep,
)
from portal_crawler.distributed.splits import Cuts, Slice, cuts_of, slices_of
from portal_crawler.distributed.survey import CAPTURES, INDEX, PROBES, Survey, digest_of_key, name_in_index
from portal_crawler.distributed.work_unit import (
    SKETCHES,
    STORIES,
    ApologyFile,
    FirstReading,
    TemplateFile,
    reading_rules,
)
from portal_crawler.records import sinks
from portal_crawler.records.jsonl import read_lines, replace_file
from portal_crawler.records.tombstones_jsonl import withdrawn_for
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import dump_profile, profile_digest
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.template.tally import TemplateTally
from portal_crawler.template.template_json import load_tally, site_template, template_bytes

_INDEX = "index.cdxj"


class Runner(Merging, Protocol):
    """Whoever does the jobs, and merges what they counted."""

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[int, Any]]:
        """Do all jobs: the number of each and what it came to, in any order."""
        ...


class Weighed(Shard, Protocol):
    """A shard of many: the heaviest are begun first."""

    @property
    def weight(self) -> int:
        """How much there is to do, beside others of its step."""
        ...


@dataclass(frozen=True, slots=True)
class BuildSources:
    """The archives to build from, and those of earlier crawls, in which only the content of revisit records stands.

    ``crawls`` are the folders of those among them that are crawls': what was taken down there is not read elsewhere.
    """

    archives: tuple[WarcArchive, ...]
    earlier: tuple[WarcArchive, ...] = ()
    crawls: tuple[Path, ...] = ()

    def files(self) -> tuple[WarcSource, ...]:
        """The files to build from, in their order."""
        return tuple(source for archive in self.archives for source in archive.sources)


@dataclass(frozen=True, slots=True)
class BuildRules:
    """What pages are read by: with ``template`` given they are read once, without it by what they teach.

    In a ``replay`` they teach nothing: they are read once, by the template that is given, if one is.
    """

    profile: SiteProfile
    template: SiteTemplate | None = None
    replay: bool = False

    @property
    def learn(self) -> bool:
        """Whether the pages teach the template by which they are read."""
        return self.template is None and not self.replay


class BuildView(Protocol):
    """Shows how far a build is."""

    def step(self, name: str, shards: int, known: int, stale: int) -> None:
        """A step begins that has so many shards; some are there already, some do not fit and are made anew."""
        ...

    def planned(self, captures: int) -> None:
        """So many captures are to be read in all."""
        ...

    def captured(self) -> None:
        """A process begins with a capture."""
        ...

    def done(self, step: str, facts: Facts, *, before: bool) -> None:
        """A shard came to this; it was there before this run."""
        ...

    def say(self, sentence: str) -> None:
        """Something is to be told."""
        ...


@dataclass(slots=True)
class Build:
    """One build into ``folder``, which is there and locked.

    :param cuts: how the files are cut; as their size asks, if not given.
    :param graph: whether to make the link graph.
    """

    folder: Path
    sources: BuildSources
    rules: BuildRules
    runner: Runner
    view: BuildView
    cuts: Cuts | None = None
    graph: bool = True

    def run(self) -> dict[str, Any]:
        """All steps; what the build came to.

        :raises PortalCrawlerError: where a step cannot be done; what is done by then is not done again.
        """
        sweep(self._root)
        files = self.sources.files()
        drops = tuple(sorted(self.rules.profile.urls.drop_params))
        surveys = self._step([Survey(number, source, drops) for number, source in enumerate(files)])
        keys = withdrawn_for(self.folder, *self.sources.crawls).keys
        archives, held = self._originals(surveys)
        apologies = self._apologies(surveys, archives, held)
        with FirstCaptures(digest_of_key(key) for key in keys) as firsts:
            first = self._units(surveys, firsts, archives, held, apologies)
            self.view.planned(sum(unit.slice.chosen.bit_count() for unit in first))
            readings = self._step(first)
            template = self._template(readings)
            second = self._second_units(first, readings, firsts, template)
            settled = self._settled(first, readings, second)
        self._join([folder for folder, _ in settled])
        result = self._result(surveys, readings, [facts for _, facts in settled], firsts.withdrawn)
        result |= self._closed([folder for folder, _ in settled])
        end_build(self.folder, plan_of(self.sources, self.rules), surveys, result)
        return result

    @property
    def _root(self) -> Path:
        return self.folder / SHARDS

    def _step(self, shards: Sequence[Weighed]) -> list[Facts]:
        """What all shards of a step came to; those that are missing are made."""
        there = sum(shard_folder(self._root, shard.step, shard.number).exists() for shard in shards)
        found = ((number, facts_of(self._root, shard)) for number, shard in enumerate(shards))
        known = {number: facts for number, facts in found if facts is not None}
        missing = [number for number in range(len(shards)) if number not in known]
        # Else one process may begin with a long one when the others are at their last.
        missing.sort(key=lambda number: -shards[number].weight)
        if shards:
            self.view.step(shards[0].step, len(shards), len(known), there - len(known))
        for number, facts in known.items():
            self.view.done(shards[number].step, facts, before=True)
        for job, facts in self.runner.run([ShardJob(self._root, shards[number]) for number in missing]):
            known[missing[job]] = facts
            self.view.done(shards[0].step, facts, before=False)
        return [known[number] for number in range(len(shards))]

    def _apologies(self, surveys: Sequence[Facts], archives: tuple[WarcArchive, ...], held: str) -> ApologyFile | None:
        """What hosts answer where there is no page, as far as the archives hold it."""
        traps = self.rules.profile.traps
        if not (traps.enabled and traps.soft_404):
            return None
        asked = asked_hosts(
            ((Place(file, row["offset"]), row) for file, row in self._rows(PROBES)),
            ((Place(file, row["offset"]), row["key"]) for file, row in self._rows(CAPTURES)),
        )
        held = held or digest_of([facts["sha256"] for facts in surveys])
        units = list(apology_units(asked, self.sources.files(), self.rules.profile, archives, held))
        if not units:
            return None
        self._step(units)
        path = self._root / APOLOGIES
        join((shard_folder(self._root, unit.step, unit.number) / APOLOGIES for unit in units), path)
        return ApologyFile(path, digest_of([unit.key for unit in units]))

    def _rows(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The lines of a file of all surveys, with the numbers of theirs."""
        for number in range(len(self.sources.files())):
            for _, _, row in read_lines(self._survey(number) / name):
                yield number, row

    def _units(
        self,
        surveys: Sequence[Facts],
        firsts: FirstCaptures,
        archives: tuple[WarcArchive, ...],
        held: str,
        apologies: ApologyFile | None,
    ) -> list[FirstReading]:
        """The slices of all files, each with what it is read by: those with revisit records by an index of all files,
        too.
        """
        template, learn = self._given_template(), not self.rules.replay
        alone = reading_rules(self.rules.profile, template, apologies=apologies, learn=learn)
        together = reading_rules(self.rules.profile, template, archives, held, apologies, learn=learn)
        cuts = self.cuts or cuts_of(sum(facts["captures"] for facts in surveys))
        units: list[FirstReading] = []
        for number, source in enumerate(self.sources.files()):
            rows = (row for _, _, row in read_lines(self._survey(number) / CAPTURES))
            used = together if surveys[number]["revisits"] else alone
            for one in slices_of(number, source, rows, firsts, cuts):
                units.append(FirstReading(len(units), one, surveys[number]["sha256"], used))
        return units

    def _given_template(self) -> TemplateFile | None:
        given, path = self.rules.template, self.folder / sinks.TEMPLATE
        if given is None:
            return None
        replace_file(path, template_bytes(given.tally))
        return TemplateFile(path, given.identifier)

    def _originals(self, surveys: Sequence[Facts]) -> tuple[tuple[WarcArchive, ...], str]:
        """Where revisit records find their content, with an index of all files, and a digest of what that holds.
        Nothing where there are none.
        """
        if not any(facts["revisits"] for facts in surveys):
            return (), ""
        index, files = self._root / _INDEX, enumerate(self.sources.files())
        join((self._survey(number) / INDEX for number in range(len(surveys))), index.with_suffix(".lines"))
        sorted_index(index.with_suffix(".lines"), index)
        named = tuple(replace(source, name=name_in_index(number, source)) for number, source in files)
        earlier = [(one.name, one.path.stat().st_size) for old in self.sources.earlier for one in old.sources]
        held = digest_of([facts["sha256"] for facts in surveys], earlier)
        return (WarcArchive(named, index), *self.sources.earlier), held

    def _template(self, readings: Sequence[Facts]) -> TemplateFile | None:
        """What the pages of all slices have taught; ``None`` where that is nothing, or a template was given."""
        if not self.rules.learn:
            return None
        folders = (shard_folder(self._root, FirstReading.step, number) for number in range(len(readings)))
        parts = [folder / sinks.TEMPLATE for folder in folders]
        tally = self.runner.merged(parts, load_tally, TemplateTally.merge) if parts else TemplateTally()
        template, path = site_template(tally), self.folder / sinks.TEMPLATE
        if not template.layouts:
            path.unlink(missing_ok=True)
            return None
        replace_file(path, template_bytes(template.tally))
        return TemplateFile(path, template.identifier)

    def _second_units(
        self,
        first: Sequence[FirstReading],
        readings: Sequence[Facts],
        firsts: FirstCaptures,
        template: TemplateFile | None,
    ) -> list[SecondUnit]:
        """The units by which records come to stay that the first reading leaves open."""
        pairs = list(zip(first, readings, strict=True))
        lost = {(unit.slice.file, capture) for unit, facts in pairs for capture in facts["lost"]}
        beaten = set(firsts.beaten(lambda *candidate: candidate in lost))

        def beaten_in(one: Slice) -> tuple[int, ...]:
            return tuple(capture for capture in one.captures() if (one.file, capture) in beaten)

        return [
            SecondUnit(self._root, unit, tuple(facts["lost"]), out, template, graph=self.graph)
            for unit, facts in pairs
            if (out := beaten_in(unit.slice)) or template is not None or self.graph
        ]

    def _settled(
        self, first: Sequence[FirstReading], readings: Sequence[Facts], second: Sequence[SecondUnit]
    ) -> list[tuple[Path, Facts]]:
        """The folder of each slice's records as they stay, and what they come to; in the order of the slices."""
        again = {unit.number: facts for unit, facts in zip(second, self._step(second), strict=True)}
        return [
            (shard_folder(self._root, (SecondUnit if one.number in again else one).step, one.number), facts)
            for one, read in zip(first, readings, strict=True)
            for facts in (again.get(one.number, read),)
        ]

    def _join(self, folders: Sequence[Path]) -> None:
        """The records of all slices, in their order."""
        for name, part in ((sinks.PAGES, sinks.PAGES), (sinks.LINKS, sinks.LINKS), (sinks.STORIES, STORIES)):
            join((folder / part for folder in folders), self.folder / name)

    def _closed(self, folders: Sequence[Path]) -> dict[str, Any]:
        """Articles and duplicates, and the link graph."""
        jobs: list[Job] = [SettleJob(self.folder, self.rules.profile, tuple(one / SKETCHES for one in folders))]
        if self.graph:
            jobs.append(GraphJob(self.folder, tuple(one / GRAPH for one in folders)))
        self.view.step("close", len(jobs), 0, 0)
        counts: dict[str, Any] = {}
        for _, told in self.runner.run(jobs):
            counts |= told
        replace_file(self.folder / "profile.toml", dump_profile(self.rules.profile).encode())
        return counts

    def _result(
        self, surveys: Sequence[Facts], readings: Sequence[Facts], settled: Sequence[Facts], withdrawn: int
    ) -> dict[str, Any]:
        pages = sum(facts["pages"] for facts in settled)
        lost = sum(len(facts["lost"]) for facts in readings)
        passed_over: Counter[str] = Counter()
        for facts in surveys:
            passed_over.update(facts["passed_over"])
        if withdrawn:
            passed_over["taken down"] = withdrawn
        return {
            "pages": pages,
            "stories": sum(facts["articles"] for facts in settled),
            "again": sum(facts["captures"] for facts in surveys) - pages - lost - withdrawn,
            "passed_over": dict(sorted(passed_over.items())),
            "damage": [one for facts in (*surveys, *readings) for one in facts["damage"]],
        }

    def _survey(self, number: int) -> Path:
        return shard_folder(self._root, Survey.step, number)


def plan_of(sources: BuildSources, rules: BuildRules) -> BuildPlan:
    """What a build is made of."""
    files = tuple((source.name, source.path.stat().st_size) for source in sources.files())
    template = rules.template.identifier if rules.template else None
    return BuildPlan(files, profile_digest(rules.profile), template, A_REPLAY if rules.replay else A_BUILD)

"""Second unit: the second reading of a slice, and the slice's part of the records as they stay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from portal_crawler.archive.warc_members import Damage
from portal_crawler.dedup.fingerprints import Sketch
from portal_crawler.dedup.sketches_npz import load_sketches, save_sketches
from portal_crawler.distributed.job import Notice
from portal_crawler.distributed.shard_disk import Facts, digest_of, shard_folder
from portal_crawler.distributed.work_unit import (
    SKETCHES,
    STORIES,
    FirstReading,
    TemplateFile,
    captures_of,
    near_sketch,
    page_reading,
)
from portal_crawler.graph.crawl_tally import CrawlTally
from portal_crawler.graph.tally_npz import save_tally
from portal_crawler.page.kind import PageKind
from portal_crawler.records.jsonl import JsonlFile, dumps, parse_line, raw_lines
from portal_crawler.records.second_reading import link_line, page_line, reads_otherwise, second_reading, story_line
from portal_crawler.records.second_readings_sqlite import SecondReading
from portal_crawler.records.sinks import LINKS, PAGES
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.urls import UrlRules

GRAPH = "graph.npz"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SecondUnit:
    """The second reading of what ``first`` has read into a shard below ``root``.

    :param lost: captures that the first reading could not read.
    :param beaten: captures whose address an earlier one stands for: they are left out.
    :param template: what the pages of all slices have taught; ``None`` where every line stays as it is.
    :param harmful: captures at which processes died: their first reading stands.

    Its files: pages, links, stories and their sketches as they stay; with ``graph`` also ``graph.npz``, what its pages
    and links come to.
    """

    root: Path
    first: FirstReading
    lost: tuple[int, ...]
    beaten: tuple[int, ...] = ()
    template: TemplateFile | None = None
    harmful: tuple[int, ...] = ()
    graph: bool = True
    step: ClassVar[str] = "settled"

    @property
    def number(self) -> int:
        """That of the slice."""
        return self.first.number

    @property
    def name(self) -> str:
        """What it is."""
        return self.first.name.replace("the reading", "the second reading")

    @property
    def weight(self) -> int:
        """As the first reading's."""
        return self.first.weight

    @property
    def key(self) -> str:
        """A digest of the first reading, of what is left out, and of the template."""
        return digest_of(
            self.step, self.first.key, self.beaten, self.template.identifier if self.template else None, self.graph
        )

    def warned(self, capture: int) -> SecondUnit:
        """The second reading without a capture."""
        return replace(self, harmful=(*self.harmful, capture))

    def make(self, folder: Path, notice: Notice) -> Facts:
        """Read again what is read otherwise, and write every line as it stays."""
        template = self.template.load() if self.template else None
        again = self._read_again(template, notice) if template else {}
        links = raw_lines(self._folder / LINKS)
        with ExitStack() as open_files:
            files = _Records(folder, CrawlTally() if self.graph else None, open_files)
            for page in self._pages():
                own, told = [line for _, line in islice(links, page.record["links"])], again.get(page.capture)
                if page.capture not in self.beaten:
                    files.add(page, own, told, template)
            files.sync()
        if files.tally is not None:
            save_tally(files.tally, folder / GRAPH)
        return {**files.counts, "again": len(again)}

    @property
    def _folder(self) -> Path:
        return shard_folder(self.root, self.first.step, self.first.number)

    def _pages(self) -> Iterator[_Page]:
        """The pages of the first reading, with their captures."""
        captures = (capture for capture in self.first.slice.captures() if capture not in self.lost)
        stories, sketches = _records(self._folder / STORIES), load_sketches(self._folder / SKETCHES)
        for capture, (line, record) in zip(captures, _records(self._folder / PAGES), strict=True):
            story, sketch = (next(stories)[1], next(sketches)) if record["kind"] == PageKind.ARTICLE else (None, None)
            yield _Page(capture, line, record, story, sketch)

    def _read_again(self, template: SiteTemplate, notice: Notice) -> dict[int, SecondReading]:
        """The second reading of each capture that a template reads otherwise. Where a page cannot be read a second
        time, the first reading stands.
        """
        left_alone = {*self.beaten, *self.harmful}
        otherwise = [
            page.capture
            for page in self._pages()
            if page.story is not None and page.capture not in left_alone and reads_otherwise(page.story, template)
        ]
        rules, profile = self.first.rules, self.first.rules.profile
        keys, again = UrlRules(frozenset(profile.urls.drop_params)), {}
        for capture, found in captures_of(self.first.slice.only(otherwise), rules, notice):
            if not isinstance(found, Damage):
                reading = page_reading(found, rules, template)
                if reading.kind.kind is not PageKind.UNREADABLE:
                    again[capture] = second_reading(reading, keys)
        notice(None)
        return again


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of the first reading: its line, what it holds, and what the line of its story does, with its sketch."""

    capture: int
    line: bytes
    record: Record
    story: Record | None
    sketch: Sketch | None

    def settled_story(self, again: SecondReading | None, template: SiteTemplate | None) -> Record | None:
        """The line of its story as it stays."""
        if self.story is None or template is None:
            return self.story
        return story_line(self.story, again, template.identifier)


class _Records:
    """The records of a slice as they stay, in files that ``open_files`` closes.

    :param tally: what they come to for the graph, where that is wanted.
    """

    def __init__(self, folder: Path, tally: CrawlTally | None, open_files: ExitStack) -> None:
        self._pages, self._links, self._stories = (
            open_files.enter_context(closing(JsonlFile(folder / name))) for name in (PAGES, LINKS, STORIES)
        )
        self._sketches, self._folder = list[Sketch](), folder
        self.tally = tally
        self.counts = {"pages": 0, "articles": 0}

    def add(self, page: _Page, links: list[bytes], told: SecondReading | None, template: SiteTemplate | None) -> None:
        """Add a page with its links, as the second reading has them."""
        record = page_line(page.record, told)
        self._pages.write(page.line if told is None else _line(record))
        if self.tally is not None:
            self.tally.add_page(record)
        for line in links:
            self._add_link(line, told)
        self.counts["pages"] += 1
        story = page.settled_story(told, template)
        if story is not None:
            self._stories.write(_line(story))
            self._sketches.append(page.sketch if told is None and page.sketch is not None else near_sketch(story))
            self.counts["articles"] += 1

    def _add_link(self, line: bytes, told: SecondReading | None) -> None:
        if told is None and self.tally is None:
            self._links.write(line)
            return
        link = link_line(parse_line(line, self._links.path, 0), told)
        self._links.write(line if told is None else _line(link))
        if self.tally is not None:
            self.tally.add_link(link)

    def sync(self) -> None:
        """Bring everything to the disk."""
        for file in (self._pages, self._links, self._stories):
            file.sync()
        save_sketches(self._sketches, self._folder / SKETCHES)


def _records(path: Path) -> Iterator[tuple[bytes, Record]]:
    return ((line, parse_line(line, path, number)) for number, line in raw_lines(path))


def _line(record: Record) -> bytes:
    return dumps(record) + b"\n"

"""Second unit: the second reading of a slice, and the slice's part of the records as they stay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from portal_crawler.archive.warc_members import Damage
from portal_crawler.distributed.job import Notice
from portal_crawler.distributed.shard_disk import Facts, digest_of, shard_folder
from portal_crawler.distributed.work_unit import STORIES, FirstReading, TemplateFile, captures_of, page_reading
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

    Its files: pages, links and stories as they stay, and ``graph.npz``, what its pages and links come to.
    """

    root: Path
    first: FirstReading
    lost: tuple[int, ...]
    beaten: tuple[int, ...] = ()
    template: TemplateFile | None = None
    harmful: tuple[int, ...] = ()
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
    def key(self) -> str:
        """A digest of the first reading, of what is left out, and of the template."""
        return digest_of(self.step, self.first.key, self.beaten, self.template.identifier if self.template else None)

    def warned(self, capture: int) -> SecondUnit:
        """The second reading without a capture."""
        return replace(self, harmful=(*self.harmful, capture))

    def make(self, folder: Path, notice: Notice) -> Facts:
        """Read again what is read otherwise, and write every line as it stays."""
        template = self.template.load() if self.template else None
        again = self._read_again(template, notice) if template else {}
        tally, counts = CrawlTally(), {"pages": 0, "articles": 0, "again": len(again)}
        links = _records(self._folder / LINKS)
        with ExitStack() as open_files:
            pages, edges, stories = (
                open_files.enter_context(closing(JsonlFile(folder / name))) for name in (PAGES, LINKS, STORIES)
            )
            for page in self._pages():
                own, told = list(islice(links, page.record["links"])), again.get(page.capture)
                if page.capture in self.beaten:
                    continue
                record = page_line(page.record, told)
                pages.write(page.line if told is None else _line(record))
                tally.add_page(record)
                for line, first in own:
                    link = link_line(first, told)
                    edges.write(line if told is None else _line(link))
                    tally.add_link(link)
                story = page.settled_story(told, template)
                if story is not None:
                    stories.write(_line(story))
                counts["pages"] += 1
                counts["articles"] += story is not None
            for file in (pages, edges, stories):
                file.sync()
        save_tally(tally, folder / GRAPH)
        return counts

    @property
    def _folder(self) -> Path:
        return shard_folder(self.root, self.first.step, self.first.number)

    def _pages(self) -> Iterator[_Page]:
        """The pages of the first reading, with their captures."""
        captures = (capture for capture in self.first.slice.captures() if capture not in self.lost)
        stories = _records(self._folder / STORIES)
        for capture, (line, record) in zip(captures, _records(self._folder / PAGES), strict=True):
            story = next(stories)[1] if record["kind"] == PageKind.ARTICLE else None
            yield _Page(capture, line, record, story)

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
                reading = page_reading(found, profile, template)
                if reading.kind.kind is not PageKind.UNREADABLE:
                    again[capture] = second_reading(reading, keys)
        notice(None)
        return again


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of the first reading: its line, what it holds, and what the line of its story does."""

    capture: int
    line: bytes
    record: Record
    story: Record | None

    def settled_story(self, again: SecondReading | None, template: SiteTemplate | None) -> Record | None:
        """The line of its story as it stays."""
        if self.story is None or template is None:
            return self.story
        return story_line(self.story, again, template.identifier)


def _records(path: Path) -> Iterator[tuple[bytes, Record]]:
    return ((line, parse_line(line, path, number)) for number, line in raw_lines(path))


def _line(record: Record) -> bytes:
    return dumps(record) + b"\n"

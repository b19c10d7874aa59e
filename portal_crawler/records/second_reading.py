"""Second reading: a crawl's story pages teach what the portal's pages share; at its end those that this reads otherwise
are read again from the archive. So are pages that came before it was known how their host answers for none.

Each line of ``work/stories.jsonl`` holds its page's sketch, from which the template is learned and from which is seen
which pages it reads otherwise; no other page is parsed again. The order of writing is that of ``assemble``: a kill
leaves the first reading or the second, and doing it again changes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from portal_crawler.archive.response_capture import response_capture, revisit_capture
from portal_crawler.archive.warc_collection import WarcCollection
from portal_crawler.archive.warc_members import Damage
from portal_crawler.capture import Capture
from portal_crawler.errors import DamagedFileError
from portal_crawler.page.kind import PageKind
from portal_crawler.reading import PageReading
from portal_crawler.records.absent_pages import NONE_APOLOGISES, Apologies
from portal_crawler.records.article_record import story_of, story_record
from portal_crawler.records.assemble import Settling
from portal_crawler.records.jsonl import JsonlFile, read_lines, replace_file
from portal_crawler.records.link_edge import ordinals, source_kind
from portal_crawler.records.page_record import page_record
from portal_crawler.records.replace_jsonl import NEW, finish_replacing
from portal_crawler.records.second_readings_sqlite import LinkJudged, SecondReading, SecondReadings
from portal_crawler.records.sinks import LINKS, PAGES, STORIES, TEMPLATE
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.template.page_sketch import PageSketch
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.template.tally import TallyKeeper, TemplateTally
from portal_crawler.template.template_json import load_template, rows_of, site_template, template_bytes
from portal_crawler.urls import UrlRules

# What a second reading may say otherwise of a page; its links are the same, their roles and what follows from them
# may not be.
_OF_PAGE = ("kind", "kind_confidence", "title", "text_digest")

# Lines written together: a thousand stories with their texts and sketches would be 80 MB in memory.
_LINKS, _STORIES = 1_000, 20

Record = dict[str, Any]
# Reads captures by a template, with sketches, in their order.
ReadAll = Callable[[Iterable[Capture], SiteTemplate], Iterator[PageReading]]


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a crawl's pages stand, how many bytes an unpacked body of them has at most, and how they are read."""

    captures: WarcCollection
    most: int
    read_all: ReadAll


def read_again(
    folder: Path,
    profile: SiteProfile,
    kept: Kept,
    earlier: TemplateTally,
    ledger: Settling,
    apologies: Apologies = NONE_APOLOGISES,
) -> list[tuple[str, str]]:
    """Learn the template of a crawl, and read again what it reads otherwise; (url_key, id) of the stories that changed.

    Every output is committed and none is open. Writes ``template.json`` where enough pages share a layout.

    :param earlier: what earlier crawls of the portal have taught.
    :param apologies: of hosts that answer with a page where there is none: it is no story, and teaches nothing.
    """
    stories = folder / STORIES
    if not stories.exists():
        return []
    rules = UrlRules(frozenset(profile.urls.drop_params))
    with SecondReadings() as found:
        for key, again in _absent(folder, site_template(earlier), kept, apologies, rules):
            found.add(key, again)
        if not len(found) and (before := _read_before(stories, folder / TEMPLATE)) is not None:
            return before
        template = site_template(_tally(stories, found).merge(earlier))
        if template.layouts:
            replace_file(folder / TEMPLATE, template_bytes(template.tally))
            for key, again in _found_again(folder, template, kept, found, rules):
                found.add(key, again)
        elif not len(found):
            return []
        name = template.identifier if template.layouts else None

        def told(line: Record) -> Record | None:
            return story_line(line, found.of(line["article"]["url_key"]), name)

        lengths = {STORIES: _rewrite(stories, told)}
        if len(found):
            lengths[PAGES] = _rewrite(folder / PAGES, lambda line: page_line(line, found.of(line["url_key"])))
            lengths[LINKS] = _rewrite(folder / LINKS, lambda line: link_line(line, found.of(line["source_key"])))
        ledger.finalize(lengths)
        finish_replacing(folder, lengths)
        ledger.replaced()
        return list(found.stories())


def _absent(
    folder: Path, template: SiteTemplate, kept: Kept, apologies: Apologies, rules: UrlRules
) -> Iterator[tuple[str, SecondReading]]:
    """The second reading of each early page that is its host's answer for none, by the page's key."""
    if not apologies.by_host:
        return
    early = (line for _, _, line in read_lines(folder / PAGES) if apologies.may_have_made(line))
    captures = (_capture(folder, line, kept.captures, kept.most) for line in early)
    for reading in kept.read_all(captures, template):
        judged = apologies.judged(reading)
        if judged is not None:
            yield reading.url_key, second_reading(judged, rules)


def _read_before(stories: Path, template: Path) -> list[tuple[str, str]] | None:
    """Where every story was read by the template that is there, (url_key, id) of those that it read otherwise: what was
    read again teaches another template than what was read first.
    """
    if not template.exists():
        return None
    identifier, found = load_template(template).identifier, list[tuple[str, str]]()
    for _, _, line in read_lines(stories):
        article = line["article"]
        if article["extractor"]["template_id"] != identifier:
            return None
        if line.get("again"):
            found.append((article["url_key"], article["id"]))
    return found


def _found_again(
    folder: Path, template: SiteTemplate, kept: Kept, found: SecondReadings, rules: UrlRules
) -> Iterator[tuple[str, SecondReading]]:
    """The second reading of each page that a template reads otherwise, by the page's key. Where a page cannot be read a
    second time, the first reading stands.

    :param found: what is known already to be none.
    """
    keys: deque[str] = deque()

    def captures() -> Iterator[Capture]:
        for _, _, line in read_lines(folder / STORIES):
            key = line["article"]["url_key"]
            if reads_otherwise(line, template) and found.of(key) is None:
                keys.append(key)
                capture = _capture(folder, line["article"], kept.captures, kept.most)
                yield replace(capture, earlier_story=line["earlier_story"])

    for reading in kept.read_all(captures(), template):
        key = keys.popleft()
        if reading.kind.kind is not PageKind.UNREADABLE:
            yield key, second_reading(reading, rules)


def _tally(stories: Path, absent: SecondReadings) -> TemplateTally:
    keeper = TallyKeeper()
    for _, _, line in read_lines(stories):
        sketch = sketch_of(line)
        if sketch is not None and absent.of(line["article"]["url_key"]) is None:
            keeper.add(sketch, date.fromisoformat(line["article"]["fetched_at"][:10]))
    return keeper.tally()


def sketch_of(line: Record) -> PageSketch | None:
    """The sketch in a line of ``work/stories.jsonl``."""
    held = line.get("sketch")
    return PageSketch(rows_of(held["texts"]), held["path"]) if held else None


def reads_otherwise(line: Record, template: SiteTemplate) -> bool:
    """Whether a template reads a page otherwise than its line has it."""
    sketch = sketch_of(line)
    if sketch is None or line["article"]["extractor"]["template_id"] == template.identifier:
        return False
    return bool(line.get("again")) or not np.array_equal(template.taken_of(sketch), sketch.taken)


def _capture(folder: Path, line: Record, captures: WarcCollection, most: int) -> Capture:
    """The capture that a page was read from, of whose record or article a line is given.

    :raises DamagedFileError: where the archive holds it no more.
    """
    problem, place = "holds no record of that page", line["url"]
    for found in captures.captures(line["url"]):
        record = found.read()
        if isinstance(record, Damage):
            problem, place = record.problem, f"byte {record.offset}"
            continue
        if record.header("WARC-Record-ID") != line["warc_record_id"]:
            continue
        original = captures.original(record) if record.kind == "revisit" else record
        if isinstance(original, Damage):
            problem, place = original.problem, f"byte {original.offset}"
            continue
        revisit = record.kind == "revisit"
        return revisit_capture(record, original, most) if revisit else response_capture(record, most)
    raise DamagedFileError(str(folder / line["warc_file"]), problem, "see what else is wrong: verify", place)


def second_reading(reading: PageReading, rules: UrlRules) -> SecondReading:
    """What a second reading says of its page."""
    story, page = story_of(reading), page_record(reading)
    return SecondReading(
        story={**story_record(reading, story, rules), "again": True} if story else None,
        page={name: page[name] for name in _OF_PAGE},
        kind=source_kind(reading),
        links=tuple(
            LinkJudged(link.role.value, ordinal, link.editorial, link.confidence)
            for link, ordinal in zip(reading.links, ordinals(link.role for link in reading.links), strict=True)
        ),
    )


def _rewrite(path: Path, change: Callable[[Record], Record | None]) -> int:
    """Write the successor of a file, each line changed or left out; its length in bytes."""
    with closing(JsonlFile(path.with_name(path.name + NEW), committed=0)) as new:
        new.append_all(_changed(path, change), _LINKS if path.name == LINKS else _STORIES)
        return new.sync()


def _changed(path: Path, change: Callable[[Record], Record | None]) -> Iterator[Record]:
    for _, _, line in read_lines(path):
        changed = change(line)
        if changed is not None:
            yield changed


def story_line(line: Record, again: SecondReading | None, identifier: str | None) -> Record | None:
    """The line of a story after the second reading of its page, if there was one; ``None`` where it is none any more.

    :param identifier: the template's; ``None`` where none was learned.
    """
    if again is not None:
        # Its sketch stays: a crawl that goes on after its end learns from first readings.
        return {**again.story, "sketch": line["sketch"]} if again.story is not None else None
    if identifier is None:
        return line
    article = line["article"]
    return {**line, "article": {**article, "extractor": {**article["extractor"], "template_id": identifier}}}


def page_line(line: Record, again: SecondReading | None) -> Record:
    """The line of a page after its second reading, if there was one."""
    return {**line, **again.page} if again is not None else line


def link_line(line: Record, again: SecondReading | None) -> Record:
    """The line of a link after the second reading of the page it stands on, if there was one."""
    if again is None:
        return line
    return {**line, "source_kind": again.kind, **again.links[line["position"]]._asdict()}

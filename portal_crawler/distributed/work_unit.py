"""Work unit: the reading of one slice of an archive, twice, as pure functions from files to files.

The first reading gives the slice's pages, links and stories, and what they teach of the portal's template. The second
one, when all slices have taught, reads again what the template reads otherwise and gives the slice's part of the
records and of the link graph. Neither knows of the others, of the clock, or of who runs it: this is where another
engine takes over from the processes of one machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from portal_crawler.archive.warc_collection import WarcArchive, WarcCollection
from portal_crawler.archive.warc_members import Damage
from portal_crawler.capture import Capture
from portal_crawler.dedup.fingerprints import Sketch
from portal_crawler.dedup.fingerprints import sketch_of as near_sketch_of
from portal_crawler.dedup.sketches_npz import save_sketches
from portal_crawler.distributed.job import Notice
from portal_crawler.distributed.shard_disk import Facts, digest_of
from portal_crawler.distributed.splits import Slice
from portal_crawler.errors import DamagedFileError
from portal_crawler.reading import PageReading, read_page, scan_page, unreadable
from portal_crawler.records.absent_pages import NONE_APOLOGISES, Apologies
from portal_crawler.records.article_record import story_of, story_record
from portal_crawler.records.jsonl import JsonlFile, read_lines, replace_file
from portal_crawler.records.link_edge import link_edges, portal_sites
from portal_crawler.records.page_record import page_record
from portal_crawler.records.second_reading import sketch_of
from portal_crawler.records.sinks import LINKS, PAGES, TEMPLATE
from portal_crawler.replay import no_page, read_capture, with_fields
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import profile_digest
from portal_crawler.template.site_template import SiteTemplate
from portal_crawler.template.tally import TallyKeeper
from portal_crawler.template.template_json import load_template, template_bytes
from portal_crawler.urls import UrlRules

STORIES, SKETCHES = "stories.jsonl", "sketches.npz"
_BROKEN = "reading it ended the process that did, more than once"


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template on the disk, and the name of its content."""

    path: Path
    identifier: str

    def load(self) -> SiteTemplate:
        """The template; the one that was asked for last stays in memory."""
        return _loaded(self.path, self.identifier)


@lru_cache(1)
def _loaded(path: Path, _: str) -> SiteTemplate:
    return load_template(path)


@dataclass(frozen=True, slots=True)
class ApologyFile:
    """What hosts answer where there is no page, on the disk (``apology_unit``), and a digest of its content."""

    path: Path
    digest: str

    def load(self) -> Apologies:
        """The apologies; those that were asked for last stay in memory."""
        return _apologies(self.path, self.digest)


@lru_cache(1)
def _apologies(path: Path, _: str) -> Apologies:
    return Apologies.of((line["host"], line) for _, _, line in read_lines(path))


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """What pages are read and judged by, and whether they are to teach what their portal's pages share (``learn``).

    ``archives`` are those in which revisit records find their content, ``digest`` one of all that the reading of a page
    depends on, beside its own bytes.
    """

    profile: SiteProfile
    template: TemplateFile | None
    learn: bool
    archives: tuple[WarcArchive, ...]
    apologies: ApologyFile | None
    digest: str


def reading_rules(
    profile: SiteProfile,
    template: TemplateFile | None,
    archives: tuple[WarcArchive, ...] = (),
    held: str = "",
    apologies: ApologyFile | None = None,
    *,
    learn: bool = True,
) -> ReadingRules:
    """Rules with their digest.

    :param held: a digest of what the archives hold.
    """
    known = template.identifier if template else None, apologies.digest if apologies else None
    digest = digest_of(profile_digest(profile), *known, held, learn)
    return ReadingRules(profile, template, learn, archives, apologies, digest)


@dataclass(frozen=True, slots=True)
class FirstReading:
    """The first reading of a slice. ``content`` is a digest of the slice's file.

    ``harmful`` are captures at which processes died twice, of which the links alone are read; one that stands there
    twice is not looked at.

    Its files: pages, links, stories and their sketches in the order of the captures, and ``template.json`` where they
    are to teach one. Facts: ``lost``, captures whose content is in no archive, and ``damage``, why.
    """

    number: int
    slice: Slice
    content: str
    rules: ReadingRules
    harmful: tuple[int, ...] = ()
    step: ClassVar[str] = "read"

    @property
    def name(self) -> str:
        """What it is."""
        return f"the reading of {self.slice.source.name} from byte {self.slice.offset}"

    @property
    def weight(self) -> int:
        """The captures to read."""
        return self.slice.chosen.bit_count()

    @property
    def key(self) -> str:
        """A digest of the slice and of what it is read by; not of what processes died at, which others need not."""
        one = self.slice
        return digest_of(self.step, one.file, self.content, one.offset, one.first, hex(one.chosen), self.rules.digest)

    def warned(self, capture: int) -> FirstReading | None:
        """The reading that takes less of a capture."""
        if self.harmful.count(capture) > 1:
            return None
        return replace(self, harmful=(*self.harmful, capture))

    def make(self, folder: Path, notice: Notice) -> Facts:
        """Read the slice."""
        lost, damage, keeper = list[int](), list[dict[str, Any]](), TallyKeeper()
        template = self.rules.template.load() if self.rules.template else None
        with ExitStack() as open_files:
            files = _Records(self.rules.profile, folder, open_files)
            for capture, found in captures_of(self.slice, self.rules, notice):
                if isinstance(found, Damage):
                    lost.append(capture)
                    damage.append({"file": found.file, "offset": found.offset, "problem": found.problem})
                    continue
                reading = page_reading(found, self.rules, template, self.harmful.count(capture))
                story = files.add(reading)
                if story is not None and (sketch := sketch_of(story)) is not None:
                    keeper.add(sketch, date.fromisoformat(story["article"]["fetched_at"][:10]))
            notice(None)
            files.sync()
        if self.rules.learn:
            replace_file(folder / TEMPLATE, template_bytes(keeper.tally()))
        return {"lost": lost, "damage": damage, **files.counts}


def captures_of(one: Slice, rules: ReadingRules, notice: Notice) -> Iterator[tuple[int, Capture | Damage]]:
    """The chosen captures of a slice with their numbers; damage where the content of a revisit is not to be had.

    :param notice: told of each before its content is unpacked, which may be the harm in it.

    :raises DamagedFileError: where the file does not hold them any more.
    """
    left, capture = one.chosen.bit_count(), one.first - 1
    if not left:
        return
    with WarcCollection(rules.archives) as originals:
        for found, fields in with_fields(one.source.records(one.offset)):
            if not left:
                return
            if isinstance(found, Damage) or no_page(found, fields):
                continue
            capture += 1
            if one.includes(capture):
                left -= 1
                notice(capture)
                yield capture, read_capture(found, fields, rules.profile.limits.unpacked_bytes, originals)
    if left:
        cure = "let nothing write to it, and run the same command again"
        raise DamagedFileError(str(one.source.path), "was changed while it was read", cure, one.source.name)


def page_reading(capture: Capture, rules: ReadingRules, template: SiteTemplate | None, harm: int = 0) -> PageReading:
    """The reading of a page. One at which the reading fails is a page with a problem, too.

    :param harm: how often less was to be read of it: its links alone, then nothing.
    """
    profile = rules.profile
    if harm:
        return scan_page(capture, profile, _BROKEN) if harm == 1 else unreadable(capture, profile, (_BROKEN,))
    try:
        reading = read_page(capture, profile, template, learn=rules.learn)
        known = rules.apologies.load() if rules.apologies and capture.via is not None else NONE_APOLOGISES
        return known.judged(reading) or reading
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the page's doing, and told
        return scan_page(capture, profile, f"reading it failed ({type(error).__name__}: {error})"[:300])


def near_sketch(story: dict[str, Any]) -> Sketch:
    """What a story is compared with others by, from its line."""
    return near_sketch_of(story["article"]["text"], story["article"]["title"])


class _Records:
    """The records of a slice while they grow, in files that ``open_files`` closes."""

    def __init__(self, profile: SiteProfile, folder: Path, open_files: ExitStack) -> None:
        self._keys = UrlRules(frozenset(profile.urls.drop_params))
        self._sites = portal_sites([*profile.scope.hosts, *profile.scope.aliases])
        self._pages, self._links, self._stories = (
            open_files.enter_context(closing(JsonlFile(folder / name))) for name in (PAGES, LINKS, STORIES)
        )
        self._sketches, self._folder = list[Sketch](), folder
        self.counts = {"pages": 0, "articles": 0}

    def add(self, reading: PageReading) -> dict[str, Any] | None:
        """Add a page with its links; the line of its story, if it has one."""
        self._pages.append(page_record(reading))
        self._links.append_all(link_edges(reading, self._sites))
        self.counts["pages"] += 1
        story = story_of(reading)
        if story is None:
            return None
        line = story_record(reading, story, self._keys)
        self._stories.append(line)
        self._sketches.append(near_sketch(line))
        self.counts["articles"] += 1
        return line

    def sync(self) -> None:
        """Bring everything to the disk."""
        for file in (self._pages, self._links, self._stories):
            file.sync()
        save_sketches(self._sketches, self._folder / SKETCHES)

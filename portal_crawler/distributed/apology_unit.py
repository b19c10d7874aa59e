"""Apology unit: what some hosts answer where there is no page, read from the answers that a crawl of theirs got.

A crawl judges its pages by that, so a reading of its archive does. Archives of other writers hold no such answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

from portal_crawler.archive.warc_collection import WarcArchive, WarcCollection, WarcSource
from portal_crawler.archive.warc_members import Damage
from portal_crawler.distributed.job import Notice
from portal_crawler.distributed.shard_disk import Facts, digest_of
from portal_crawler.frontier.soft_404 import PROBES, texts_of
from portal_crawler.reading import PageReading, read_page
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.replay import read_capture, with_fields
from portal_crawler.sites.profile import SiteProfile

APOLOGIES = "apologies.jsonl"
# Three pages are read of each.
_HOSTS = 32


class Place(NamedTuple):
    """Where a record stands: the number of its file, and bytes."""

    file: int
    offset: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A host that was asked for what it does not have: a page that it has, beside which that was, and its answers."""

    host: str
    near: Place
    answers: tuple[Place, ...]


def asked_hosts(probes: Iterable[tuple[Place, Mapping[str, str]]], pages: Iterable[tuple[Place, str]]) -> list[Asked]:
    """The hosts that were asked often enough to know their answer, in the order in which they were.

    :param probes: with the ``host`` and the key of the page ``near`` them, as ``Survey`` has them.
    :param pages: with the keys of their addresses.
    """
    answers: dict[tuple[str, str], list[Place]] = {}
    for place, probe in probes:
        answers.setdefault((probe["host"], probe["near"]), []).append(place)
    beside = {near: min(places) for (_, near), places in answers.items()}
    near: dict[str, Place] = {}
    for place, key in pages if beside else ():
        # The last one before the host was asked: a crawl that came later may have found another page there.
        if key in beside and (key not in near or place < beside[key]):
            near[key] = place
    return [
        Asked(host, near[key], tuple(places[:PROBES]))
        for (host, key), places in answers.items()
        if key in near and len(places) >= PROBES
    ]


@dataclass(frozen=True, slots=True)
class ApologyUnit:
    """The answers of some hosts. ``sources`` are the files by their numbers, ``archives`` those in which revisit
    records find their content, ``held`` a digest of what all of them hold.

    Its file: ``apologies.jsonl``, a line for each host that answered with a page: ``host``, ``answers`` and
    ``template`` as the ledger of a crawl has them (``soft_404.apology_of``).
    """

    number: int
    asked: tuple[Asked, ...]
    sources: Mapping[int, WarcSource]
    profile: SiteProfile
    archives: tuple[WarcArchive, ...]
    held: str
    step: ClassVar[str] = "apologies"

    @property
    def name(self) -> str:
        """What it is."""
        return f"what hosts answer where there is no page, {self.number}"

    @property
    def weight(self) -> int:
        """The hosts that were asked."""
        return len(self.asked)

    @property
    def key(self) -> str:
        """A digest of whom it is about, and of what the archives hold."""
        places = [(one.host, *map(tuple, (one.near, *one.answers))) for one in self.asked]
        return digest_of(self.step, self.number, places, self.held)

    def warned(self, capture: int) -> None:
        """It tells of no capture that it reads."""

    def make(self, folder: Path, notice: Notice) -> Facts:
        """Read them."""
        with closing(JsonlFile(folder / APOLOGIES)) as lines, WarcCollection(self.archives) as originals:
            for one in self.asked:
                near, *answers = (self._reading(place, originals) for place in (one.near, *one.answers))
                told = [list(texts_of(answer).items()) for answer in answers if answer and answer.capture.status == 200]
                if near is not None and len(told) == PROBES:
                    lines.append({"host": one.host, "answers": told, "template": list(texts_of(near))})
            lines.sync()
        return {}

    def _reading(self, place: Place, originals: WarcCollection) -> PageReading | None:
        """The reading of a page; ``None`` where its content is not there."""
        found, fields = next(with_fields(self.sources[place.file].records(place.offset)))
        if isinstance(found, Damage):
            return None
        capture = read_capture(found, fields, self.profile.limits.unpacked_bytes, originals)
        return None if isinstance(capture, Damage) else read_page(capture, self.profile)


def apology_units(
    asked: Sequence[Asked],
    sources: Sequence[WarcSource],
    profile: SiteProfile,
    archives: tuple[WarcArchive, ...],
    held: str,
) -> Iterator[ApologyUnit]:
    """The units of many hosts."""
    for number, start in enumerate(range(0, len(asked), _HOSTS)):
        some = tuple(asked[start : start + _HOSTS])
        files = {place.file for one in some for place in (one.near, *one.answers)}
        wanted = {file: sources[file] for file in sorted(files)}
        yield ApologyUnit(number, some, wanted, profile, archives, held)

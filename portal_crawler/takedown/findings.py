"""Findings: which records of the archives go, and which other pages show the text. Reads the archives once.

What goes: every record of an address that goes (responses, requests, metadata, answers that were set aside), of the
same bytes under another address, every revisit record of a record that goes; and, if so wished, the captures of pages
that quote the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from portal_crawler.archive.response_capture import response_capture
from portal_crawler.archive.warc_collection import WarcSource
from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord
from portal_crawler.archive.warc_write import FOLDER
from portal_crawler.errors import StateError
from portal_crawler.page.charset import decode
from portal_crawler.records.archive_sources import archives_of
from portal_crawler.settings import DOWNLOAD_MAXSIZE
from portal_crawler.takedown.quotes import page_text, quoted
from portal_crawler.takedown.targets import Story, rules_of
from portal_crawler.takedown.warc_cut import WarcCut
from portal_crawler.urls import UrlRules, url_key


class Quotes(StrEnum):
    """What becomes of other pages that show sentences which only the story has.

    REMOVE: the captures of those that are no stories go (feeds, lists, home pages); of stories they stay, and are told.
    ALL: those of stories go too. KEEP: all stay, and are told.
    """

    REMOVE = "remove"
    ALL = "all"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class QuotingPage:
    """A page that shows sentences of a text: how many of them, and whether its capture goes."""

    folder: Path
    url: str
    url_key: str
    sentences: int
    goes: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. ``sentences`` are those that only the stories have, ``is_story`` says of the key of a page
    whether it is a story, by folder.
    """

    stories: Sequence[Story]
    sentences: frozenset[str]
    quotes: Quotes
    is_story: Callable[[Path, str], bool]


@dataclass(slots=True)
class Findings:
    """What goes, by archive file (of its final name), and who quotes. ``records`` counts what goes of each folder."""

    cuts: dict[Path, WarcCut] = field(default_factory=dict)
    records: dict[Path, int] = field(default_factory=dict)
    quoting: list[QuotingPage] = field(default_factory=list)


def find_records(folders: Sequence[Path], wanted: Wanted) -> Findings:
    """Go through the archives of folders, earlier crawls first.

    :raises StateError: where an archive is damaged: what cannot be read cannot be searched either.
    """
    found, search = Findings(), _Search(wanted)
    for folder in folders:
        if not any(folder.glob(f"{FOLDER}/*.warc*")):
            continue
        search.begin(folder)
        for source in archives_of((folder,))[0].sources:
            dropped = list(search.dropped(source))
            if dropped:
                found.cuts[folder / source.name] = WarcCut(dropped)
                found.records[folder] = found.records.get(folder, 0) + len(dropped)
    found.quoting = list({(one.folder, one.url_key): one for one in search.quoting}.values())
    return found


class _Search:
    """Decides of each record; what went before counts for what refers to it."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._keys = {key for story in wanted.stories for key in story.keys}
        self._payloads = {digest for story in wanted.stories if story.copies for digest in story.payloads}
        self._gone: set[str] = set()  # ids of records
        self._again: set[str] = set()  # payload digests of captures that quote
        self.quoting: list[QuotingPage] = []
        self._folder, self._rules = Path(), UrlRules()

    def begin(self, folder: Path) -> None:
        self._folder, self._rules = folder, rules_of(folder)

    def dropped(self, source: WarcSource) -> Iterator[tuple[int, int]]:
        for record in source.records():
            if isinstance(record, Damage):
                raise StateError(
                    f"{self._folder / record.file}",
                    f"is damaged there ({record.problem}), so it cannot be searched",
                    "restore it from a copy first; what is wrong: portal-crawler verify",
                    f"byte {record.offset}",
                )
            if not self._goes(record):
                continue
            if not record.place.length:
                cure = "write it anew with one member a record: portal-crawler wacz, or warcio recompress"
                problem = "one member holds several records"
                raise StateError(str(self._folder / source.name), problem, cure, f"byte {record.place.offset}")
            self._gone.add(record.header("WARC-Record-ID") or "")
            yield record.place.offset, record.place.length

    def _goes(self, record: ReadRecord) -> bool:
        if record.kind == "warcinfo":
            return False
        key = url_key(record.url, self._rules) or record.url
        digest = record.header("WARC-Payload-Digest")
        if key in self._keys or self._refers_to_gone(record):
            return True
        if record.kind in ("response", "revisit") and (digest in self._payloads or digest in self._again):
            return True
        return record.kind == "response" and self._quotes(record, key)

    def _refers_to_gone(self, record: ReadRecord) -> bool:
        return any(record.header(name) in self._gone for name in ("WARC-Concurrent-To", "WARC-Refers-To"))

    def _quotes(self, record: ReadRecord, key: str) -> bool:
        """Whether a response shows the text and goes therefore."""
        wanted = self._wanted
        if not wanted.sentences:
            return False
        capture = response_capture(record, DOWNLOAD_MAXSIZE)
        if not capture.body:
            return False
        content_type = next((value for name, value in capture.headers if name.lower() == b"content-type"), None)
        count = quoted(wanted.sentences, page_text(decode(capture.body, content_type)[0]))
        if not count:
            return False
        goes = wanted.quotes is Quotes.ALL or (
            wanted.quotes is Quotes.REMOVE and not wanted.is_story(self._folder, key)
        )
        self.quoting.append(QuotingPage(self._folder, record.url, key, count, goes))
        if goes and (digest := record.header("WARC-Payload-Digest")):
            self._again.add(digest)
        return goes

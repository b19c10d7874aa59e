"""Findings: which records of the archives go, and which other pages hold the text. Reads the archives once.

What goes: every record of an address that goes (responses, requests, metadata, answers that were set aside), of the
same bytes under another address, every revisit record of a record that goes; and, unless they are to stay, the captures
of pages that quote the text. What was read of those stays: it holds nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
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
from portal_crawler.takedown.quotes import page_text
from portal_crawler.takedown.targets import Story, rules_of
from portal_crawler.takedown.warc_cut import WarcCut
from portal_crawler.urls import UrlRules, url_key

# A sentence that more addresses hold is no quotation: it is the portal's own wording, or stands in a box of every page,
# and to remove all their captures would be to remove the crawl. A guess; a demo story's teasers stand on 1 to 12 pages.
MOST_QUOTING = 20


class Quotes(StrEnum):
    """What becomes of the captures of other pages that hold sentences which only the story has.

    REMOVE: they go, unless more than ``MOST_QUOTING`` addresses hold the sentence. ALL: they go. KEEP: they stay.
    """

    REMOVE = "remove"
    ALL = "all"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class QuotingPage:
    """A page that holds sentences of a text: how many of them, and whether its capture goes."""

    folder: Path
    url: str
    url_key: str
    sentences: int
    goes: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. ``sentences`` are those that only the stories have."""

    stories: Sequence[Story]
    sentences: frozenset[str]
    quotes: Quotes


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
    search, found = _Search(wanted), Findings()
    for folder in folders:
        if any(folder.glob(f"{FOLDER}/*.warc*")):
            search.begin(folder)
            for source in archives_of((folder,))[0].sources:
                search.look(source)
    dropped: dict[tuple[Path, Path], list[tuple[int, int]]] = {}
    for one in search.going():
        dropped.setdefault((one.folder, one.file), []).append((one.offset, one.length))
    for (folder, file), places in dropped.items():
        found.cuts[file] = WarcCut(places)
        found.records[folder] = found.records.get(folder, 0) + len(places)
    found.quoting = search.quoting()
    return found


@dataclass(frozen=True, slots=True)
class _Record:
    """A record that goes; with ``quoting``, the id of a record that quotes, only if that one does."""

    folder: Path
    file: Path
    offset: int
    length: int
    quoting: str = ""


@dataclass(frozen=True, slots=True)
class _Quotation:
    folder: Path
    url: str
    url_key: str
    sentences: frozenset[str]


class _Search:
    """Decides of each record; what went before counts for what refers to it."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._keys = {key for story in wanted.stories for key in story.keys}
        self._payloads = {digest for story in wanted.stories if story.copies for digest in story.payloads}
        self._gone: set[str] = set()  # ids of records
        self._quotations: dict[str, _Quotation] = {}  # by the ids of their records
        self._again: dict[str, str] = {}  # payload digests of captures that quote, with those ids
        self._depends: dict[str, str] = {}  # ids of records, each with that of the one that quotes
        self._records: list[_Record] = []
        self._folder, self._rules = Path(), UrlRules()

    def begin(self, folder: Path) -> None:
        self._folder, self._rules = folder, rules_of(folder)

    def look(self, source: WarcSource) -> None:
        path = self._folder / source.name
        for record in source.records():
            if isinstance(record, Damage):
                problem = f"is damaged there ({record.problem}), so it cannot be searched"
                cure = "restore it from a copy first; what is wrong: portal-crawler verify"
                raise StateError(str(path), problem, cure, f"byte {record.offset}")
            goes, quoting = self._judged(record)
            if not goes and not quoting:
                continue
            if not record.place.length:
                cure = "write it anew with one member a record: warcio recompress"
                raise StateError(str(path), "one member holds several records", cure, f"byte {record.place.offset}")
            number = record.header("WARC-Record-ID") or ""
            if goes:
                self._gone.add(number)
            else:
                self._depends[number] = quoting
            self._records.append(_Record(self._folder, path, record.place.offset, record.place.length, quoting))

    def going(self) -> Iterator[_Record]:
        """The records that go, when all were looked at."""
        chosen = self._chosen()
        return (one for one in self._records if not one.quoting or one.quoting in chosen)

    def quoting(self) -> list[QuotingPage]:
        """The pages that quote, each once in a crawl."""
        chosen = self._chosen()
        found = (
            QuotingPage(one.folder, one.url, one.url_key, len(one.sentences), number in chosen)
            for number, one in self._quotations.items()
        )
        return list({(one.folder, one.url_key): one for one in found}.values())

    def _chosen(self) -> set[str]:
        """The ids of the records that quote and go."""
        if self._wanted.quotes is Quotes.KEEP:
            return set()
        holders = {(one.url_key, sentence) for one in self._quotations.values() for sentence in one.sentences}
        many = Counter(sentence for _, sentence in holders)
        most = len(holders) if self._wanted.quotes is Quotes.ALL else MOST_QUOTING
        return {
            number
            for number, one in self._quotations.items()
            if any(many[sentence] <= most for sentence in one.sentences)
        }

    def _judged(self, record: ReadRecord) -> tuple[bool, str]:
        """Whether a record goes; and the id of the record that quotes on which that depends."""
        if record.kind == "warcinfo":
            return False, ""
        key = url_key(record.url, self._rules) or record.url
        digest = record.header("WARC-Payload-Digest") or ""
        referred = [record.header(name) or "" for name in ("WARC-Concurrent-To", "WARC-Refers-To")]
        if key in self._keys or any(one in self._gone for one in referred):
            return True, ""
        if record.kind in ("response", "revisit"):
            if digest in self._payloads:
                return True, ""
            if digest in self._again:
                return False, self._again[digest]
        quoting = next((self._depends[one] for one in referred if one in self._depends), "")
        if not quoting and record.kind == "response":
            quoting = self._quotation(record, key, digest)
        return False, quoting

    def _quotation(self, record: ReadRecord, key: str, digest: str) -> str:
        """The id of a response that holds a sentence, or ""."""
        if not self._wanted.sentences:
            return ""
        capture = response_capture(record, DOWNLOAD_MAXSIZE)
        if not capture.body:
            return ""
        content_type = next((value for name, value in capture.headers if name.lower() == b"content-type"), None)
        text = page_text(decode(capture.body, content_type)[0])
        held = frozenset(one for one in self._wanted.sentences if one in text)
        number = record.header("WARC-Record-ID") or ""
        if not held or not number:
            return ""
        self._quotations[number] = _Quotation(self._folder, record.url, key, held)
        if digest:
            self._again[digest] = number
        return number

"""Repeated archive: WARC files of any number of captures, from those of one crawl.

Each copy of a capture has another address, and its words are other ones: in each round a different permutation of the
letters is applied to every long word of its text. So its story is one of its own, as long and as hard to read as the
first. Nothing is in memory but one record.
"""

from __future__ import annotations

import random
import re
import string
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from portal_crawler.archive.warc_collection import WarcArchive
from portal_crawler.archive.warc_members import Damage
from portal_crawler.capture import Capture
from portal_crawler.replay import captures_in

# Bytes of a file, about.
FILE = 64 * 1024 * 1024
# Between two tags; long words of small letters in it. A page of which fewer are changed tells the same in every round.
_TEXT = re.compile(rb">[^<]{20,}<")
_WORD = re.compile(rb"[a-z]{6,}")
_CHANGED = 30


@dataclass(frozen=True)
class Page:
    """A page to repeat."""

    url: str
    content_type: bytes
    body: bytes
    fetched_at: datetime | None


class _NoOriginals:
    def original(self, revisit: object) -> Damage:
        return Damage("", 0, "is not looked for")


def pages_of(archive: WarcArchive, most: int) -> list[Page]:
    """The pages of an archive that can be repeated: of ``most`` bytes at most, with enough words to change."""
    found = captures_in(archive.records(), most, _NoOriginals())
    return [
        Page(one.url, one.header(b"content-type") or b"text/html", one.body, one.fetched_at)
        for one in found
        if isinstance(one, Capture) and one.status == 200 and 0 < len(one.body) < most and _is_told_anew(one.body)
    ]


def _is_told_anew(body: bytes) -> bool:
    return sum(len(_WORD.findall(text)) for text in _TEXT.findall(body)) >= _CHANGED


def write_repeated(pages: list[Page], captures: int, folder: Path) -> list[Path]:
    """Write so many captures, in rounds over ``pages``; the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    length, file = FILE, None
    for number, record in enumerate(_records(pages, captures)):
        if length >= FILE:
            if file is not None:
                file.close()
            paths.append(folder / f"repeated-{len(paths):05d}.warc.gz")
            file, length = paths[-1].open("wb"), 0
        assert file is not None, number
        packer = zlib.compressobj(1, wbits=31)
        length += file.write(packer.compress(record) + packer.flush())
    if file is not None:
        file.close()
    return paths


def _records(pages: list[Page], captures: int) -> Iterator[bytes]:
    letters = list(string.ascii_lowercase.encode())
    rng = random.Random(1)
    table = bytes(range(256))
    for number in range(captures):
        round_, place = divmod(number, len(pages))
        if place == 0:
            others = letters.copy()
            rng.shuffle(others)
            table = bytes.maketrans(bytes(letters), bytes(others))
        yield _record(pages[place], number, round_, table)


def _record(page: Page, number: int, round_: int, table: bytes) -> bytes:
    def changed(text: re.Match[bytes]) -> bytes:
        return _WORD.sub(lambda word: word[0].translate(table), text[0])

    body = _TEXT.sub(changed, page.body)
    http = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (page.content_type, len(body))
    parts = urlsplit(page.url)
    url = urlunsplit(parts._replace(path=f"/r{round_}{parts.path or '/'}"))
    date = (page.fetched_at or datetime(2004, 1, 1, tzinfo=UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012x}>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: {date}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http) + len(body)}\r\n\r\n"
    )
    return head.encode() + http + body + b"\r\n\r\n"

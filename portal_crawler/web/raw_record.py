"""Raw record: the archive's record of a page: its headers to be read, its bytes to be taken along."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal_crawler.archive.warc_collection import WarcSource
from portal_crawler.records.recorded_place import keeps_bytes, recorded
from portal_crawler.web.not_found import NotHereError

# Bytes of HTTP headers that are shown.
_MOST_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record: its place, its WARC headers, and the HTTP head of its block as the server wrote it."""

    source: WarcSource
    file: str
    offset: int
    length: int
    headers: tuple[tuple[str, str], ...]
    http_head: str
    block_length: int

    def member(self) -> bytes:
        """The record's bytes as they stand in the archive: one gzip member."""
        with self.source.open() as file:
            file.seek(self.offset)
            return file.read(self.length)


def raw_record(folder: Path, page: dict[str, Any]) -> RawRecord:
    """The record of a page.

    :param page: its line of ``pages.jsonl``.
    :raises NotHereError: where the crawl keeps no bytes of it.
    :raises DamagedFileError: where the archive holds no such record.
    """
    if not keeps_bytes(folder, page):
        raise NotHereError(page["url"][:200], "has no record in this crawl's archive", "see its other views")
    source, found = recorded(folder, page)
    head = found.block[:_MOST_HEAD].partition(b"\r\n\r\n")[0].decode("latin-1")
    length = found.place.length or found.block_length
    return RawRecord(source, page["warc_file"], page["warc_offset"], length, found.headers, head, found.block_length)

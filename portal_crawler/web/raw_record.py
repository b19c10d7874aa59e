"""Raw record: the archive's record of a page: its headers to be read, its bytes to be taken along."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord, record_at
from portal_crawler.archive.warc_write import OPEN
from portal_crawler.errors import DamagedFileError
from portal_crawler.web.not_found import NotHereError
from portal_crawler.web.shown_values import in_shell

# Bytes of HTTP headers that are shown.
_MOST_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record: its place, its WARC headers, and the HTTP head of its block as the server wrote it."""

    path: Path
    file: str
    offset: int
    length: int
    headers: tuple[tuple[str, str], ...]
    http_head: str
    block_length: int

    def member(self) -> bytes:
        """The record's bytes as they stand in the archive: one gzip member."""
        with self.path.open("rb") as file:
            file.seek(self.offset)
            return file.read(self.length)


def raw_record(folder: Path, page: dict[str, Any]) -> RawRecord:
    """The record of a page.

    :param page: its line of ``pages.jsonl``.
    :raises NotHereError: where the crawl keeps no bytes of it.
    :raises DamagedFileError: where the archive holds no such record.
    """
    name, offset = page["warc_file"], page["warc_offset"]
    if not name:
        raise NotHereError(page["url"][:200], "has no record in this crawl's archive", "see its other views")
    path = next((one for one in (folder / name, folder / (name + OPEN)) if one.exists()), None)
    cure = f"see what else is wrong: portal-crawler verify {in_shell(folder)}"
    if path is None:
        raise DamagedFileError(str(folder / name), "is missing", cure)
    found = record_at(path, offset, name=name)
    if isinstance(found, Damage):
        raise DamagedFileError(str(path), found.problem, cure, f"byte {found.offset}")
    head = found.block[:_MOST_HEAD].partition(b"\r\n\r\n")[0].decode("latin-1")
    length = found.place.length or found.block_length
    return RawRecord(path, name, offset, length, found.headers, head, _length(found))


def _length(record: ReadRecord) -> int:
    return record.block_length

"""Package pages: the pages of a crawl as a web archive package lists them, joined with index and stories on the disk.

Form: https://specs.webrecorder.net/wacz/1.2.0/#pages-jsonl. ``ts`` is the WARC-Date of the page's record, ``id`` is
that record's id. A page that answered 304 has URL and ``ts`` of the record that it repeats, which a player can show.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from portal_crawler.archive.warc_write import FOLDER
from portal_crawler.capture import RevisitProfile
from portal_crawler.errors import DamagedFileError
from portal_crawler.records.jsonl import RecordsAt, dumps, raw_lines, read_lines
from portal_crawler.records.sinks import INDEX, PAGES, STORIES

_HTML = ("text/html", "application/xhtml+xml")
_REVISIT = "warc/revisit"
_TABLES = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
CREATE TABLE entry(file TEXT, offset INTEGER, mime TEXT, PRIMARY KEY(file, offset)) WITHOUT ROWID;
CREATE TABLE story(file TEXT, offset INTEGER, line INTEGER, PRIMARY KEY(file, offset)) WITHOUT ROWID;
"""


class PackagePages:
    """The HTML pages of a crawl's folder that has ended. Use from one thread; close after use.

    :param seeds: the addresses that the crawl began with.
    :raises DamagedFileError: where a line of the index or of the stories cannot be read.
    """

    def __init__(self, folder: Path, seeds: tuple[str, ...]) -> None:
        self._folder, self._seeds = folder, seeds
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(_TABLES + "BEGIN")
        self._db.executemany("INSERT OR IGNORE INTO entry VALUES(?, ?, ?)", _entries(folder / INDEX))
        self._db.executemany("INSERT OR IGNORE INTO story VALUES(?, ?, ?)", _stories(folder / STORIES))

    def __enter__(self) -> PackagePages:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def main_page(self) -> tuple[str, str] | None:
        """URL and time of the page by which the archive is entered: the first seed that is a page, else the first."""
        first: tuple[str, str] | None = None
        found: dict[str, tuple[str, str]] = {}
        for page, _ in self._pages():
            if not (200 <= page["status"] < 300 or _is_unchanged(page)):
                continue
            first = first or _shown(page)
            if page["url"] in self._seeds:
                found[page["url"]] = _shown(page)
        return next((found[url] for url in self._seeds if url in found), first)

    def main(self) -> Iterator[bytes]:
        """The list of seeds and stories, a story with its text; its head is the first line."""
        yield _line({"format": "json-pages-1.0", "id": "pages", "title": "Seeds and stories", "hasText": True})
        with RecordsAt(self._folder / STORIES) as stories:
            for page, mime in self._pages():
                if self._is_main(page):
                    yield _line(self._entry(page, mime, stories))

    def others(self) -> Iterator[bytes]:
        """The list of all other HTML pages, without text; its head is the first line."""
        yield _line({"format": "json-pages-1.0", "id": "otherPages", "title": "Other pages", "hasText": False})
        with RecordsAt(self._folder / STORIES) as stories:
            for page, mime in self._pages():
                if not self._is_main(page):
                    yield _line(self._entry(page, mime, stories))

    def _is_main(self, page: dict[str, Any]) -> bool:
        return page["kind"] == "article" or page["url"] in self._seeds

    def _pages(self) -> Iterator[tuple[dict[str, Any], str]]:
        """The records of HTML pages that are no redirect, with their media type; none whose capture is gone."""
        for _, _, page in read_lines(self._folder / PAGES):
            if page["warc_file"] is None:  # it quoted what was taken down
                continue
            query = "SELECT mime FROM entry WHERE file = ? AND offset = ?"
            row = self._db.execute(query, (page["warc_file"], page["warc_offset"])).fetchone()
            mime = row[0] if row else ""
            html = mime in _HTML or (mime == _REVISIT and page["charset_used"] is not None)
            redirect = 300 <= page["status"] < 400 and not _is_unchanged(page)
            if (html or page["kind"] == "article") and not redirect:
                yield page, mime

    def _entry(self, page: dict[str, Any], mime: str, stories: RecordsAt) -> dict[str, Any]:
        url, moment = _shown(page)
        entry: dict[str, Any] = {
            "id": str(page["warc_record_id"]).strip("<>").removeprefix("urn:uuid:"),
            "url": url,
            "ts": moment,
            "title": page["title"],
            "status": page["status"] if not _is_unchanged(page) else None,
            "mime": mime if mime != _REVISIT else None,
            "depth": page["depth"],
            "kind": page["kind"],
            "seed": page["url"] in self._seeds or None,
        }
        query = "SELECT line FROM story WHERE file = ? AND offset = ?"
        row = self._db.execute(query, (page["warc_file"], page["warc_offset"])).fetchone()
        if row:
            entry["text"] = stories.read(row[0])["article"]["text"]
        return {name: value for name, value in entry.items() if value not in (None, "")}


def _shown(page: dict[str, Any]) -> tuple[str, str]:
    """URL and time under which a player finds what a page shows."""
    if _is_unchanged(page):
        return page["original_url"], page["original_date"]
    return page["url"], page["fetched_at"]


def _is_unchanged(page: dict[str, Any]) -> bool:
    """Whether the server answered that nothing changed: the page that it was, no redirect, though its status is 304."""
    return bool(page["revisit"] == RevisitProfile.NOT_MODIFIED)


def _entries(index: Path) -> Iterator[tuple[str, int, str]]:
    for number, line in raw_lines(index):
        try:
            fields = orjson.loads(line.split(b" ", 2)[2])
            yield f"{FOLDER}/{fields['filename']}", int(fields["offset"]), fields.get("mime", "")
        except (IndexError, KeyError, TypeError, ValueError) as error:
            cure = "restore the file from a copy"
            raise DamagedFileError(str(index), f"is no line of an index ({error!r})", cure, f"line {number}") from error


def _stories(path: Path) -> Iterator[tuple[str, int, int]]:
    for _, offset, line in read_lines(path):
        yield line["article"]["warc_file"], line["article"]["warc_offset"], offset


def _line(value: dict[str, Any]) -> bytes:
    return dumps(value) + b"\n"

"""Settled check: the lines of the settled files against what the kept story pages give, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal_crawler.errors import DamagedFileError
from portal_crawler.records.assemble import settled_stories
from portal_crawler.records.cross_table_sqlite import CrossTable
from portal_crawler.records.finding import Finding, at_line
from portal_crawler.records.jsonl import dumps, parse_line, raw_lines
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, STORIES
from portal_crawler.sites.profile import SiteProfile


def differences(folder: Path, profile: SiteProfile, table: CrossTable) -> Iterator[Finding]:
    """Lines of ``articles.jsonl`` and ``duplicates.jsonl`` that are missing, too many, or not as they should be."""
    articles = _Comparison(folder / ARTICLES, table, "article")
    duplicates = _Comparison(folder / DUPLICATES, table, "copy")
    for article, copies in settled_stories(folder, profile):
        yield from articles.expect(article)
        for copy in copies:
            yield from duplicates.expect(copy)
    yield from articles.end()
    yield from duplicates.end()


class _Comparison:
    """A file's lines against the records that are expected, in order."""

    def __init__(self, path: Path, table: CrossTable, keys: str) -> None:
        self._name, self._path, self._table = path.name, path, table
        self._query = f"SELECT 1 FROM {keys} WHERE url_key = ? LIMIT 1"  # noqa: S608 - one of two names of this module
        self._lines = raw_lines(path)
        self._number, self._line = 0, b""
        self._advance()

    def _advance(self) -> None:
        self._number, self._line = next(self._lines, (self._number + 1, b""))

    def expect(self, record: dict[str, Any]) -> Iterator[Finding]:
        """Compare the line at hand with the next record."""
        expected = dumps(record) + b"\n"
        if self._line == expected:
            self._advance()
            return
        key, url = record["url_key"], record["url"]
        while self._line and self._key() != key:
            if next(self._table.rows(self._query, key), None) is None:
                break
            yield at_line(self._name, self._number, f"no page in {STORIES} gives this line")
            self._advance()
        if not self._line or self._key() != key:
            yield at_line(self._name, self._number, f"the line of {url} is missing here")
            return
        if self._line != expected:
            yield at_line(self._name, self._number, f"{self._differing(record)} of {url} is not what its page gave")
        self._advance()

    def end(self) -> Iterator[Finding]:
        """No further record is expected."""
        while self._line:
            yield at_line(self._name, self._number, f"no page in {STORIES} gives this line")
            self._advance()

    def _record(self) -> dict[str, Any]:
        try:
            return parse_line(self._line, self._path, self._number)
        except DamagedFileError:  # which the check of single lines reports
            return {}

    def _key(self) -> Any:
        return self._record().get("url_key")

    def _differing(self, expected: dict[str, Any]) -> str:
        found = self._record()
        names = [name for name, value in expected.items() if found.get(name) != value]
        return ", ".join(names) or "the form"

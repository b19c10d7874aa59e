"""Settled check: the lines of the settled files against what the kept story pages give, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal_crawler.dedup.near_pages import NearPages
from portal_crawler.errors import DamagedFileError
from portal_crawler.records.assemble import take_known
from portal_crawler.records.cross_table_sqlite import CrossTable
from portal_crawler.records.finding import Finding, at_line
from portal_crawler.records.jsonl import dumps, parse_line, raw_lines
from portal_crawler.records.settled_stories import settled_stories
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, RELATIONS, STORIES
from portal_crawler.sites.profile import SiteProfile


def differences(folder: Path, profile: SiteProfile, table: CrossTable) -> Iterator[Finding]:
    """Lines of the settled files that are missing, too many, or not as they should be."""
    articles = _Comparison(folder / ARTICLES, table, "article", "url_key")
    duplicates = _Comparison(folder / DUPLICATES, table, "copy", "url_key")
    relations = _Comparison(folder / RELATIONS, table, "relation", "id")
    with NearPages() as near:
        take_known(near, folder, None)
        for story in settled_stories(folder, profile, near):
            if story.article is not None:
                yield from articles.expect(story.article)
            for copy in story.copies:
                yield from duplicates.expect(copy)
            for relation in story.relations:
                yield from relations.expect(relation)
    for comparison in (articles, duplicates, relations):
        yield from comparison.end()


class _Comparison:
    """A file's lines against the records that are expected, in order."""

    def __init__(self, path: Path, table: CrossTable, keys: str, key: str) -> None:
        self._name, self._path, self._table, self._field = path.name, path, table, key
        self._query = f"SELECT 1 FROM {keys} WHERE {key} = ? LIMIT 1"  # noqa: S608 - names of this module
        self._lines = raw_lines(path) if path.exists() else iter(())
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
        key, url = record[self._field], record["url"]
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
        return self._record().get(self._field)

    def _differing(self, expected: dict[str, Any]) -> str:
        found = self._record()
        names = [name for name, value in expected.items() if found.get(name) != value]
        return ", ".join(names) or "the form"

"""Manifest: ``dataset.json``, what a dataset was made of, by which rules, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from portal_crawler.dataset.fields import CONFLICT, INDEX, LEFT_OUT, SPLITS
from portal_crawler.dataset.marks import read_marks
from portal_crawler.dataset.record_table_sqlite import EarlierRow
from portal_crawler.errors import DamagedFileError, StateError
from portal_crawler.records.clean import clean_value
from portal_crawler.records.jsonl import read_lines, replace_file

DATASET = "dataset.json"
FORMAT_VERSION = 1
_VERSION = re.compile(r"\d{1,9}\.\d{1,9}\.\d{1,9}\Z")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version of the dataset that is there. ``facts`` is its manifest."""

    folder: Path
    facts: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Its number."""
        return str(self.facts["version"])

    def records(self) -> Iterator[EarlierRow]:
        """Every record.

        :raises DamagedFileError: at a line that is no record of the index.
        """
        path = self.folder / INDEX.file
        marked = self.facts.get("marked")  # not there where an older portal-crawler made it
        for number, _, line in read_lines(path):
            try:
                part = SPLITS.index(line["split"])
                marks = read_marks(line["marks"], marked) if marked else b""
                yield EarlierRow(line["id"], line["url_key"], part, line["cluster"], line["digest"], marks)
            except (KeyError, TypeError, ValueError) as error:
                raise DamagedFileError(str(path), f"is no index ({error})", _CURE, f"line {number}") from error

    def conflicts(self) -> Iterator[str]:
        """The ids of records that no split could take: none must take them later, when what they were like has gone."""
        path = self.folder / LEFT_OUT.file
        if path.exists():
            yield from (line["id"] for _, _, line in read_lines(path) if line.get("rule") == CONFLICT)


_CURE = "restore the folder from a copy, or name a new one with -o"


def read_earlier(folder: Path) -> Earlier | None:
    """The version of a dataset in a folder; ``None`` where there is none.

    :raises DamagedFileError: where its manifest cannot be read.
    :raises StateError: where a newer portal-crawler made it.
    """
    path = folder / DATASET
    if not path.exists():
        return None
    try:
        facts = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise DamagedFileError(str(path), f"is not JSON ({error})", _CURE) from error
    if not isinstance(facts, dict) or not _VERSION.match(str(facts.get("version"))):
        raise DamagedFileError(str(path), "is no dataset's manifest", _CURE)
    if facts.get("format_version") != FORMAT_VERSION:
        cure = "use the portal-crawler that made it, or name a new folder with -o"
        raise StateError(str(path), f"has format {facts.get('format_version')}, not {FORMAT_VERSION}", cure)
    if not (folder / INDEX.file).exists():
        raise DamagedFileError(str(folder / INDEX.file), "is missing", _CURE)
    return Earlier(folder, facts)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a small JSON file for people and programs: indented, ended by a newline."""
    replace_file(path, orjson.dumps(clean_value(value), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

"""Source: a crawl's folder as a dataset reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal_crawler.errors import DamagedFileError, StateError, UsageError
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.manifest_json import CRAWL, read_crawl
from portal_crawler.records.schema import SCHEMAS, Schema, problems
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, RELATIONS

# What an id of a crawl may hold: it becomes a folder's name in a bag.
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Source:
    """One crawl. ``id`` is made of its profile and its start, so that it is the same wherever the folder lies.

    ``facts`` is its ``crawl.json``.
    """

    id: str
    folder: Path
    facts: dict[str, Any]

    def articles(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Every article as (offset of its line, record).

        :raises DamagedFileError: at a line that is no article's record.
        """
        for number, offset, record in self._lines(SCHEMAS[ARTICLES]):
            if problem := _no_time(record):
                raise _damaged(self.folder / ARTICLES, number, problem)
            yield offset, record

    def relations(self) -> Iterator[dict[str, Any]]:
        """Every line of ``relations.jsonl``."""
        return (record for _, _, record in self._lines(SCHEMAS[RELATIONS]))

    def duplicates(self) -> Iterator[dict[str, Any]]:
        """Every line of ``duplicates.jsonl``."""
        return (record for _, _, record in self._lines(SCHEMAS[DUPLICATES]))

    def _lines(self, schema: Schema) -> Iterator[tuple[int, int, dict[str, Any]]]:
        """Every record of a file, if it is there, as (line number, offset, record)."""
        path = self.folder / schema.file
        if not path.exists():
            return
        for number, offset, record in read_lines(path):
            if problem := next(problems(schema, record), None):
                raise _damaged(path, number, problem)
            yield number, offset, record

    @property
    def ended(self) -> datetime:
        """When the crawl ended, or began where that is not known."""
        return _time(self.facts.get("finished")) or _time(self.facts.get("started")) or datetime(1970, 1, 1, tzinfo=UTC)

    def told(self) -> dict[str, Any]:
        """What a dataset says of where it is from."""
        facts = self.facts
        versions = facts.get("versions") or {}
        return {
            "id": self.id,
            **{name: facts.get(name) for name in ("profile", "profile_hash", "seeds", "started", "finished")},
            "finish_reason": facts.get("finish_reason"),
            "portal_crawler": versions.get("portal-crawler"),
            "pages": (facts.get("counts") or {}).get("fetched"),
            "articles": (facts.get("counts") or {}).get("unique"),
        }


def open_sources(folders: Sequence[Path]) -> list[Source]:
    """The crawls, in the order in which they began, each once.

    :raises UsageError: where a folder holds no records, or two are copies of one crawl.
    :raises StateError: where a crawl has not ended.
    """
    distinct = {folder.resolve(): folder for folder in folders}
    sources = sorted(map(_open, distinct.values()), key=lambda source: (source.facts.get("started") or "", source.id))
    seen: dict[str, Source] = {}
    for source in sources:
        other = seen.get(source.id)
        if other and other.facts.get("started") != source.facts.get("started"):  # in the same second
            source = replace(source, id=_name(source.facts, "%Y%m%dT%H%M%S.%fZ"))
            other = seen.get(source.id)
        seen.setdefault(source.id, source)
        if other:
            problem = f"is the same crawl as {other.folder}: one profile and one start"
            raise UsageError(str(source.folder), problem, "name one of the two")
    return list(seen.values())


def _open(folder: Path) -> Source:
    facts = read_crawl(folder)
    if facts is None or not (folder / ARTICLES).exists():
        missing = ARTICLES if facts is not None else CRAWL
        raise UsageError(str(folder), f"holds no {missing}", "name the folder of a crawl, a build or a replay")
    if not facts.get("finish_reason"):
        cure = "wait for its end, or go on with the command that began it"
        raise StateError(str(folder), "is a crawl that has not ended", cure)
    return Source(_name(facts), folder, facts)


def _name(facts: Mapping[str, Any], moment: str = "%Y%m%dT%H%M%SZ") -> str:
    started = _time(facts.get("started"))
    name = _UNSAFE.sub("-", str(facts.get("profile") or "crawl")).strip("-")[:80] or "crawl"
    return f"{name}-{started:{moment}}" if started else name


def _damaged(path: Path, number: int, problem: str) -> DamagedFileError:
    cure = "make the records again with: portal-crawler replay"
    return DamagedFileError(str(path), problem, cure, f"line {number}")


def _no_time(record: dict[str, Any]) -> str | None:
    """What is wrong with a record's times: their form is right, and yet there is no such day."""
    for name in ("published", "modified", "fetched_at"):
        if record[name] is not None and _time(record[name]) is None:
            return f"{name} is {record[name]}, and there is no such day or time"
    return None


def _time(told: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(told)).astimezone(UTC) if told else None
    except (ValueError, OverflowError):  # the second at the ends of the calendar
        return None

"""Tombstones: what was taken down in any of the crawls or in their workspace, from ``takedowns.jsonl``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal_crawler.errors import DamagedFileError
from portal_crawler.records.jsonl import read_lines
from portal_crawler.urls import url_key

TAKEDOWNS = "takedowns.jsonl"


@dataclass(frozen=True, slots=True)
class Tombstones:
    """Ids and address keys of what was taken down."""

    ids: frozenset[str] = field(default_factory=frozenset)
    keys: frozenset[str] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return bool(self.ids or self.keys)

    def bar(self, article: dict[str, Any]) -> bool:
        """Whether an article, or a page that was folded into it, was taken down."""
        if not self:
            return False
        if article["id"] in self.ids or article["url_key"] in self.keys:
            return True
        return any(url_key(url) in self.keys for url in article["aliases"])


def read_tombstones(folders: Iterable[Path], shared: Iterable[Path] = ()) -> Tombstones:
    """Those of all crawls: what was taken down in one is so in each.

    :param shared: further files of tombstones, such as a workspace's.
    :raises DamagedFileError: at a line that does not say what was taken down.
    """
    ids, keys = set[str](), set[str]()
    for path in (*(folder / TAKEDOWNS for folder in folders), *shared):
        if not path.exists():
            continue
        for number, _, line in read_lines(path):
            ids.update(_texts(line, "article_ids", path, number))
            keys.update(_texts(line, "url_keys", path, number))
            if key := url_key(str(line.get("url") or "")):
                keys.add(key)
    return Tombstones(frozenset(ids), frozenset(keys))


def _texts(line: dict[str, Any], name: str, path: Path, number: int) -> list[str]:
    """A list of a line. One that cannot be read is no empty one: a text would come back."""
    value = line.get(name)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    cure = "restore the file from a copy: without it, what was taken down would come back"
    raise DamagedFileError(str(path), f"{name} is no list of texts", cure, f"line {number}")

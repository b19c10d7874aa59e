"""Story standing: what a settled crawl says of two of its story pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.sinks import ARTICLES, DUPLICATES
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.urls import UrlRules, url_key


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a page stands: ``of`` is the id of the article. Kind, similarity and reason are those of its line in
    ``duplicates.jsonl``, ``None`` of the page that is kept.
    """

    of: str
    kind: str | None = None
    similarity: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class InDataset:
    """Where two pages stand, and whether the crawl's profile holds them apart."""

    one: Standing
    other: Standing
    held_apart: bool = False

    @property
    def one_story(self) -> bool:
        """Whether both stand in one article."""
        return self.one.of == self.other.of


def in_dataset(folder: Path, one: str, other: str) -> InDataset | None:
    """What a crawl says of the pages at two addresses; ``None`` where it was not settled since they came."""
    found: dict[str, Standing] = {}
    for name in (ARTICLES, DUPLICATES):
        for _, _, record in read_lines(folder / name) if (folder / name).exists() else ():
            if record["url"] in (one, other):
                found[record["url"]] = _standing(record)
    if one not in found or other not in found:
        return None
    return InDataset(found[one], found[other], _held_apart(folder / "profile.toml", one, other))


def _standing(record: dict[str, Any]) -> Standing:
    if "of" not in record:
        return Standing(record["id"])
    return Standing(record["of"], record["kind"], record["similarity"], record["reason"])


def _held_apart(path: Path, one: str, other: str) -> bool:
    if not path.exists():
        return False
    profile = load_profile(path, to_crawl=False)
    rules = UrlRules(frozenset(profile.urls.drop_params))
    pairs = ({url_key(url, rules) for url in pair} for pair in profile.dedup.apart)
    return {url_key(one, rules), url_key(other, rules)} in pairs

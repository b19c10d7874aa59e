"""Story clusters: the stories of a settled crawl that have copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path

from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.sinks import ARTICLES, DUPLICATES


@dataclass(frozen=True, slots=True)
class Copy:
    """A page that does not stand for its story."""

    id: str
    url: str
    kind: str
    similarity: float
    reason: str


@dataclass(frozen=True, slots=True)
class StoryCluster:
    """A story with its copies, in the order of ``duplicates.jsonl``."""

    id: str
    url: str
    title: str
    copies: tuple[Copy, ...]


def story_clusters(folder: Path, kinds: Collection[str], most: int) -> list[StoryCluster]:
    """The stories with the most copies, of equally many those that come first in the dataset.

    :param kinds: only stories with a copy of one of these kinds; of none, all.
    """
    copies: dict[str, list[Copy]] = defaultdict(list)
    for _, _, record in read_lines(folder / DUPLICATES):
        copy = Copy(record["id"], record["url"], record["kind"], record["similarity"], record["reason"])
        copies[record["of"]].append(copy)
    wanted = (story for story in copies if not kinds or any(copy.kind in kinds for copy in copies[story]))
    chosen = dict.fromkeys(nlargest(most, wanted, key=lambda story: len(copies[story])))
    found = {}
    for _, _, record in read_lines(folder / ARTICLES):
        if record["id"] in chosen:
            found[record["id"]] = StoryCluster(
                record["id"], record["url"], record["title"], tuple(copies[record["id"]])
            )
    return [found[story] for story in chosen]

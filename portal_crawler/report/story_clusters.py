"""Story clusters: the stories of a settled crawl that have copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path

from portal_crawler.dedup.known_pages_sqlite import kept_before
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, KNOWN


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
    """A story with its copies, in the order of ``duplicates.jsonl``.

    ``of_crawl`` is the earlier crawl that has the article, ``None`` where this one has it.
    """

    id: str
    url: str
    title: str
    copies: tuple[Copy, ...]
    of_crawl: str | None = None


def story_clusters(folder: Path, kinds: Collection[str], most: int) -> list[StoryCluster]:
    """The stories with the most copies, of equally many those that come first in the dataset.

    :param kinds: only stories with a copy of one of these kinds; of none, all.
    """
    copies: dict[str, list[Copy]] = defaultdict(list)
    elsewhere: dict[str, str | None] = {}
    for _, _, record in read_lines(folder / DUPLICATES):
        copy = Copy(record["id"], record["url"], record["kind"], record["similarity"], record["reason"])
        copies[record["of"]].append(copy)
        elsewhere[record["of"]] = record["of_crawl"]
    wanted = (story for story in copies if not kinds or any(copy.kind in kinds for copy in copies[story]))
    chosen = dict.fromkeys(nlargest(most, wanted, key=lambda story: len(copies[story])))
    found = {
        record["id"]: StoryCluster(record["id"], record["url"], record["title"], tuple(copies[record["id"]]))
        for _, _, record in read_lines(folder / ARTICLES)
        if record["id"] in chosen
    }
    before = kept_before(folder / KNOWN, chosen.keys() - found.keys())
    for story in chosen.keys() - found.keys():
        kept = before.get(story)
        url, title = (kept.url, kept.title) if kept else ("", "")
        found[story] = StoryCluster(story, url, title, tuple(copies[story]), elsewhere[story])
    return [found[story] for story in chosen]

"""Duplicate texts: the largest clusters of near-duplicates, and the text of a story beside that of its copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from portal_crawler.report.aligned_texts import AlignedTexts, aligned_texts
from portal_crawler.report.story_clusters import Copy, StoryCluster, story_clusters

# Clusters in the table, and pairs of texts side by side.
LISTED, SHOWN = 20, 5
# Copies whose text differs from the story's.
DIFFERING = ("near", "truncated_of", "revision_of", "print", "part")


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A story and one of its copies. ``aligned`` is ``None`` where a text is not kept."""

    cluster: StoryCluster
    copy: Copy
    aligned: AlignedTexts | None


@dataclass(slots=True)
class DuplicateTexts:
    """The clusters of a crawl, and the texts that are wanted of them, which a pass over the stories brings."""

    clusters: tuple[StoryCluster, ...]
    pairs: tuple[tuple[StoryCluster, Copy], ...]
    texts: dict[str, str]

    def offer(self, url: str, text: str) -> None:
        """The text of one story page; it is kept where it is wanted."""
        if url in self.texts:
            self.texts[url] = text

    def side_by_side(self) -> list[SideBySide]:
        """The pairs, the largest cluster first."""
        return [SideBySide(cluster, copy, self._aligned(cluster.url, copy.url)) for cluster, copy in self.pairs]

    def _aligned(self, one: str, other: str) -> AlignedTexts | None:
        before, after = self.texts[one], self.texts[other]
        return aligned_texts(before, after) if before and after else None


def duplicate_texts(folder: Path) -> DuplicateTexts:
    """The clusters of a settled crawl; none where it has not been settled."""
    if not (folder / "duplicates.jsonl").exists() or not (folder / "articles.jsonl").exists():
        return DuplicateTexts((), (), {})
    clusters = tuple(story_clusters(folder, (), LISTED))
    pairs = tuple(_pairs([*story_clusters(folder, DIFFERING[:3], SHOWN), *clusters]))
    return DuplicateTexts(clusters, pairs, {url: "" for cluster, copy in pairs for url in (cluster.url, copy.url)})


def _pairs(clusters: Iterable[StoryCluster]) -> list[tuple[StoryCluster, Copy]]:
    """Of each cluster the copy that differs in the most telling way, the least alike of several."""
    found: dict[str, tuple[StoryCluster, Copy]] = {}
    for cluster in clusters:
        copies = [copy for copy in cluster.copies if copy.kind in DIFFERING]
        if copies and cluster.id not in found and len(found) < SHOWN:
            found[cluster.id] = (
                cluster,
                min(copies, key=lambda copy: (DIFFERING.index(copy.kind), copy.similarity, copy.url)),
            )
    return sorted(found.values(), key=lambda pair: -len(pair[0].copies))

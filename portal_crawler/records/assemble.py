"""Assemble: the settled dataset, from the story pages that a crawl has kept.

While a crawl runs, ``articles.jsonl`` holds stories in the order in which they came. At its end the pages of a story
are grouped, and which of them stands for it follows from the pages alone: two crawls of the same pages give the same
lines, whatever the order of arrival and however often they were killed. Doing it again changes nothing.

What was learned of the stories is kept in ``work/stories.sqlite``: a later crawl knows them by it.

The order of writing: the new files beside the old ones, on the disk; one ledger transaction with their lengths, which
also notes that they are to take the old ones' place; the renames; the note is taken off. ``finish_replacing`` ends what
a kill between the last three left undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from portal_crawler.dedup.fingerprints import Sketch
from portal_crawler.dedup.mirror_hosts import MirrorHost
from portal_crawler.dedup.near_pages import NearPages
from portal_crawler.dedup.near_schema_sqlite import is_usable
from portal_crawler.disk import sync_file, writing
from portal_crawler.errors import StateError
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.records.replace_jsonl import NEW, finish_replacing
from portal_crawler.records.settled_stories import settled_stories
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, KNOWN, RELATIONS
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.verdict import CopyKind


class Settling(Protocol):
    """What the ledger does for the settled files. Each call is one transaction."""

    def finalize(self, lengths: Mapping[str, int]) -> None:
        """Commit the lengths of files (by name), and note that each is to be replaced by its ``.new`` file."""
        ...

    def replaced(self) -> None:
        """Take that note off: the files are in their place."""
        ...


class NoLedger:
    """In place of the ledger, for records that have none: what was stopped is done again."""

    def finalize(self, lengths: Mapping[str, int]) -> None:
        """Nothing: no ledger keeps the lengths."""

    def replaced(self) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How many lines the settled files have, (url_key, id) of the stories that several pages make up, and the hosts
    that repeat another one.
    """

    articles: int
    duplicates: int
    joined: tuple[tuple[str, str], ...] = ()
    mirrors: tuple[MirrorHost, ...] = ()


def assemble_dataset(
    folder: Path,
    profile: SiteProfile,
    ledger: Settling,
    since: Path | None = None,
    sketches: Iterable[Sketch] | None = None,
    near: Callable[[Path], NearPages] = NearPages,
) -> Settled:
    """Settle ``articles.jsonl``, ``duplicates.jsonl`` and ``relations.jsonl`` of a crawl's folder.

    Every output is committed and none of the three is open. A kill at any moment leaves either the old files or,
    after ``finish_replacing``, the new ones.

    :param since: the folder of the crawl before, whose stories are known.
    :param sketches: those of the stories, in their order, where they are made already.
    :param near: opens the index by which near-duplicates are found.
    :raises StateError: where that crawl's stories are to be known, and were never settled.
    """
    counts, joined, mirrors = [0, 0], list[tuple[str, str]](), list[MirrorHost]()
    known = folder / (KNOWN + NEW)
    known.parent.mkdir(exist_ok=True)
    known.unlink(missing_ok=True)
    with ExitStack() as open_files:
        articles, duplicates, relations = (
            open_files.enter_context(closing(JsonlFile(folder / (name + NEW), committed=0)))
            for name in (ARTICLES, DUPLICATES, RELATIONS)
        )
        with writing(known), near(known) as pages:
            take_known(pages, folder, since, required=profile.dedup.across_crawls)
            for story in settled_stories(folder, profile, pages, sketches):
                duplicates.append_all(story.copies)
                relations.append_all(story.relations)
                mirrors.extend(story.mirrors)
                counts[1] += len(story.copies)
                if story.article is None:
                    continue
                articles.append(story.article)
                counts[0] += 1
                if any(copy["kind"] == CopyKind.PART for copy in story.copies):
                    joined.append((story.article["url_key"], story.article["id"]))
            pages.finish()
        lengths = {ARTICLES: articles.sync(), DUPLICATES: duplicates.sync(), RELATIONS: relations.sync()}
        lengths[KNOWN] = sync_file(known)
    ledger.finalize(lengths)
    finish_replacing(folder, lengths)
    ledger.replaced()
    return Settled(counts[0], counts[1], tuple(joined), tuple(mirrors))


def take_known(near: NearPages, folder: Path, since: Path | None, *, required: bool = False) -> None:
    """Take over what is known of earlier crawls: from the crawl's own index, where it was settled before, or from that
    of the crawl before.

    :raises StateError: where ``required`` and the crawl before has none.
    :raises DamagedFileError: where that of the crawl before cannot be used.
    """
    own, before = folder / KNOWN, since / KNOWN if since is not None else None
    if is_usable(own):
        near.take(own, None)
    elif before is not None and before.exists():
        near.take(before, before.resolve().parent.parent.name)
    elif before is not None and required:
        cure = f"settle that crawl again: portal-crawler dedup finalize {since}"
        raise StateError(str(before), "is missing, so its stories are not known here", cure)

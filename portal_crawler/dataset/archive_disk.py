"""Archive: the archive files of crawls as part of a bag's payload."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal_crawler.dataset.source_jsonl import Source
from portal_crawler.dataset.tombstones_jsonl import Tombstones, read_tombstones
from portal_crawler.errors import UsageError
from portal_crawler.records.archive_sources import earlier_folders
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.manifest_json import sha256_of
from portal_crawler.records.sinks import PAGES

# Below a crawl's folder: what records and their places need.
_PARTS = ("archive/*.warc*", "indexes/*.cdxj")


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One file: where it is, and ``path`` relative to the folder of the dataset."""

    place: Path
    path: str
    sha256: str


def archive_files(sources: Sequence[Source], tombstones: Tombstones) -> list[ArchiveFile]:
    """The files of all crawls: a record's ``warc_file`` is relative to ``data/crawls/<crawl>``.

    :raises UsageError: where a crawl has no archive, or one that holds what was taken down in another crawl.
    """
    found = []
    for source in sources:
        _check_taken_down(source, tombstones)
        places = [place for part in _PARTS for place in sorted(source.folder.glob(part)) if place.suffix != ".open"]
        if not places:
            raise UsageError(str(source.folder), "holds no archive", "leave out --archive, or the crawl")
        for place in places:
            name = place.relative_to(source.folder).as_posix()
            found.append(ArchiveFile(place, f"data/crawls/{source.id}/{name}", sha256_of(place)))
    return found


def repeated_elsewhere(sources: Sequence[Source]) -> list[Path]:
    """Folders of earlier crawls that are not among these: revisit records of these repeat content that is there."""
    named = {source.folder.resolve() for source in sources}
    earlier = dict.fromkeys(folder for source in sources for folder in earlier_folders(source.folder))
    return [folder for folder in earlier if folder not in named]


def _check_taken_down(source: Source, tombstones: Tombstones) -> None:
    foreign = tombstones.keys - read_tombstones([source.folder]).keys
    pages = source.folder / PAGES
    if not foreign or not pages.exists():
        return
    for _, _, page in read_lines(pages):
        if page["url_key"] in foreign:
            problem = f"its archive holds {page['url']}, which was taken down in another crawl"
            cure = "take it down there as well (portal-crawler takedown), or leave out --archive"
            raise UsageError(str(source.folder), problem, cure)


def copy_archive(files: Sequence[ArchiveFile], folder: Path) -> None:
    """Copy the files into the folder of a dataset."""
    for file in files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.place, target)

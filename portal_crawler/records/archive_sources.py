"""Archive sources: the WARC archives that a person names: crawls' folders, WARC and WACZ files of any writer."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from portal_crawler.archive.wacz_read import is_wacz, open_member, open_wacz
from portal_crawler.archive.warc_collection import WarcArchive, WarcCollection, WarcSource
from portal_crawler.archive.warc_write import FOLDER, OPEN
from portal_crawler.errors import DamagedFileError, UsageError
from portal_crawler.frontier.ledger_file_sqlite import LEDGER, refuse_in_use
from portal_crawler.frontier.visits_sqlite import content_folders
from portal_crawler.records.manifest_json import CRAWL, read_crawl, read_from, sources_read
from portal_crawler.records.sinks import INDEX
from portal_crawler.records.takedown_journal_json import refuse_unfinished


def archives_of(sources: tuple[Path, ...]) -> list[WarcArchive]:
    """The archives that are named, in their order; their files are named apart (``told_apart``).

    :raises UsageError: where a source is neither a crawl's folder with WARC files nor a file.
    :raises DamagedFileError: where a WACZ file cannot be read.
    """
    found = [_archive(source) for source in sources]
    names = told_apart([[file.name for file in archive.sources] for archive in found])
    return [_renamed(archive, apart) for archive, apart in zip(found, names, strict=True)]


def told_apart(archives: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """The names by which records of several archives know their files: those that they have in their own archive,
    behind the archive's number where another one has a file of that name.

    :param archives: the names of the files of each archive.

    >>> told_apart([["a.warc.gz"], ["b.warc.gz"], ["a.warc.gz"]])
    [('1/a.warc.gz',), ('b.warc.gz',), ('3/a.warc.gz',)]
    """
    archives_with = Counter(name for names in archives for name in set(names))
    return [
        tuple(f"{number}/{name}" if archives_with[name] > 1 else name for name in names)
        for number, names in enumerate(archives, start=1)
    ]


def _renamed(archive: WarcArchive, names: Sequence[str]) -> WarcArchive:
    files = zip(archive.sources, names, strict=True)
    return replace(archive, sources=tuple(replace(file, name=name) for file, name in files))


def refuse_growing(sources: Iterable[Path]) -> None:
    """See that what is to be read as a whole grows no more.

    :raises StateError: where a crawl is running in one of the folders.
    """
    for source in sources:
        if source.is_dir():
            refuse_in_use(source)


def is_read_again(folder: Path) -> bool:
    """Whether a folder holds what ``replay`` or ``build`` read from archives: records, and no ledger of a crawl."""
    return bool(read_from(read_crawl(folder) or {})) and not (folder / LEDGER).exists()


def archives_read(folder: Path) -> tuple[Path, ...]:
    """The archives that a folder's records were read from; none where they lie in an archive of its own.

    :raises DamagedFileError: where one of them is missing.
    """
    crawl = read_crawl(folder) or {}
    found = []
    for source, path in zip(read_from(crawl), sources_read(folder, crawl), strict=True):
        if path is None or not path.exists():
            cure = "put it back, or change the path to where it is now"
            raise DamagedFileError(str(folder / CRAWL), f"names an archive that is missing, {source}", cure, "key from")
        found.append(path)
    return tuple(found)


def collection_of(source: Path) -> WarcCollection:
    """The archive that is named, or those that a folder of records was read from; content of revisit records is found
    in the crawls that they went on from.
    """
    if source.is_dir() and (read := archives_read(source)):
        return WarcCollection(
            archives_of(read), [one for path in read if path.is_dir() for one in earlier_archives(path)]
        )
    return WarcCollection([_archive(source)], earlier_archives(source) if source.is_dir() else [])


def earlier_archives(folder: Path) -> list[WarcArchive]:
    """The archives of the crawls that a crawl went on from, the newest first, as far as they are there.

    Its revisit records repeat what stands in them. Where one of these crawls was removed, those before it are named by
    the crawl's own ledger.
    """
    folders = earlier_folders(folder)
    return [_archive(one) for one in folders if one.is_dir() and any(one.glob(f"{FOLDER}/*.warc*"))]


def earlier_folders(folder: Path) -> list[Path]:
    """The folders of the crawls that a crawl went on from, the newest first, be they there or not."""
    seen = [last := folder.resolve()]
    while (since := (read_crawl(last) or {}).get("since")) and (last / since).resolve() not in seen:
        seen.append(last := (last / since).resolve())
    if not last.is_dir():
        named = {(folder / name).resolve() for name in content_folders(folder / LEDGER)}
        seen += sorted(named.difference(seen), reverse=True)
    return seen[1:]


def archive_names(folder: Path) -> list[str]:
    """The names that a crawl's records have for the files of its archive, in their order."""
    return [_recorded_name(path) for path in sorted((folder / FOLDER).glob("*.warc*"))]


def _recorded_name(path: Path) -> str:
    return f"{FOLDER}/{path.name.removesuffix(OPEN)}"


def _archive(source: Path) -> WarcArchive:
    if source.is_dir():
        refuse_unfinished(source)
        files = sorted((source / FOLDER).glob("*.warc*"))
        if not files:
            cure = "name a crawl's folder that keeps WARC files, or the files themselves"
            crawl = read_crawl(source) or {}
            if read := read_from(crawl):
                lie = zip(read[:3], sources_read(source, crawl), strict=False)
                places = [name if path is None else os.path.relpath(path.resolve()) for name, path in lie]
                cure = f"its records were read from other archives; name those: {', '.join(places)}"
            raise UsageError(str(source), f"has no WARC files in {FOLDER}/", cure)
        return WarcArchive(tuple(WarcSource.of(path, _recorded_name(path)) for path in files), source / INDEX)
    if is_wacz(source):
        return _package(source)
    if source.is_file():
        return WarcArchive((WarcSource.of(source),))
    raise UsageError(str(source), "is not there", "name a crawl's folder, WARC or WACZ files")


def _package(path: Path) -> WarcArchive:
    """A package of a crawl's folder has its files under the names that they have there: a place means the same."""
    with open_wacz(path) as wacz:
        names = wacz.warcs
    if not names:
        raise UsageError(str(path), f"has no WARC files in {FOLDER}/", "name a package that has")
    return WarcArchive(tuple(WarcSource(name, partial(open_member, path, name), path) for name in names))

"""Chain: the crawls that hold each other's bytes, and so must be changed together. Reads ``crawl.json`` alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from portal_crawler.errors import UsageError
from portal_crawler.records.manifest_json import CRAWL, read_crawl, read_from, sources_read


def chain_of(named: Sequence[Path], beside: Iterable[Path] = ()) -> tuple[Path, ...]:
    """The folders that are named and all that are tied to them, each resolved, a crawl before those that go on from it.

    A crawl is tied to the one that it went on from (``since``: its revisit records repeat what stands there) and to the
    one whose archive it was read from (``from``), and these to it.

    :param beside: folders in which later crawls are looked for: their subfolders.
    :raises UsageError: where one that is named is no crawl's folder, or one was read from an archive that is no
        crawl's folder, and cannot be changed with it.
    """
    known = {folder: ties_of(folder) for folder in _candidates(named, beside)}
    chosen: dict[Path, None] = {}
    waiting = [one.resolve() for one in named]
    while waiting:
        folder = waiting.pop()
        if folder in chosen:
            continue
        chosen[folder] = None
        before = known.get(folder) or ties_of(folder)
        known[folder] = before
        waiting += before
        waiting += [other for other, ties in known.items() if folder in ties]
    return tuple(_in_order(sorted(chosen), known))


def sources_of(folder: Path) -> tuple[Path, ...]:
    """The crawls whose archives hold the exchanges of a folder's records: its own folder, or those it was read from.

    :raises UsageError: where one of them is a file.
    """
    crawl = read_crawl(folder) or {}
    read = read_from(crawl)
    for source, path in zip(read, sources_read(folder, crawl), strict=True):
        if path is None or path.is_file():
            raise UsageError(
                str(folder),
                f"was read from {source}, which is a file of its own",
                "make a takedown in the crawl that the file is of, and make file and folder anew",
            )
    return tuple((folder / source).resolve() for source in read) or (folder,)


def _candidates(named: Sequence[Path], beside: Iterable[Path]) -> Iterator[Path]:
    for folder in named:
        if not (folder / CRAWL).exists() and not (folder / "ledger.sqlite").exists():
            raise UsageError(str(folder), "is not a crawl's folder", "name one that holds crawl.json with --in")
        yield folder.resolve()
    for place in dict.fromkeys(one.resolve() for one in beside):
        if place.is_dir():
            yield from (one for one in sorted(place.iterdir()) if not one.is_symlink() and (one / CRAWL).exists())


def ties_of(folder: Path) -> tuple[Path, ...]:
    """The folders that a crawl went on from or was read from, as far as they are there."""
    crawl = read_crawl(folder) or {}
    since = [crawl["since"]] if crawl.get("since") else []
    found = ((folder / name).resolve() for name in (*since, *read_from(crawl)))
    return tuple(one for one in found if one.is_dir())


def _in_order(folders: Sequence[Path], ties: dict[Path, tuple[Path, ...]]) -> Iterator[Path]:
    """Each folder behind those that it is tied to; a circle ends where it began."""
    told: set[Path] = set()

    def visit(folder: Path) -> Iterator[Path]:
        if folder in told:
            return
        told.add(folder)
        for before in ties[folder]:
            if before in ties:
                yield from visit(before)
        yield folder

    for folder in folders:
        yield from (one for one in visit(folder) if one in folders)

"""Merge: the folders of a crawl's shards become one folder, as a crawl of one process would have left it.

Everything is made beside its place and brought to the disk: the files under names that end in ``.new``, the archive's
files as second names of the same bytes. Then the merged ledger gets its name, and that is the commit: a kill before it
leaves the shards as they were, and the same command merges them again; a kill after it leaves a ledger that says which
files are to take their place, as after any settling. The shards go last: what is taken down later must not lie there.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from portal_crawler.archive.warc_write import OPEN
from portal_crawler.disk import make_folder, sync_file, sync_folder, writing
from portal_crawler.engine.redirect_watch import in_circle
from portal_crawler.errors import StateError
from portal_crawler.frontier.follow import MOST_REDIRECTS
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.frontier.ownership import HANDED_OVER
from portal_crawler.grown_file import GrownFile
from portal_crawler.records.jsonl import JsonlFile, replace_file
from portal_crawler.records.replace_jsonl import NEW
from portal_crawler.records.sinks import INDEX, LINKS, PAGES, SKIPPED, STORIES
from portal_crawler.records.skip_record import Bin, skip_record
from portal_crawler.records.tombstones_jsonl import TAKEDOWNS, lines_of, read_tombstones
from portal_crawler.shards.ledger_lengths_sqlite import committed_lengths
from portal_crawler.shards.manifest_json import FOLDER, MANIFEST, ShardsManifest, shard_folders
from portal_crawler.shards.merged_ledger_sqlite import MergedLedger
from portal_crawler.shards.merged_lines_sqlite import KeyOf, MergedLines

_MERGED, _LOG = "merged", "crawl.log"
_PIECE = 1 << 20
# File systems that know no second name of a file, or not there.
_NO_LINKS = (errno.EPERM, errno.EXDEV, errno.EOPNOTSUPP, errno.EMLINK)


def merge_shards(folder: Path, manifest: ShardsManifest, redirects: int = MOST_REDIRECTS) -> None:
    """Make one crawl's folder of those of its shards, which have all ended.

    :param redirects: those in a row that are followed, at most.
    :raises StateError: where a shard's file is not as long as its ledger says.
    :raises DiskFullError: where there is no room; the shards are as they were.
    """
    shards = shard_folders(folder, manifest.jobs)
    lengths = [committed_lengths(shard) for shard in shards]
    stage = folder / FOLDER / _MERGED
    shutil.rmtree(stage, ignore_errors=True)
    make_folder(stage)
    with closing(MergedLedger(stage, shards)) as ledger:
        lengths_beside = {SKIPPED: _circles(stage / SKIPPED, ledger, redirects)}
        places, committed = [*shards, stage], [*lengths, lengths_beside]
        grown = {
            name: _merged(folder, name, places, committed, order)
            for name, order in _orders(ledger, manifest.jobs).items()
        }
        if any(INDEX in committed for committed in lengths):
            grown[INDEX] = _joined(folder, shards, lengths)
        _withdrawn(folder, shards)
        for name in ledger.archive():
            _linked(folder, name, shards, lengths)
        sync_folder(folder)
        made = ledger.finish(manifest.started, manifest.since, grown)
    with writing(folder / LEDGER):
        made.replace(folder / LEDGER)
    sync_folder(folder)


def _orders(ledger: MergedLedger, jobs: int) -> dict[str, Callable[[int], KeyOf]]:
    """By which key the lines of each output stand, and which of a shard's are left out: of what gave no document, that
    which another shard asks for, or has the say about. What follows the shards is told of the whole crawl.
    """

    def told(shard: int) -> KeyOf:
        def key_of(record: dict[str, Any]) -> str | None:
            key = record["url_key"] or ""
            counts = record["reason"] != HANDED_OVER and (shard == jobs or ledger.keeps(shard, key))
            return key if counts else None

        return key_of

    return {
        PAGES: lambda _: lambda record: str(record["url_key"]),
        LINKS: lambda _: lambda record: str(record["source_key"]),
        STORIES: lambda _: lambda record: str(record["article"]["url_key"]),
        SKIPPED: told,
    }


def clear_shards(folder: Path) -> None:
    """Take the shards away: all that they hold stands in the crawl's own folder. Their logs are added to its log."""
    place = folder / FOLDER
    if not (place / MANIFEST).exists():
        return
    for shard in sorted(path for path in place.iterdir() if path.is_dir()):
        log = shard / _LOG
        if log.exists() and (content := log.read_bytes()):
            with writing(folder / _LOG), (folder / _LOG).open("ab") as out:
                out.write(f"shard {shard.name}:\n".encode() + content)
            log.unlink()
        with writing(shard):
            shutil.rmtree(shard)
    with writing(place):
        (place / MANIFEST).unlink()
        for left in place.iterdir():
            left.unlink()
        place.rmdir()
    sync_folder(folder)


def _merged(
    folder: Path, name: str, shards: list[Path], lengths: list[dict[str, int]], order: Callable[[int], KeyOf]
) -> int:
    """Write the successor of an output from those of all shards; its length in bytes."""
    with MergedLines() as lines:
        for number, (shard, committed) in enumerate(zip(shards, lengths, strict=True)):
            _check(shard / name, committed.get(name, 0))
            lines.add(shard / name, committed.get(name, 0), order(number))
        with closing(GrownFile(folder / (name + NEW), 0)) as out:
            lines.write(out)
            return out.sync()


def _circles(path: Path, ledger: MergedLedger, most: int) -> int:
    """Tell of the circles of redirects that no shard saw as a whole; the bytes of it."""
    with closing(JsonlFile(path, 0)) as out:
        for found, closed in ledger.circles(most):
            why = in_circle(len(found))
            out.append_all(
                skip_record(
                    one.url, why.reason, closed, url_key=one.url_key, via=one.via, depth=one.depth, rule=why.rule,
                    counted=Bin.FETCHED,
                )
                for one in found
            )  # fmt: skip
        return out.sync()


def _joined(folder: Path, shards: list[Path], lengths: list[dict[str, int]]) -> int:
    """Write the lines of the archive's index one shard after another: it is sorted when the crawl is settled."""
    with closing(GrownFile(folder / (INDEX + NEW), 0)) as out:
        for shard, committed in zip(shards, lengths, strict=True):
            length = committed.get(INDEX, 0)
            _check(shard / INDEX, length)
            if length:
                with (shard / INDEX).open("rb") as file:
                    while piece := file.read(_PIECE):
                        out.write(piece)
        return out.sync()


def _withdrawn(folder: Path, shards: list[Path]) -> None:
    """What was taken down of a shard while the crawl lasted is taken down of the crawl."""
    found = [one for shard in shards for one in read_tombstones(shard / TAKEDOWNS)]
    if found:
        lines = sorted(lines_of(found).splitlines(keepends=True))
        replace_file(folder / TAKEDOWNS, b"".join(dict.fromkeys(lines)))


def _linked(folder: Path, name: str, shards: list[Path], lengths: list[dict[str, int]]) -> None:
    """Give an archive's file, which one shard has, its name in the crawl's own archive."""
    shard, committed = next((one, told[name]) for one, told in zip(shards, lengths, strict=True) if name in told)
    path = shard / name if (shard / name).exists() else shard / (name + OPEN)
    _check(path, committed)
    there = folder / name
    make_folder(there.parent)
    with writing(there):
        there.unlink(missing_ok=True)
        try:
            os.link(path, there)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            shutil.copyfile(path, there)
            sync_file(there)
    sync_folder(there.parent)


def _check(path: Path, committed: int) -> None:
    length = path.stat().st_size if path.exists() else 0
    if length != committed:
        cure = "run the same command again; if it stays so, start anew with --fresh"
        raise StateError(str(path), f"is {length} bytes long, but {committed} were committed", cure)

"""Manifest of a crawl by shards: ``shards/shards.json``. What must not change while the crawl lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from portal_crawler.disk import make_folder
from portal_crawler.errors import StateError
from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from portal_crawler.frontier.ownership import shard_name
from portal_crawler.records.jsonl import replace_file

FOLDER, MANIFEST = "shards", "shards.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class ShardsManifest:
    """``aliases`` are the profile's when the crawl began: with others, hosts would change hands. ``since`` is the
    folder of the crawl that it goes on from, relative to its own; ``started`` is aware.
    """

    profile: str
    jobs: int
    started: datetime
    aliases: Mapping[str, str]
    since: str | None = None


def is_sharded(folder: Path) -> bool:
    """Whether a folder holds a crawl by shards that are not merged."""
    return (folder / FOLDER / MANIFEST).exists()


def shard_folders(folder: Path, jobs: int) -> list[Path]:
    """The folders of a crawl's shards, in order of their numbers; they may not be there yet."""
    return [folder / FOLDER / shard_name(number) for number in range(jobs)]


def parts_of(folder: Path) -> list[Path]:
    """The folders that hold what a crawl has: its own, or, where its shards are not merged, those of the shards."""
    if not is_sharded(folder):
        return [folder]
    places = (folder, *shard_folders(folder, read_manifest(folder).jobs))
    return [one for one in places if (one / LEDGER).exists()]


def write_manifest(folder: Path, manifest: ShardsManifest) -> None:
    """Begin a crawl by shards in a folder."""
    make_folder(folder / FOLDER)
    told = {
        "format": _FORMAT,
        "profile": manifest.profile,
        "jobs": manifest.jobs,
        "started": manifest.started.isoformat(),
        "aliases": dict(manifest.aliases),
        "since": manifest.since,
    }
    replace_file(folder / FOLDER / MANIFEST, orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def read_manifest(folder: Path) -> ShardsManifest:
    """The manifest of a crawl by shards.

    :raises StateError: where it cannot be read, or is of another version.
    """
    path = folder / FOLDER / MANIFEST
    try:
        told: dict[str, Any] = orjson.loads(path.read_bytes())
        if told["format"] != _FORMAT:
            raise StateError(str(path), f"is of format {told['format']}, not {_FORMAT}", "use the version that made it")
        started = datetime.fromisoformat(told["started"])
        return ShardsManifest(str(told["profile"]), int(told["jobs"]), started, dict(told["aliases"]), told["since"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        cure = "restore it from a copy, or start anew with --fresh"
        raise StateError(str(path), f"cannot be read ({error!r})", cure) from error

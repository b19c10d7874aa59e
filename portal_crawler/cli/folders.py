"""Where a crawl lies: ``data/crawls/<profile>/<UTC start>-<4 hex>/``, with ``latest`` pointing at the newest."""

from __future__ import annotations

import json
import os
import secrets
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal_crawler import disk
from portal_crawler.engine.folders import CRAWLS, default_folder
from portal_crawler.errors import OutputError, UsageError

LATEST = "latest"


def choose_folder(name: str, out: Path | None, *, fresh: bool, resume: bool, ended: bool = False) -> Path:
    """The folder that a crawl goes to. Without ``out``, an unfinished newest crawl of the profile is taken up again.

    ``fresh`` starts anew: beside an ``out`` that is there, with a new time and token in its name. With ``ended``, a
    crawl that a limit ended is not taken up again.

    :raises UsageError: where ``resume`` asks for a crawl that is not there.
    """
    from portal_crawler.shards.chosen_disk import holds_crawl

    if out is not None:
        there = holds_crawl(out)
        if resume and not there:
            raise UsageError(str(out), "holds no crawl to resume", "leave out --resume to start one there")
        return beside(out) if fresh and there else out
    newest = CRAWLS / name / LATEST
    done = has_ended if ended else is_finished
    unfinished = newest.exists() and holds_crawl(newest) and not done(newest)
    if unfinished and not fresh:
        return newest.resolve()
    if resume:
        cure = "leave out --resume to start one, or name its folder with --out"
        raise UsageError(str(CRAWLS / name), "holds no unfinished crawl", cure)
    return default_folder(name)


def beside(folder: Path) -> Path:
    """A new folder beside one that is there, with time and token in its name."""
    return folder.with_name(f"{folder.name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}")


def make_folder(folder: Path) -> None:
    """Make the crawl's folder and see that files can be written there.

    :raises DiskFullError: where there is no room for a name.
    :raises OutputError: where they cannot.
    """
    try:
        disk.make_folder(folder)
        probe = folder / f".write-test-{os.getpid()}"
        with disk.writing(folder):
            probe.touch()
            probe.unlink()
    except OutputError as error:
        cure = "choose another folder with --out, or mend its permissions"
        raise OutputError(str(folder), error.problem, cure) from error


def point_latest(folder: Path) -> None:
    """Let ``latest`` beside a crawl's folder point at it; a file system without links keeps none."""
    if folder.parent.parent.name != CRAWLS.name:
        return
    link, fresh = folder.parent / LATEST, folder.parent / f".{LATEST}-{os.getpid()}"
    try:
        fresh.symlink_to(folder.name, target_is_directory=True)
        fresh.replace(link)
    except OSError:
        fresh.unlink(missing_ok=True)


def crawl_facts(folder: Path) -> dict[str, Any]:
    """``crawl.json`` of a crawl, empty where it has none yet or is cut short."""
    try:
        facts = json.loads((folder / "crawl.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def is_finished(folder: Path) -> bool:
    """Whether a crawl has nothing left to do: the sums over its files are what is written last."""
    return crawl_facts(folder).get("finish_reason") == "finished" and (folder / "SHA256SUMS").exists()


def has_ended(folder: Path) -> bool:
    """Whether a crawl came to its end, or to a limit."""
    return crawl_facts(folder).get("finish_reason") not in {None, "interrupted"}


def earlier_crawl(name: str, wish: str) -> Path:
    """The folder of the crawl to go on from: the newest of the profile that has ended, or the one that is named.

    :raises UsageError: where there is none.
    """
    if wish != LATEST:
        folder = crawl_folder(wish).resolve()
        if not (folder / "ledger.sqlite").exists():
            cure = "name the folder of a crawl; records that replay made have no visits to go on from"
            raise UsageError(wish, "holds no ledger", cure)
        return folder
    ended = [path.parent for path in (CRAWLS / name).glob("*/ledger.sqlite") if has_ended(path.parent)]
    ended = [folder for folder in ended if folder.name != LATEST]
    if not ended:
        cure = "leave out --since for the first crawl, or name a crawl's folder"
        raise UsageError(str(CRAWLS / name), "holds no crawl that has ended", cure)
    # A crawl that was begun while the clock was ahead has the greatest name for years.
    linked = (CRAWLS / name / LATEST).resolve()
    return max(ended, key=lambda folder: (folder.resolve() == linked, folder.name)).resolve()


def crawl_folder(source: str) -> Path:
    """The folder of a crawl that a person names: a path, or a profile's name for its newest crawl.

    :raises UsageError: where there is none.
    """
    from portal_crawler.shards.manifest_json import is_sharded, parts_of

    for folder in (Path(source), Path(source) / LATEST, CRAWLS / source / LATEST):
        if (folder / "ledger.sqlite").exists() or (folder / "pages.jsonl").exists():
            return folder.resolve() if folder.name == LATEST else folder
        if is_sharded(folder):
            if not (begun := parts_of(folder)):
                cure = "look again in a moment; if it was stopped, end it with the same crawl command"
                raise UsageError(source, "is a crawl by several processes that is just starting", cure)
            cure = f"end it with the same crawl command, or name one of its shards, such as {begun[0]}"
            raise UsageError(source, "is a crawl by several processes that has not ended", cure)
    cure = "name a folder that holds ledger.sqlite; the newest crawl of a profile is data/crawls/<profile>/latest"
    raise UsageError(source, "is not a crawl's folder", cure)


def archive_source(source: str | Path) -> str:
    """An archive that a person names: as it is; for a profile's name, the folder of its newest crawl."""
    from portal_crawler.archive.warc_write import FOLDER as ARCHIVE

    if not Path(source).is_file() and not (Path(source) / ARCHIVE).is_dir():
        for newest in (Path(source) / LATEST, CRAWLS / source / LATEST):
            if newest.is_dir():
                return str(newest.resolve())
    return str(source)


def archive_sources(sources: Sequence[str | Path]) -> tuple[str, ...]:
    """The archives that a person names, each once: ``data/crawls/NAME/*`` names the newest crawl by ``latest``, too."""
    from portal_crawler.cli.terminal import terminal
    from portal_crawler.distributed.named_archives import is_address

    named: dict[str, str] = {}
    for source in map(archive_source, sources):
        place = source if is_address(source) else str(Path(source).resolve())
        if place in named:
            terminal().say(f"{source} is {named[place]}, which is named already; it is read once")
        named.setdefault(place, source)
    return tuple(named.values())


def shown(path: Path) -> str:
    """A path as people would type it: relative where it lies below the current folder."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def argument(path: Path | str) -> str:
    """A path as an argument of a command that people copy: shown, and quoted where a shell would part it."""
    return shlex.quote(shown(path) if isinstance(path, Path) else path)

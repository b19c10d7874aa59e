"""Takedown journal: what makes a takedown one step, however many files and folders it changes.

The new files are made beside the old ones, in ``takedown.new/`` of each folder. Then every folder but the first gets a
mark that names the first one, the *leader*; and the leader's own journal is the commit: without it nothing has
happened, with it everything will. ``finish_takedown`` does what is left, however often it is killed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from portal_crawler.disk import make_folder, sync_folder, writing
from portal_crawler.errors import StateError
from portal_crawler.frontier.ledger_file_sqlite import LEDGER, lock_folder
from portal_crawler.frontier.visits_sqlite import relative_folder
from portal_crawler.records.jsonl import replace_file
from portal_crawler.records.replace_jsonl import NEW
from portal_crawler.records.tombstones_jsonl import add_lines

JOURNAL = "takedown.json"
STAGED = "takedown.new"
_FORMAT = 1
_BESIDE_LEDGER = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one folder: ``files`` take the place of those of the same name, ``removed`` files and folders go.

    Names are relative to the folder.
    """

    files: tuple[str, ...]
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commit:
    """A takedown that is ready: its folders, the leader first, each with its change; the workspace's files, each with
    the lines that it gets.
    """

    folders: tuple[tuple[Path, Change], ...]
    shared: tuple[tuple[Path, tuple[bytes, ...]], ...]


def commit_takedown(commit: Commit) -> None:
    """Do a takedown whose files are staged. The locks of all its folders are held.

    :raises DiskFullError: before anything has changed.
    """
    leader, others = commit.folders[0], commit.folders[1:]
    for folder, change in others:
        _write(folder, {"leader": relative_folder(leader[0], folder), "change": asdict(change)})
    shared = [
        {"file": relative_folder(path, leader[0]), "lines": [line.decode() for line in lines]}
        for path, lines in commit.shared
    ]
    told = {"leader": None, "change": asdict(leader[1]), "shared": shared}
    _write(leader[0], {**told, "folders": [relative_folder(folder, leader[0]) for folder, _ in others]})
    _finish(leader[0])


def is_unfinished(folder: Path) -> bool:
    """Whether a takedown was stopped in a folder when it had begun to change files."""
    return _leader(folder) is not None


def refuse_unfinished(folder: Path) -> None:
    """See that nothing is read of a folder that is half changed.

    :raises StateError: where a takedown was stopped there.
    """
    if is_unfinished(folder):
        raise StateError(
            str(folder / JOURNAL),
            "a takedown was stopped here, and is not finished",
            f"finish it with: portal-crawler takedown --in {folder}",
        )


def finish_takedown(folder: Path) -> bool:
    """Finish a takedown that was stopped in a folder, in all its folders; whether there was one.

    What a takedown left that was stopped before it changed anything is swept away.

    :raises StateError: where another process has one of the folders, or the journal is damaged.
    """
    if not (folder / JOURNAL).exists() and not (folder / STAGED).exists():
        return False
    leader = _leader(folder)
    if leader is None:
        with locked([folder]):
            _sweep(folder)
        return False
    others = [leader / one for one in _read(leader)["folders"]]
    with locked([leader, *others]):
        if is_unfinished(leader):
            _finish(leader)
        _sweep(folder)
    return True


@contextmanager
def locked(folders: Sequence[Path]) -> Iterator[None]:
    """Keep crawls, and other takedowns, out of folders for as long as the block runs; one that is gone is passed over.

    :raises StateError: where one of them is in use.
    """
    with ExitStack() as stack:
        for folder in sorted({one.resolve() for one in folders if one.is_dir()}):
            stack.enter_context(closing(lock_folder(folder)))
        yield


def discard_staged(folders: Iterable[Path]) -> None:
    """Remove the new files of a takedown that comes to nothing."""
    for folder in folders:
        shutil.rmtree(folder / STAGED, ignore_errors=True)


def _leader(folder: Path) -> Path | None:
    """The folder whose journal tells of the takedown that was stopped in this one."""
    if not (folder / JOURNAL).exists():
        return None
    named = _read(folder)["leader"]
    if named is None:
        return folder
    leader: Path = (folder / str(named)).resolve()
    if not (leader / JOURNAL).exists() or relative_folder(folder, leader) not in _read(leader).get("folders", ()):
        return None  # its mark came, the commit did not
    return leader


def _finish(leader: Path) -> None:
    """All that a journal says; what was done before is passed over."""
    told = _read(leader)
    for one in told["shared"]:  # first: whatever happens then, nothing of it comes back
        add_lines(leader / one["file"], [line.encode() for line in one["lines"]])
    for other in (leader / one for one in told["folders"]):
        if (other / JOURNAL).exists():
            _apply(other, _change(_read(other)))
            remove_path(other / JOURNAL)
    _apply(leader, _change(told))
    remove_path(leader / JOURNAL)


def _change(told: dict[str, Any]) -> Change:
    return Change(tuple(told["change"]["files"]), tuple(told["change"]["removed"]))


def _apply(folder: Path, change: Change) -> None:
    staged = folder / STAGED
    for name in change.removed:
        remove_path(folder / name)
    for name in change.files:
        new, path = staged / name, folder / name
        if not new.exists():
            continue
        make_folder(path.parent)
        with writing(path):
            if name == LEDGER:  # a journal of the old one must not be played into the new one
                for tail in _BESIDE_LEDGER:
                    path.with_name(path.name + tail).unlink(missing_ok=True)
                sync_folder(folder)
            new.replace(path)
    for place in sorted({(folder / name).parent for name in change.files}):
        sync_folder(place)
    shutil.rmtree(staged, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """What a takedown left that came to nothing."""
    shutil.rmtree(folder / STAGED, ignore_errors=True)
    remove_path(folder / JOURNAL)
    remove_path(folder / (JOURNAL + NEW))


def remove_path(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, safely on the disk."""
    with writing(path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if path.parent.is_dir():
        sync_folder(path.parent)


def _write(folder: Path, told: dict[str, Any]) -> None:
    replace_file(folder / JOURNAL, orjson.dumps({"format": _FORMAT, **told}, option=orjson.OPT_INDENT_2))


def _read(folder: Path) -> dict[str, Any]:
    path = folder / JOURNAL
    try:
        told = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise StateError(str(path), f"is damaged ({error})", "restore it from a copy") from error
    if not isinstance(told, dict) or told.get("format") != _FORMAT:
        raise StateError(str(path), "is of another version", "use the version that made it")
    return told

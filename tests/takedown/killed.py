"""Takedowns that are killed (SIGKILL) at many moments: ``python -m tests.takedown.killed ROOM MOMENTS``.

Each moment is an event of Python's audit of the system (opening, renaming, removing a file, opening a database): the
process ends by its own hand right before it. One JSON object on stdout: what was found after each kill, and after the
same command was run again.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from portal_crawler.records.takedown_journal_json import finish_takedown, is_unfinished
from portal_crawler.records.verify import verify_crawl
from portal_crawler.report.summary import from_crawl
from portal_crawler.takedown.operation import Wish, planned
from tests.takedown.crawls import BRIDGE_URL, FERRY_URL, content
from tests.takedown.story_portal import CHINESE, FERRY
from tests.takedown.text_search import found_in

_EVENTS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "sqlite3.connect", "os.truncate")
_NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
CRAWLS = ("first", "second")


def take_down(folder: Path) -> None:
    """The takedown of two stories out of the crawls of a workspace."""
    wish = Wish((FERRY_URL, BRIDGE_URL), (folder / "first",), "asked for", _NOW)
    with planned(wish) as operation:
        if operation.folders:
            operation.run(lambda one: from_crawl(one).counts())


def in_child(work: Callable[[], object], kill_at: int | None = None) -> tuple[int, int]:
    """Do some work in a process of its own; (how it ended, how many events there were)."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        count = 0

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal count
            if event in _EVENTS and (event != "open" or _writes(arguments)):
                count += 1
                if count == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        work()
        os.write(sender, str(count).encode())
        os._exit(0)
    os.close(sender)
    _, status = os.waitpid(child, 0)
    with os.fdopen(receiver) as told:
        return status, int(told.read() or 0)


def _writes(arguments: tuple[object, ...]) -> bool:
    mode, flags = arguments[1], arguments[2]
    if isinstance(mode, str):
        return any(one in mode for one in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def state(folder: Path) -> dict[str, dict[str, bytes]]:
    """The files of both crawls, without what SQLite may write otherwise each time, and without what is staged."""
    return {
        name: {
            path: data
            for path, data in content(folder / name).items()
            if not path.startswith("takedown.") and not path.endswith(".sqlite")
        }
        for name in CRAWLS
    }


def trial(room: Path, scratch: Path, kill_at: int, old: dict[str, object], new: dict[str, object]) -> dict[str, object]:
    """Kill one, look, run it again, look again."""
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(room, scratch, symlinks=True)
    folder = scratch / "data/crawls/stories"
    os.chdir(scratch)
    status, _ = in_child(lambda: take_down(folder), kill_at)
    unfinished = [name for name in CRAWLS if is_unfinished(folder / name)]
    told = {name: [one.file for one in verify_crawl(folder / name)] for name in CRAWLS}
    found = state(folder)
    after = "old" if found == old else "new" if found == new else "between"
    for name in CRAWLS:
        finish_takedown(folder / name)
    take_down(folder)
    return {
        "event": kill_at,
        "killed": os.WIFSIGNALED(status),
        "after": after,
        "unfinished": unfinished,
        "findings": told,
        "again": {name: [str(one) for one in verify_crawl(folder / name)] for name in CRAWLS},
        "same_as_unkilled": state(folder) == new,
        "left": len(found_in(scratch, (*FERRY, *CHINESE), halves=False)),
        "staged": [str(path) for path in folder.rglob("takedown.*")],
        "tombstones": len((scratch / "data/takedowns.jsonl").read_bytes().splitlines()),
    }


def main(room: Path, moments: int) -> None:
    """All trials."""
    scratch = room.parent / "scratch"
    shutil.copytree(room, scratch, symlinks=True)
    os.chdir(scratch)
    old = state(scratch / "data/crawls/stories")
    _, events = in_child(lambda: take_down(scratch / "data/crawls/stories"))
    new = state(scratch / "data/crawls/stories")
    chosen = sorted({1 + number * events // moments for number in range(moments)})
    trials = [trial(room, scratch, one, old, new) for one in chosen]  # type: ignore[arg-type]
    print(json.dumps({"events": events, "trials": trials}))  # noqa: T201 - the output


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]))

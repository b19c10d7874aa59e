"""A crawl on a disc, or that another user keeps: all that only reads works there, all else says why it does not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from portal_crawler.frontier.ledger_file_sqlite import LEDGER
from tests.read_only_disk import NO_MOUNT, on_read_only_disk
from tests.settled_crawl import crawl, finish, portal
from tests.story_readings import WWW

pytestmark = pytest.mark.skipif(bool(NO_MOUNT), reason=NO_MOUNT)
_STORY = f"{WWW}/a/50401.htm"


@pytest.fixture(params=["closed", "with an empty journal that is not there"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of a settled crawl, its ledger as it is closed now, and as earlier versions left it."""
    folder = tmp_path / "disk"
    assert crawl(folder, portal())
    finish(folder)
    if request.param != "closed":
        with closing(sqlite3.connect(folder / LEDGER)) as db:
            assert db.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    assert not list(folder.glob(f"{LEDGER}-*"))
    return folder


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("verify", "disk"), "holds together"),
        (("why-not", "disk", _STORY), "it is in articles.jsonl"),
        (("report", "disk", "-q", "--json"), '"queued":0'),
        (("report", "disk", "-o", "r.html"), "r.html   next: open it"),
        (("diff", "disk", "disk"), "0 new, 0 changed"),
        (("search", "things", "disk"), "articles found"),
        (("dataset", "disk", "--to", "jsonl", "-o", "d"), "d (version 1.0.0)"),
        (("graph", "build", "disk", "--out", "g"), "editorial"),
    ],
)
def test_who_only_reads_is_served(disk: Path, command: tuple[str, ...], told: str) -> None:
    done = on_read_only_disk(disk, "-m", "portal_crawler", *command)
    assert done.returncode == 0, done.stderr
    assert told in done.stdout + done.stderr


def test_who_has_no_cache_is_told_how_to_have_one(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (disk.parent / "no folder").touch()
    monkeypatch.setenv("HOME", str(disk.parent / "no folder"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    done = on_read_only_disk(disk, "-m", "portal_crawler", "search", "things", "disk")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "XDG_CACHE_HOME=DIR" in done.stderr
    monkeypatch.setenv("XDG_CACHE_HOME", str(disk.parent / "cache"))
    assert on_read_only_disk(disk, "-m", "portal_crawler", "search", "things", "disk").returncode == 0


@pytest.mark.parametrize("command", [("graph", "build", "disk"), ("dedup", "finalize", "disk"), ("report", "disk")])
def test_who_would_write_there_is_told_so(disk: Path, command: tuple[str, ...]) -> None:
    before = {path: path.stat().st_mtime_ns for path in disk.rglob("*")}
    done = on_read_only_disk(disk, "-m", "portal_crawler", *command)
    assert done.returncode == 2
    assert "Read-only file system" in done.stderr.splitlines()[-1]
    assert {path: path.stat().st_mtime_ns for path in disk.rglob("*")} == before

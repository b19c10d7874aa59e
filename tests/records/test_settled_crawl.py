"""The settled dataset of crawls with the engine's own frontier and ledger, killed at many moments."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from shutil import copytree

import pytest

from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.records import assemble
from portal_crawler.records.assemble import assemble_dataset
from portal_crawler.records.replace_jsonl import finish_replacing
from portal_crawler.records.verify import verify_crawl
from portal_crawler.report.summary import from_crawl
from tests.settled_crawl import content, crawl, finish, portal
from tests.story_readings import PROFILE, WWW


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("whole")
    assert crawl(folder, portal())
    finish(folder)
    return folder


def test_a_crawl_holds_together(whole: Path) -> None:
    assert list(map(str, verify_crawl(whole))) == []
    summary = from_crawl(whole)
    assert summary.funnel == (("discovered", 72), ("in_scope", 71), ("fetched", 70), ("article", 68), ("unique", 30))
    assert summary.discovered == summary.fetched + summary.failed + summary.skipped + summary.queued


@pytest.mark.parametrize("steps", [(1,), (5, 9, 30), (13, 1, 1, 40), (69,)])
def test_a_crawl_that_was_killed_gives_the_same_dataset(steps: tuple[int, ...], whole: Path, tmp_path: Path) -> None:
    for step in steps:
        assert not crawl(tmp_path, portal(), stop_after=step)
    assert crawl(tmp_path, portal())
    finish(tmp_path)
    assert content(tmp_path) == content(whole)
    for name in ("links.jsonl", "pages.jsonl"):
        assert sorted((tmp_path / name).read_bytes().splitlines()) == sorted((whole / name).read_bytes().splitlines())
    assert verify_crawl(tmp_path) == []


def test_a_crawl_killed_before_it_is_settled_holds_together_too(tmp_path: Path) -> None:
    assert not crawl(tmp_path, portal(), stop_after=40)
    assert not crawl(tmp_path, portal(), stop_after=0)  # cuts off what was not committed
    found = [str(finding) for finding in verify_crawl(tmp_path)]
    assert found == ["crawl.json: is missing; run the same crawl command again: it completes the file"]


class KilledError(Exception):
    pass


class DyingLedger:
    """The real ledger, whose process ends at one of the steps of settling."""

    def __init__(self, ledger: Ledger, step: str) -> None:
        self._ledger, self._step = ledger, step

    def finalize(self, lengths: Mapping[str, int]) -> None:
        if self._step == "before the commit":
            raise KilledError
        self._ledger.finalize(lengths)
        if self._step == "after the commit":
            raise KilledError

    def replaced(self) -> None:
        raise KilledError


@pytest.mark.parametrize("step", ["before the commit", "after the commit", "between the renames", "after the renames"])
def test_settling_survives_a_kill_at_every_step(
    step: str, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl(tmp_path, portal())
    before = content(tmp_path)

    def first_only(folder: Path, lengths: Mapping[str, int]) -> None:
        finish_replacing(folder, dict(list(lengths.items())[:1]))
        raise KilledError

    ledger = Ledger(tmp_path)
    with monkeypatch.context() as patch:
        if step == "between the renames":
            patch.setattr(assemble, "finish_replacing", first_only)
        with pytest.raises(KilledError):
            assemble_dataset(tmp_path, PROFILE, DyingLedger(ledger, step))
    ledger.close()
    ledger = Ledger(tmp_path)
    finish_replacing(tmp_path, ledger.replacing)
    lengths = ledger.lengths()
    ledger.close()
    assert content(tmp_path) == (before if step == "before the commit" else content(whole))
    assert all(lengths[name] == (tmp_path / name).stat().st_size for name in ("articles.jsonl", "duplicates.jsonl"))
    finish(tmp_path)
    assert content(tmp_path) == content(whole)
    assert verify_crawl(tmp_path) == []
    assert not list(tmp_path.glob("*.new"))


def test_a_settled_crawl_that_goes_on_is_settled_again(whole: Path, tmp_path: Path) -> None:
    pages = portal()
    crawl(tmp_path, pages, stop_after=33)
    finish(tmp_path)
    crawl(tmp_path, pages)
    finish(tmp_path)
    assert content(tmp_path) == content(whole)


def test_each_row_of_the_ledger_is_missed(whole: Path, tmp_path: Path) -> None:
    copytree(whole, tmp_path, dirs_exist_ok=True)
    ledger = sqlite3.connect(tmp_path / "ledger.sqlite")
    rows = ledger.execute("SELECT * FROM frontier").fetchall()
    columns = ", ".join("?" * len(rows[0]))
    for row in rows[::6]:
        with ledger:
            ledger.execute("DELETE FROM frontier WHERE id = ?", (row[0],))
        found = verify_crawl(tmp_path)
        assert any(row[1] in str(finding) or row[2] in str(finding) for finding in found), row
        assert all(finding.place for finding in found)
        with ledger:
            ledger.execute(f"INSERT INTO frontier VALUES({columns})", row)
    ledger.close()
    assert verify_crawl(tmp_path) == []
    assert len(rows) == 72
    assert f"{WWW}/" in {row[2] for row in rows}


def test_the_counts_of_the_crawl_are_held_against_its_files(whole: Path, tmp_path: Path) -> None:
    copytree(whole, tmp_path, dirs_exist_ok=True)
    ledger = sqlite3.connect(tmp_path / "ledger.sqlite")
    with ledger:
        ledger.execute("DELETE FROM frontier WHERE id = 1")
    ledger.close()
    told = "crawl.json, counts, discovered: says 72, but the frontier of ledger.sqlite has 71"
    assert any(str(finding).startswith(told) for finding in verify_crawl(tmp_path))

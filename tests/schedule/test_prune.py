"""Which crawls are removed by the rules of retention, and which stay whatever the rules say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal_crawler.frontier.ledger_file_sqlite import lock_folder
from portal_crawler.schedule.arrivals import Arrival, Arrivals
from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.job import Job
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.prune_disk import prune, removals
from portal_crawler.schedule.retention import read_retention
from portal_crawler.schedule.run import RunState

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
NOW = FIRST + timedelta(days=99)


class Crawls:
    """The crawls of a job, one a day, each a folder with ``crawl.json``, a ledger and an archive."""

    def __init__(self, root: Path) -> None:
        self.place = Place.of(root / "schedule.toml")
        self.history = History.writing(self.place.history)
        self.job = Job("a", "p", cron="0 0 * * *", retention=read_retention("last:2"))

    def make(self, day: int, since: str | None = None, reads: str | None = None, reason: str = "finished") -> Path:
        """A crawl that the history made."""
        due = FIRST + timedelta(days=day)
        path = f"data/crawls/portal/{due:%Y%m%dT%H%M%SZ}-0000"
        with self.history.transaction():
            self.history.settle("a", Arrivals(due, (Arrival("a", due, RunState.WAITING, due),)), due, None)
        run = self.history.runs("a", most=1)[0]
        with self.history.transaction():
            self.history.take(run, path, "log", ("crawl",), due)
            state = RunState.FINISHED if reason == "finished" else RunState.STOPPED
            self.history.end(run.id, state, "finished", due, 0)
        return self.folder(path, since, reads, reason)

    def folder(self, path: str, since: str | None = None, reads: str | None = None, reason: str = "finished") -> Path:
        """A crawl's folder alone."""
        folder = self.place.root / path
        (folder / "archive").mkdir(parents=True)
        (folder / "ledger.sqlite").touch()
        (folder / "archive" / "one.warc.gz").write_bytes(bytes(1000))
        facts = {"profile": "portal", "finish_reason": reason, "since": since, "from": reads}
        (folder / "crawl.json").write_text(json.dumps(facts))
        return folder

    def there(self) -> list[int]:
        """The days whose crawls are there."""
        found = (self.place.root / "data/crawls/portal").glob("2026*")
        return sorted((datetime.strptime(f"{path.name[:15]}+0000", "%Y%m%dT%H%M%S%z") - FIRST).days for path in found)

    def pruned(self) -> dict[str, str]:
        """Folder and why it stays, of those that the rules let go."""
        return {one.folder.name[6:8]: one.kept_for for one in prune(self.place, self.job, self.history, NOW)}


@pytest.fixture
def crawls(tmp_path: Path) -> Iterator[Crawls]:
    made = Crawls(tmp_path)
    with made.history:
        yield made


def test_what_the_rules_let_go_is_removed_and_told_in_the_history(crawls: Crawls) -> None:
    for day in range(4):
        crawls.make(day)
    dry = removals(crawls.place, crawls.job, crawls.history)
    assert [(one.kept_for, one.size > 1000) for one in dry] == [("", True), ("", True)]
    assert crawls.there() == [0, 1, 2, 3]
    assert crawls.pruned() == {"01": "", "02": ""}
    assert crawls.there() == [2, 3]
    told = [(run.removed, run.removed_why) for run in crawls.history.runs()]
    assert told == [(None, None), (None, None), (NOW, "retention last:2"), (NOW, "retention last:2")]
    assert crawls.pruned() == {}


def test_a_crawl_stays_while_one_that_stays_builds_on_it_directly_or_not(crawls: Crawls) -> None:
    base = crawls.make(0)
    middle = crawls.make(1, since=f"../{base.name}")
    crawls.make(2)
    crawls.make(3, since=f"../{middle.name}")
    crawls.make(4)
    assert crawls.pruned() == {
        "01": "20260104T000000Z-0000 builds on it",
        "02": "20260104T000000Z-0000 builds on it",
        "03": "",
    }
    assert crawls.there() == [0, 1, 3, 4]


@pytest.mark.parametrize("form", ["--since {}", "--since={}"])
def test_a_crawl_stays_from_which_a_run_goes_on_that_has_not_said_so_yet(crawls: Crawls, form: str) -> None:
    base = crawls.make(0)
    for day in range(1, 4):
        crawls.make(day)
    due = FIRST + timedelta(days=4)
    path = "data/crawls/portal/20260105T000000Z-1111"
    with crawls.history.transaction():
        crawls.history.settle("b", Arrivals(due, (Arrival("b", due, RunState.WAITING, due),)), due, None)
    (run,) = crawls.history.runs("b")
    command = ("crawl", "p", "--out", path, *form.format(base).split())
    with crawls.history.transaction():
        crawls.history.take(run, path, "log", command, due)
    assert crawls.pruned() == {"01": "20260105T000000Z-1111 builds on it", "02": ""}
    with crawls.history.transaction():
        crawls.history.end(run.id, RunState.FAILED, "", due, 2)
    assert crawls.pruned() == {"01": ""}


def test_a_chain_that_nothing_needs_any_more_goes_as_a_whole(crawls: Crawls) -> None:
    base = crawls.make(0)
    crawls.make(1, since=f"../{base.name}")
    crawls.make(2)
    crawls.make(3)
    assert crawls.pruned() == {"01": "", "02": ""}


def test_a_crawl_stays_on_which_one_right_in_the_folder_of_crawls_builds(crawls: Crawls) -> None:
    base = crawls.make(0)
    for day in range(1, 4):
        crawls.make(day)
    crawls.folder("data/crawls/mine", since=f"../portal/{base.name}")
    assert crawls.pruned() == {"01": "mine builds on it", "02": ""}


def test_a_crawl_stays_in_which_a_takedown_was_stopped(crawls: Crawls) -> None:
    stopped = crawls.make(0)
    for day in range(1, 3):
        crawls.make(day)
    (stopped / "takedown.json").write_text("{}")
    assert crawls.pruned() == {"01": "a takedown was stopped in it, and has to be finished first"}


def test_a_crawl_stays_on_which_one_of_another_profile_or_none_of_the_schedule_builds(crawls: Crawls) -> None:
    read = crawls.make(0)
    for day in range(1, 4):
        crawls.make(day)
    crawls.folder("data/crawls/other/20260105T000000Z-1111", reads=f"../../portal/{read.name}/archive/one.warc.gz")
    assert crawls.pruned() == {"01": "20260105T000000Z-1111 builds on it", "02": ""}


def test_neither_the_newest_crawl_nor_the_one_that_latest_names_is_removed(crawls: Crawls) -> None:
    kept = crawls.make(0)
    for day in range(1, 4):
        crawls.make(day)
    (kept.parent / "latest").symlink_to(kept.name)
    assert crawls.pruned() == {"01": "it is the newest of its profile", "02": ""}


def test_a_crawl_that_did_not_end_or_that_no_run_made_is_never_removed(crawls: Crawls) -> None:
    crawls.make(0, reason="interrupted")
    crawls.folder("data/crawls/portal/20260102T000000Z-0000")
    for day in range(2, 5):
        crawls.make(day)
    assert crawls.pruned() == {"03": ""}
    assert crawls.there() == [0, 1, 3, 4]


def test_a_folder_that_is_a_link_to_another_place_is_left_alone(crawls: Crawls, tmp_path: Path) -> None:
    for day in range(3):
        crawls.make(day)
    first = crawls.place.root / "data/crawls/portal/20260101T000000Z-0000"
    first.rename(tmp_path / "elsewhere")
    first.symlink_to(tmp_path / "elsewhere")
    assert crawls.pruned() == {"01": "it does not lie in data/crawls/<profile>"}
    assert (tmp_path / "elsewhere" / "archive" / "one.warc.gz").exists()


def test_a_crawl_in_which_a_process_works_is_not_removed(crawls: Crawls) -> None:
    folder = crawls.make(0)
    for day in range(1, 3):
        crawls.make(day)
    with lock_folder(folder):
        assert crawls.pruned() == {"01": "a process works in it"}
    assert crawls.pruned() == {"01": ""}


def test_a_removal_that_was_killed_is_finished_by_the_next(crawls: Crawls) -> None:
    folders = [crawls.make(day) for day in range(4)]
    for run in crawls.history.runs()[2:]:
        crawls.history.removed(run.id, "retention last:2", NOW)
    folders[0].rename(folders[0].with_name(".removed-" + folders[0].name))
    assert crawls.pruned() == {}
    assert crawls.there() == [2, 3]
    assert list(folders[0].parent.glob(".removed-*")) == []

"""The command ``replay``: the same records from any number of processes, and after any kill; where they go."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy, copytree

import pytest

from portal_crawler.archive.warc_collection import WarcSource
from portal_crawler.cli.examples import EXAMPLES
from portal_crawler.cli.replay_sources import replay_folder
from portal_crawler.distributed.build_json import A_REPLAY, BuildPlan
from portal_crawler.errors import StateError
from portal_crawler.frontier.ledger_file_sqlite import lock_folder
from portal_crawler.web.raw_record import raw_record
from tests.cli.built_folders import DYING, content, crawled, dying_at, environment, run


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crawled(tmp_path_factory.mktemp("crawl"))


@pytest.fixture(scope="module")
def whole(crawl: Path) -> dict[str, bytes]:
    run(crawl.parent, "replay", "crawl", "--out", "whole", "--jobs", "2", "-q")
    return content(crawl.parent / "whole")


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_any_number_of_processes_gives_the_records_of_the_crawl(
    crawl: Path, whole: dict[str, bytes], tmp_path: Path, jobs: str
) -> None:
    done = run(tmp_path, "replay", str(crawl), "--out", "again", "--jobs", jobs)
    assert "10 pages, 8 articles, 0 copies" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("again   next: ")
    assert content(tmp_path / "again") == whole
    for name in ("pages.jsonl", "links.jsonl", "articles.jsonl", "duplicates.jsonl"):
        assert whole[name] == (crawl / name).read_bytes(), name


def test_records_beside_the_crawl_or_elsewhere_hold_together_with_its_archive(crawl: Path, tmp_path: Path) -> None:
    run(tmp_path, "replay", str(crawl), "--out", "again", "-q")
    told = json.loads((tmp_path / "again/crawl.json").read_bytes())
    assert (tmp_path / "again" / told["from"][0]).resolve() == crawl.resolve()
    assert told["finish_reason"] == "replayed"
    assert "holds together" in run(tmp_path, "verify", "again").stderr
    told["from"] = ["nowhere"]
    (tmp_path / "again/crawl.json").write_text(json.dumps(told))
    found = run(tmp_path, "verify", "again", code=22)
    assert "nowhere, is missing" in found.stdout
    assert "read the archive again with: portal-crawler replay … --fresh" in found.stderr


def test_a_generation_that_was_killed_is_taken_up_again_and_a_finished_one_is_not(
    crawl: Path, whole: dict[str, bytes]
) -> None:
    for point, count in (("captured", 4), ("done", 4), ("join", 1), ("end_build", 0), ("write_sums", 0), ("_tidy", 0)):
        code = dying_at(crawl.parent, point, count, "replay", str(crawl), "--jobs", "2")
        assert code == -signal.SIGKILL, point
    (begun,) = crawl.glob("generations/*")
    done = run(crawl.parent, "replay", str(crawl), "--jobs", "1", "--json")
    made = Path(json.loads(done.stdout)["folder"])
    # The last kill came behind its end: what that one was to do is there, and the command begins another.
    assert made != begun
    assert content(made) == whole
    kept = {name: data for name, data in content(begun).items() if not name.startswith("shards/")}
    assert kept == whole


def test_the_dashboard_gives_the_record_of_a_page_that_was_read_from_an_archive_elsewhere(
    crawl: Path, tmp_path: Path
) -> None:
    run(tmp_path, "wacz", str(crawl), "-o", "packed.wacz", "-q")
    page = json.loads((crawl / "pages.jsonl").read_bytes().splitlines()[-1])
    member = raw_record(crawl, page).member()
    assert page["url"].encode() in gzip.decompress(member)
    for name, source in {"again": str(crawl), "unpacked": "packed.wacz"}.items():
        run(tmp_path, "replay", source, "--out", name, "-q")
        assert raw_record(tmp_path / name, page).member() == member


def test_a_report_is_of_a_crawl_and_says_so_of_other_records(crawl: Path, tmp_path: Path) -> None:
    run(tmp_path, "replay", str(crawl), "--out", "again", "-q")
    told = run(tmp_path, "report", "again", code=2).stderr
    assert "again: holds what was read from archives; a report is of a crawl; name the crawl's folder" in told


def test_why_shows_a_page_of_records_that_were_read_from_an_archive_elsewhere(crawl: Path, tmp_path: Path) -> None:
    url = json.loads((crawl / "articles.jsonl").read_bytes().splitlines()[0])["url"]
    told = run(tmp_path, "why", str(crawl), url).stdout.partition("judged")[2]
    assert " body " in told
    run(tmp_path, "wacz", str(crawl), "-o", "packed.wacz", "-q")
    for name, source in {"again": str(crawl), "unpacked": "packed.wacz"}.items():
        run(tmp_path, "replay", source, "--out", name, "-q")
        assert run(tmp_path, "why", name, url).stdout.partition("judged")[2] == told
    (tmp_path / "packed.wacz").unlink()
    told = run(tmp_path, "why", "unpacked", url, code=2).stderr
    assert "names an archive that is missing, ../packed.wacz; put it back" in told


@pytest.mark.parametrize("name", ["learn", "replay", "verify", "wacz", "search"])
def test_what_the_help_shows_of_a_crawl_can_be_typed_as_it_stands(crawl: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "data/crawls/example.org/20260101T000000Z-0000"
    shutil.copytree(crawl, folder)
    (folder.parent / "latest").symlink_to(folder.name)
    _, *arguments = EXAMPLES[name][0].split()
    run(tmp_path, *arguments)


def test_the_other_commands_that_read_an_archive_take_a_profiles_name_for_its_newest_crawl(
    crawl: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data/crawls/portal/20260101T000000Z-0000"
    shutil.copytree(crawl, folder)
    (folder.parent / "latest").symlink_to(folder.name)
    assert "10 pages, 8 articles" in run(tmp_path, "build", "portal", "--out", "built", "--jobs", "1").stderr
    run(tmp_path, "crawl", str(crawl.parent / "site.toml"), "--from", "portal", "--out", "again", "-q")
    assert (tmp_path / "again/articles.jsonl").read_bytes().count(b"\n") == 8


def test_what_is_there_is_left_alone_or_gone_on_with(crawl: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    assert dying_at(tmp_path, "done", 3, "replay", str(crawl), "--out", "again", "--jobs", "1") == -signal.SIGKILL
    run(tmp_path, "build", str(crawl), "--out", "built", "--jobs", "1", "-q")
    (tmp_path / "other.toml").write_text('schema = 1\nname = "other"\nseeds = ["http://www.portal.test/"]\n')
    for arguments, said in (
        (("replay", str(crawl), "--out", "built"), "built: holds a build, not a replay; name another --out, or start"),
        (("build", str(crawl), "--out", "again"), "again: holds a replay, not a build; name another --out, or start"),
        (("replay", str(crawl), "--out", "again", "--profile", "other.toml"), "again: holds the replay by another"),
    ):
        done = run(tmp_path, *arguments, code=2)
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
    assert "are done already" in run(tmp_path, "replay", str(crawl), "--out", "again").stderr
    assert content(tmp_path / "again") == whole
    again = run(tmp_path, "replay", str(crawl), "--out", "again")
    assert "this replay is finished; nothing was done (--fresh starts anew beside it)" in again.stderr
    run(tmp_path, "replay", str(crawl), "--out", "again", "--fresh", "-q")
    (beside,) = tmp_path.glob("again-*")
    assert content(beside) == whole


def test_a_second_replay_of_a_crawl_leaves_the_first_one_alone(crawl: Path, tmp_path: Path) -> None:
    room = crawl / "generations"
    before = set(room.glob("*"))
    command = [sys.executable, "-c", DYING, "done", "0", "replay", str(crawl), "--jobs", "1"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment() | {"WITH": str(int(signal.SIGSTOP))}, start_new_session=True
    ) as first:
        os.waitpid(first.pid, os.WUNTRACED)
        (begun,) = set(room.glob("*")) - before
        done = run(tmp_path, "replay", str(crawl), "--json", "-q")
        assert Path(json.loads(done.stdout)["folder"]) != begun
        first.kill()


def test_replays_of_the_same_second_go_into_folders_of_their_own(tmp_path: Path) -> None:
    crawl, now = tmp_path / "c", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    crawl.mkdir()
    plan = BuildPlan((), "profile", None, A_REPLAY)
    for name in ("20260102T030405Z", "20260102T030405Z-2", "20260102T030405Z-3"):
        folder = replay_folder((crawl,), None, plan, now)
        assert folder == crawl / "generations" / name
        folder.mkdir(parents=True)


@pytest.mark.parametrize(
    "command",
    [
        ("replay", "running", "--out", "made"),
        ("build", "running", "--out", "made"),
        ("crawl", "site.toml", "--from", "running", "--out", "made"),
    ],
)
def test_a_crawl_that_is_running_is_not_read_as_a_whole(crawl: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    copytree(crawl, tmp_path / "running")
    copy(crawl.parent / "site.toml", tmp_path)
    with closing(lock_folder(tmp_path / "running")):
        said = run(tmp_path, *command, code=17).stderr
    told = "running: its crawl is running (process {}); wait for its end, or stop it with Ctrl-C\n"
    assert said == "portal-crawler: " + told.format(os.getpid())
    assert not (tmp_path / "made").exists()
    run(tmp_path, *command, "-q")


def test_a_file_that_its_crawl_closes_while_it_is_read_is_told_as_that(crawl: Path, tmp_path: Path) -> None:
    copytree(crawl, tmp_path / "crawl")
    first = min((tmp_path / "crawl/archive").iterdir())
    growing = first.rename(first.with_name(first.name + ".open"))
    source = WarcSource.of(growing)
    growing.rename(first)
    with pytest.raises(StateError, match="its crawl went on meanwhile, and closed the file; run"):
        next(source.records())

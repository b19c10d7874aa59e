from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal_crawler.cli.folders import (
    archive_source,
    argument,
    choose_folder,
    crawl_folder,
    earlier_crawl,
    make_folder,
    point_latest,
)
from portal_crawler.errors import OutputError, UsageError
from portal_crawler.shards.manifest_json import ShardsManifest, write_manifest


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def crawl(name: str, *, reason: str | None) -> Path:
    """A folder as a crawl leaves it."""
    folder = choose_folder(name, None, fresh=True, resume=False)
    make_folder(folder)
    (folder / "ledger.sqlite").touch()
    (folder / "crawl.json").write_text(json.dumps({"finish_reason": reason}))
    if reason == "finished":
        (folder / "SHA256SUMS").touch()
    point_latest(folder)
    return folder


def test_an_unfinished_newest_crawl_is_taken_up_again() -> None:
    folder = crawl("portal", reason="interrupted")
    assert choose_folder("portal", None, fresh=False, resume=False) == folder.resolve()
    assert choose_folder("portal", None, fresh=False, resume=True) == folder.resolve()


def test_fresh_and_a_finished_newest_crawl_begin_a_new_folder() -> None:
    unfinished = crawl("portal", reason=None)
    assert choose_folder("portal", None, fresh=True, resume=False).name != unfinished.name
    finished = crawl("portal", reason="finished")
    assert choose_folder("portal", None, fresh=False, resume=False).name != finished.name
    with pytest.raises(UsageError, match="holds no unfinished crawl"):
        choose_folder("portal", None, fresh=False, resume=True)


def test_a_crawl_that_was_killed_before_its_sums_were_written_is_taken_up_again() -> None:
    folder = crawl("portal", reason="finished")
    (folder / "SHA256SUMS").unlink()
    assert choose_folder("portal", None, fresh=False, resume=True) == folder.resolve()


def test_the_folder_that_is_named_is_the_crawls_and_fresh_goes_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "here"
    assert choose_folder("portal", out, fresh=True, resume=False) == out
    out.mkdir()
    (out / "ledger.sqlite").touch()
    assert choose_folder("portal", out, fresh=False, resume=False) == out
    beside = choose_folder("portal", out, fresh=True, resume=False)
    assert (beside.parent, beside.name.startswith("here-2")) == (tmp_path, True)


def test_latest_points_at_the_newest_and_a_profiles_name_finds_it() -> None:
    crawl("portal", reason="finished")
    newest = crawl("portal", reason="finished")
    assert crawl_folder("portal") == newest.resolve()
    assert Path("data/crawls/portal/latest").resolve() == newest.resolve()


def test_a_crawl_of_a_clock_that_was_ahead_is_not_the_newest_for_ever() -> None:
    ahead = crawl("portal", reason="finished")
    ahead.rename(ahead.with_name("21000101T000000Z-0000"))
    newest = crawl("portal", reason="finished")
    assert earlier_crawl("portal", "latest") == newest.resolve()
    (newest / "crawl.json").write_text(json.dumps({"finish_reason": "interrupted"}))
    assert earlier_crawl("portal", "latest").name == "21000101T000000Z-0000"


def test_an_archive_is_named_by_its_path_or_by_a_profiles_name_for_that_of_the_newest_crawl(tmp_path: Path) -> None:
    newest = crawl("portal", reason="finished").resolve()
    assert [archive_source("portal"), archive_source("data/crawls/portal")] == [str(newest)] * 2
    Path("portal").touch()
    assert [archive_source(name) for name in ("portal", "none", "s3a://x//y")] == ["portal", "none", "s3a://x//y"]
    (newest / "archive").mkdir()
    (newest / "latest").mkdir()
    assert archive_source(newest) == str(newest)


def test_an_argument_is_what_a_person_types_and_a_shell_does_not_part(tmp_path: Path) -> None:
    assert argument(tmp_path / "a b") == "'a b'"
    assert argument(Path("data/crawls/x")) == "data/crawls/x"
    assert argument("it's") == "'it'\"'\"'s'"


def test_a_folder_that_is_none_is_an_error_that_says_how_to_name_one() -> None:
    with pytest.raises(UsageError, match="is not a crawl's folder"):
        crawl_folder("portal")


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"file/crawl: cannot be written \(Not a directory\)"):
        make_folder(Path("file/crawl"))


def test_a_crawl_by_several_processes_names_a_shard_that_is_there_or_says_that_it_is_starting(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    write_manifest(folder, ShardsManifest("portal", 2, datetime(2026, 1, 2, tzinfo=UTC), {}))
    with pytest.raises(UsageError, match="is just starting; look again in a moment") as starting:
        crawl_folder(str(folder))
    assert "00" not in str(starting.value).replace(str(tmp_path), "")
    (folder / "shards/01").mkdir()
    (folder / "shards/01/ledger.sqlite").touch()
    with pytest.raises(UsageError, match=r"has not ended; .*, such as .*/shards/01$"):
        crawl_folder(str(folder))

"""The command line of a job's crawl: the crawl that it goes on from, and profiles that cannot be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal_crawler.schedule.crawl_command_disk import crawl_command, profile_problem
from portal_crawler.schedule.job import Job

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def _ended(root: Path, name: str, reason: str = "finished") -> Path:
    folder = root / "data/crawls/a" / name
    folder.mkdir(parents=True)
    (folder / "ledger.sqlite").touch()
    (folder / "crawl.json").write_text(json.dumps({"finish_reason": reason}))
    return folder


def _since(root: Path) -> str:
    job = Job("a", "a", cron="@daily", args=("--since", "latest"))
    arguments = crawl_command(root, job, NOON, NOON).arguments
    return arguments[arguments.index("--since") + 1]


def test_a_crawl_goes_on_from_the_one_that_latest_names_though_one_was_begun_by_a_clock_that_was_ahead(
    tmp_path: Path,
) -> None:
    for name in ("20260531T120000Z-0000", "20280101T000000Z-0000"):
        _ended(tmp_path, name)
    newest = _ended(tmp_path, "20260601T110000Z-0000")
    latest = newest.parent / "latest"
    latest.symlink_to(newest.name)
    assert _since(tmp_path) == str(newest)
    latest.unlink()
    latest.symlink_to(_ended(tmp_path, "20260601T113000Z-0000", "interrupted").name)
    assert _since(tmp_path).endswith("20280101T000000Z-0000")


@pytest.mark.parametrize("source", ["p" * 300, "a\0b", "p" * 300 + ".toml", "p/" * 3000])
def test_a_profile_that_no_file_can_be_is_told_and_is_the_crawls_own_trouble(tmp_path: Path, source: str) -> None:
    problem = profile_problem(tmp_path, source)
    assert problem is not None
    assert "check the path" in problem or "choose another" in problem
    assert crawl_command(tmp_path, Job("a", source, cron="@daily"), NOON, NOON).folder.startswith("data/crawls/a/")

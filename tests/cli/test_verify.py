"""What ``verify`` says to do: an unfinished crawl goes on, a settled one was changed by another hand."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from portal_crawler.frontier.ledger_file_sqlite import lock_folder
from portal_crawler.sites.profile_toml import save_profile
from tests.crawl_ledger import write_ledger
from tests.story_readings import PROFILE

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize(
    ("reason", "cure"),
    [
        (None, "run its command again, it goes on from there, then verify"),
        ("interrupted", "run its command again, it goes on from there, then verify"),
        ("finished", "restore the files, or crawl again with: portal-crawler crawl c/profile.toml --fresh"),
        ("limit of pages", "restore the files, or crawl again with: portal-crawler crawl c/profile.toml --fresh"),
    ],
)
def test_the_cure_fits_how_the_crawl_ended(portal_crawler: Run, tmp_path: Path, reason: str | None, cure: str) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    (folder / "work").mkdir()
    for name in ("pages.jsonl", "work/stories.jsonl"):
        (folder / name).touch()
    write_ledger(folder)
    save_profile(PROFILE, folder / "profile.toml")
    (folder / "crawl.json").write_text(json.dumps({"finish_reason": reason}))
    done = portal_crawler("verify", "c")
    assert done.returncode == 22
    assert done.stderr.splitlines()[-1].endswith(cure), done.stderr


def test_of_a_crawl_that_is_running_that_is_said(portal_crawler: Run, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    for name in ("pages.jsonl", "work/stories.jsonl"):
        (tmp_path / name).touch()
    write_ledger(tmp_path)
    with closing(lock_folder(tmp_path)):
        done = portal_crawler("verify", str(tmp_path))
    told = (
        f"its crawl is running (process {os.getpid()}) and writes meanwhile: wait for its end, or stop it with Ctrl-C"
    )
    assert done.returncode == 22
    assert done.stderr.splitlines()[-1].endswith(f"; {told}, then verify"), done.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [("crawl.json", b'{"finish_reason": "fin'), ("crawl.json", b"[]"), ("profile.toml", b'name = "de')],
)
def test_a_torn_file_of_the_crawl_is_a_finding(portal_crawler: Run, tmp_path: Path, name: str, content: bytes) -> None:
    folder = tmp_path / "c"
    (folder / "work").mkdir(parents=True)
    for file in ("pages.jsonl", "work/stories.jsonl"):
        (folder / file).touch()
    write_ledger(folder)
    save_profile(PROFILE, folder / "profile.toml")
    (folder / "crawl.json").write_text('{"finish_reason": "finished"}')
    (folder / name).write_bytes(content)
    done = portal_crawler("verify", "c")
    assert done.returncode == 22
    assert any(line.startswith(f"{name}: is not ") for line in done.stdout.splitlines()), done.stdout
    assert "has not come to its end" not in done.stderr
    assert "--fresh" not in done.stderr, "by such a profile nothing can be crawled"

"""A crawl whose folder is taken from under it says so soon, and goes on where it was when the folder is back."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.errors import ExitCode
from portal_crawler.records.verify import verify_crawl
from portal_crawler.sites.profile_toml import save_profile


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Path]:
    with serving("small") as address:
        save_profile(demo_profile(address), tmp_path / "demo.toml")
        yield tmp_path / "demo.toml"


def _begun(profile: Path, out: Path) -> subprocess.Popen[str]:
    """A crawl that has brought some pages to the disk."""
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(profile), "--out", str(out), "--progress", "none"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while time.monotonic() < until and not ((out / "pages.jsonl").exists() and (out / "pages.jsonl").stat().st_size):
        time.sleep(0.01)
    return running


def test_a_folder_that_is_removed_ends_the_crawl_and_is_named(profile: Path, tmp_path: Path) -> None:
    out = tmp_path / "crawl"
    running = _begun(profile, out)
    shutil.rmtree(out)
    said = running.communicate(timeout=120)[1]
    assert running.returncode == ExitCode.STATE
    assert str(out) in said
    assert "was removed, moved or replaced while the crawl ran" in said
    assert not out.exists()


def test_a_folder_that_was_moved_away_and_back_loses_nothing(profile: Path, tmp_path: Path) -> None:
    out = tmp_path / "crawl"
    running = _begun(profile, out)
    out.rename(tmp_path / "moved")
    assert running.communicate(timeout=120)
    assert running.returncode == ExitCode.STATE
    (tmp_path / "moved").rename(out)
    again = _begun(profile, out)
    assert again.communicate(timeout=120)
    assert again.returncode == ExitCode.OK
    assert verify_crawl(out) == []

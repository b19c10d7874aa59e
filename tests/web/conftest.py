"""A small crawl, and the two servers that show it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal_crawler.sites.profile_toml import save_profile
from tests.web.desk_process import DeskProcess, desk_process
from tests.web.gbk_portal import Leaks, gbk_portal, leaks

pytest.importorskip("starlette", reason="the extra 'web' is not installed")

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class ShownCrawl:
    """``place`` holds the one crawl, called ``name`` in addresses; ``leaks`` is what its hostile page is after."""

    place: Path
    name: str
    leaks: Leaks

    @property
    def folder(self) -> Path:
        return self.place / self.name


@pytest.fixture(scope="session")
def shown_crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShownCrawl]:
    place = tmp_path_factory.mktemp("crawls")
    with leaks() as after, gbk_portal(after.address) as portal:
        profile = place / "gbk.toml"
        save_profile(portal.profile(), profile)
        done = run("crawl", str(profile), "--out", str(place / "gbk"), "-q", cwd=place)
        assert done.returncode == 0, done.stderr
        assert not after.heard
        yield ShownCrawl(place, "gbk", after)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the dashboard is started."""
    return tmp_path_factory.mktemp("workspace")


@pytest.fixture(scope="session")
def desk(shown_crawl: ShownCrawl, workspace: Path) -> Iterator[DeskProcess]:
    """The dashboard over that crawl, which lets who logs in change something, and its replay."""
    with desk_process(shown_crawl.place, "--write", "--allow-host", "desk.test", cwd=workspace) as served:
        yield served


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command ``portal-crawler``, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "portal_crawler", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        timeout=120,
    )

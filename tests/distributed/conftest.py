"""Two crawls of one small portal: the second goes on from the first, and much of it are revisit records."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import ChangingPortal, Page, changing_portal, hub_page
from tests.template.test_template import NOTICE, story

PATHS = tuple(f"/news/{number}.htm" for number in range(1, 13))


@dataclass(frozen=True)
class Crawls:
    """Folders of the crawls; ``third`` knows nothing of the others."""

    first: Path
    second: Path
    third: Path


@pytest.fixture(scope="session")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    folder = tmp_path_factory.mktemp("crawls")
    with changing_portal() as portal:
        # A notice with a link: the second reading takes it out of the text, and gives the link another role.
        notice = NOTICE.replace("the editors", '<a href="/visit.htm">the editors</a>')
        portal.pages = {path: Page(story(number, notice=notice)) for number, path in enumerate(PATHS, start=1)}
        portal.pages["/"] = Page(hub_page(*PATHS))
        for number, path in enumerate(PATHS, start=1):
            portal.pages[path].etag = f'"{number}"'
        site = portal.profile()
        site = site.model_copy(update={"output": site.output.model_copy(update={"warc_size": 8_000})})
        save_profile(site, folder / "site.toml")
        _crawl(folder, "first")
        _change(portal)
        _crawl(folder, "second", "--since", str(folder / "first"))
        _crawl(folder, "third")
    return Crawls(folder / "first", folder / "second", folder / "third")


def _change(portal: ChangingPortal) -> None:
    for number, path in enumerate(PATHS[:3], start=1):
        portal.pages[path] = Page(story(number + 20))
    portal.pages["/news/13.htm"] = Page(story(13))
    portal.pages["/"] = Page(hub_page(*PATHS, "/news/13.htm"))


def _crawl(folder: Path, name: str, *options: str) -> None:
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(folder / "site.toml"), "--out", str(folder / name)]
    done = subprocess.run([*command, *options, "-q"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

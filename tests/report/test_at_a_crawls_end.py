"""The report at a crawl's end: made without being asked for, left out on request, and no danger to the crawl."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import ChangingPortal, Page, changing_portal, hub_page, story_page
from tests.report.conftest import run

WISHED = "import os; os.environ.pop('PORTAL_CRAWLER_NO_REPORT', None)"


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[ChangingPortal]:
    with changing_portal() as portal:
        portal.pages = {"/": Page(hub_page("/news/10001.htm")), "/news/10001.htm": Page(story_page(10001))}
        save_profile(portal.profile(), tmp_path / "p.toml")
        yield portal


def test_a_crawl_makes_its_report_and_says_where(portal: ChangingPortal, tmp_path: Path) -> None:
    done = run("crawl", "p.toml", "--out", "c", cwd=tmp_path, before=WISHED)
    assert "report     c/report/index.html  (open it in a browser)" in done.stderr
    assert (tmp_path / "c/report/index.html").stat().st_size > 10_000
    assert "report/" not in (tmp_path / "c/SHA256SUMS").read_text()


def test_a_crawl_whose_report_cannot_be_made_is_a_good_crawl(portal: ChangingPortal, tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c/report").touch()
    done = run("crawl", "p.toml", "--out", "c", cwd=tmp_path, before=WISHED)
    assert "the report could not be made: c/report" in done.stderr
    assert "make it with: portal-crawler report c" in done.stderr
    assert "verify c" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("way", ["option", "profile"])
def test_a_crawl_leaves_the_report_out_on_request(portal: ChangingPortal, tmp_path: Path, way: str) -> None:
    options = ["--no-report"] if way == "option" else []
    if way == "profile":
        profile = portal.profile()
        save_profile(
            profile.model_copy(update={"output": profile.output.model_copy(update={"report": False})}),
            tmp_path / "p.toml",
        )
    done = run("crawl", "p.toml", "--out", "c", *options, cwd=tmp_path, before=WISHED)
    assert not (tmp_path / "c/report").exists()
    assert "index.html" not in done.stderr

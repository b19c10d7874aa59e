"""The report at a crawl's end: made without being asked for, left out on request, and no danger to the crawl."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import ChangingPortal, Page, changing_portal, hub_page, story_page
from tests.report.made_reports import WISHED, Reports, run


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[ChangingPortal]:
    with changing_portal() as portal:
        portal.pages = {"/": Page(hub_page("/news/10001.htm")), "/news/10001.htm": Page(story_page(10001))}
        save_profile(portal.profile(), tmp_path / "p.toml")
        yield portal


def test_a_crawl_makes_its_report_and_says_where(reports: Reports) -> None:
    assert "report     first/report/index.html  (open it in a browser)" in reports.told
    assert "verify first" in reports.told.splitlines()[-1]
    assert "report/" not in (reports.first / "SHA256SUMS").read_text()


def test_a_crawl_leaves_the_report_out_on_request(reports: Reports) -> None:
    assert (reports.second / "SHA256SUMS").exists()
    assert not (reports.second / "report").exists()


def test_a_crawl_leaves_the_report_out_where_its_profile_says_so(portal: ChangingPortal, tmp_path: Path) -> None:
    profile = portal.profile()
    output = profile.output.model_copy(update={"report": False})
    save_profile(profile.model_copy(update={"output": output}), tmp_path / "p.toml")
    run("crawl", "p.toml", "--out", "c", "-q", cwd=tmp_path, before=WISHED)
    assert not (tmp_path / "c/report").exists()


def test_a_crawl_whose_report_cannot_be_made_is_a_good_crawl(portal: ChangingPortal, tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c/report").touch()
    done = run("crawl", "p.toml", "--out", "c", cwd=tmp_path, before=WISHED)
    assert "the report could not be made: c/report" in done.stderr
    assert "make it with: portal-crawler report c" in done.stderr
    assert "verify c" in done.stderr.splitlines()[-1]

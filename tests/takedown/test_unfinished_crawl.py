"""A page is taken out of a crawl that has not ended, which then goes on."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal_crawler.records.verify import verify_crawl
from portal_crawler.report.summary import from_crawl
from portal_crawler.sites.profile_toml import save_profile
from portal_crawler.takedown.operation import Wish, planned
from tests import settled_crawl
from tests.story_readings import PROFILE
from tests.takedown.crawls import BRIDGE_URL, FERRY_URL, crawl, lines, run
from tests.takedown.story_portal import CHINESE, FERRY, StoryPortal
from tests.takedown.text_search import found_in

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize("stopped_after", [12, 60], ids=["most is queued", "most is fetched"])
def test_a_crawl_that_was_killed_goes_on_without_the_page(
    tmp_path: Path, stopped_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder, pages = tmp_path / "crawl", settled_crawl.portal()
    assert not settled_crawl.crawl(folder, pages, stopped_after)
    save_profile(PROFILE, folder / "profile.toml")
    fetched = [line["url"] for line in lines(folder / "articles.jsonl")]
    url = fetched[0]
    with (folder / "articles.jsonl").open("ab") as file:
        file.write(b'{"what a kill left behind the last com')
    with planned(Wish((url,), (folder,), "asked for", NOW)) as operation:
        operation.run(lambda one: from_crawl(one).counts())
    (stone,) = lines(folder / "takedowns.jsonl")
    assert len(stone["url_keys"]) == 3  # of another host, and printed: no crawl that runs knows the last one for a copy
    assert settled_crawl.crawl(folder, pages)
    settled_crawl.finish(folder)
    assert verify_crawl(folder) == []
    told = {line["url"]: line["reason"] for line in lines(folder / "skipped.jsonl")}
    assert told[url] == "takedown"
    for name in ("pages.jsonl", "articles.jsonl", "duplicates.jsonl"):
        assert not [line for line in lines(folder / name) if line["url_key"] in stone["url_keys"]]
    assert len(lines(folder / "articles.jsonl")) == 29


def test_a_crawl_that_a_limit_ended_goes_on_without_the_page(tmp_path: Path, portal: StoryPortal) -> None:
    save_profile(portal.profile(), tmp_path / "site.toml")
    crawl("site.toml", "--out", "crawl", "--limit", "12", at=tmp_path, code=15)
    run("takedown", FERRY_URL, BRIDGE_URL, "--in", "crawl", at=tmp_path)
    run("verify", "crawl", at=tmp_path)
    portal.asked.clear()
    crawl("site.toml", "--out", "crawl", at=tmp_path)
    assert not {"/news/ferry.htm", "/zh/bridge.htm"} & set(portal.asked)
    assert found_in(tmp_path, CHINESE) == []
    assert {place.split(":")[0] for place, _ in found_in(tmp_path, FERRY)} <= {
        os.path.relpath(path, tmp_path) for path in (tmp_path / "crawl/archive").iterdir()
    }
    run("verify", "crawl", at=tmp_path)

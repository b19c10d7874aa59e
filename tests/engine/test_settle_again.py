from __future__ import annotations

from pathlib import Path

import pytest

from portal_crawler.engine.settle_again import settle_again
from portal_crawler.errors import StateError
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.manifest_json import read_crawl, update_crawl
from portal_crawler.records.verify import verify_crawl
from portal_crawler.sites.profile import Dedup
from portal_crawler.sites.profile_toml import load_profile
from tests.settled_crawl import crawl, finish, portal
from tests.story_readings import WWW

SETTLED = ("articles.jsonl", "duplicates.jsonl", "relations.jsonl")
STORY, PRINT = f"{WWW}/a/50400.htm", f"{WWW}/print/50400.htm"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert crawl(tmp_path / "crawl", portal())
    finish(tmp_path / "crawl")
    return tmp_path / "crawl"


def test_settling_again_changes_no_byte_and_all_adds_up(folder: Path) -> None:
    before = [(folder / name).read_bytes() for name in SETTLED]
    settled = settle_again(folder)
    assert [(folder / name).read_bytes() for name in SETTLED] == before
    assert (settled.articles, settled.duplicates) == tuple(content.count(b"\n") for content in before[:2])
    assert verify_crawl(folder) == []


def test_what_the_profile_says_now_holds_from_now_on(folder: Path) -> None:
    apart = Dedup(near_duplicates=False, apart=((STORY, PRINT),))
    settle_again(folder, apart)
    settled = settle_again(folder)
    urls = {record["url"] for _, _, record in read_lines(folder / "articles.jsonl")}
    assert {STORY, PRINT} <= urls
    assert load_profile(folder / "profile.toml").dedup == apart
    assert ((read_crawl(folder) or {})["counts"]["unique"]) == settled.articles == len(urls)
    assert verify_crawl(folder) == []


def test_a_crawl_that_has_not_ended_or_is_in_use_is_left_alone(folder: Path) -> None:
    ledger = Ledger(folder)
    try:
        with pytest.raises(StateError, match="another crawl is running there"):
            settle_again(folder)
    finally:
        ledger.close()
    assert (folder / "SHA256SUMS").exists()
    update_crawl(folder, {"finish_reason": "interrupted"})
    with pytest.raises(StateError, match="has not ended; end it first"):
        settle_again(folder)

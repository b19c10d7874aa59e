"""The crawls that the tests of takedowns begin with, made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_crawler.sites.profile_toml import save_profile
from tests.takedown.crawls import FIRST_CRAWL, SECOND_CRAWL, crawl, lines
from tests.takedown.story_portal import StoryPortal, story_portal


@pytest.fixture
def portal() -> Iterator[StoryPortal]:
    with story_portal() as served:
        yield served


@pytest.fixture(scope="session")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a crawl, and another one that goes on from it and found nothing changed."""
    room = tmp_path_factory.mktemp("twice") / "room"
    room.mkdir()
    with story_portal() as served:
        save_profile(served.profile(), room / "site.toml")
        crawl("site.toml", "--out", FIRST_CRAWL, at=room)
        crawl("site.toml", "--out", SECOND_CRAWL, "--since", FIRST_CRAWL, at=room)
    assert any(page["revisit"] for page in lines(room / SECOND_CRAWL / "pages.jsonl"))
    return room

"""First stories: what a crawl has seen, told by few bytes of memory, and learned again from its files."""

from __future__ import annotations

from itertools import starmap
from pathlib import Path

import pytest

from portal_crawler.dedup.story_groups import exact_key
from portal_crawler.errors import DiskFullError
from portal_crawler.records.assemble import NoLedger, assemble_dataset
from portal_crawler.records.first_stories_sqlite import FirstStories
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, STORIES
from tests.story_readings import PROFILE, TEXT, WWW, story, write

PAGES = [
    story("http://portal.test/a/50400.htm"),
    story(f"{WWW}/a/50400.htm"),
    story(f"{WWW}/a/50401.htm", TEXT + "\n\nAnother end.", title="Another"),
]


def _known(folder: Path) -> dict[str, str]:
    """What ``learn`` says of every story page, by its address."""
    stories = FirstStories()
    stories.learn(folder)
    found = {}
    for _, _, line in read_lines(folder / STORIES):
        page = line["article"]
        key = exact_key(page["text_digest"], page["word_count"], page["title"])
        found[page["url"]] = stories.first(key or "", "00" * 16)
    stories.close()
    return found


@pytest.mark.parametrize("settled", [False, True])
def test_every_text_is_known_under_the_article_that_holds_it(tmp_path: Path, settled: bool) -> None:
    write(tmp_path, PAGES)
    if settled:
        assemble_dataset(tmp_path, PROFILE, NoLedger())
    articles = {record["url"]: record["id"] for _, _, record in read_lines(tmp_path / ARTICLES)}
    copies = {record["url"]: record["of"] for _, _, record in read_lines(tmp_path / DUPLICATES)}
    assert (len(articles), len(copies)) == (2, 1)
    assert list(copies) == [PAGES[not settled].capture.url]  # the first that came, then the one on the better host
    assert _known(tmp_path) == articles | copies


def test_a_folder_without_stories_teaches_nothing(tmp_path: Path) -> None:
    stories = FirstStories()
    stories.learn(tmp_path)
    assert stories.first("t:1", "ab" * 16) == "ab" * 16
    stories.close()


def test_a_full_disk_of_temporary_files_is_told() -> None:
    stories = FirstStories()
    stories._db.execute("PRAGMA max_page_count = 20")
    with pytest.raises(DiskFullError, match="SQLITE_TMPDIR"):
        list(starmap(stories.first, ((f"t:{number}", f"{number:032x}") for number in range(10_000))))
    stories.close()

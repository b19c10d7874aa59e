"""Lines that are no records: the error names file, line and cure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal_crawler.errors import DamagedFileError, UsageError
from portal_crawler.graph.crawls_jsonl import read_crawls
from tests.link_lines import link, page, write_crawl

GOOD = json.dumps(link("a", "b")) + "\n"


def _without(name: str) -> str:
    return json.dumps({key: value for key, value in link("a", "b").items() if key != name}) + "\n"


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        (GOOD + GOOD[:-10], "line 2", "the last line is cut off"),
        (GOOD + "{]\n", "line 2", "is not JSON"),
        (GOOD + GOOD + "[1]\n", "line 3", "is no record of links.jsonl"),
        ("\n", "line 1", "is not JSON"),
        (GOOD + _without("target_key"), "line 2", "has no target_key"),
        (GOOD + _without("role"), "line 2", "has no role"),
        (json.dumps(link("a", "b", source_key=None)) + "\n", "line 1", "a key or an address is no text"),
        (json.dumps(link("a", "b", target_key=[1])) + "\n", "line 1", "is no record of links.jsonl"),
        (GOOD + json.dumps(link("a", "b", source_url=7)) + "\n", "line 2", "is no record of links.jsonl"),
        (json.dumps(link("a", "b", rel=7)) + "\n", "line 1", "is no record of links.jsonl"),
    ],
)
def test_a_damaged_line_of_links_is_named(tmp_path: Path, text: str, place: str, problem: str) -> None:
    crawl = write_crawl(tmp_path / "c", [])
    (crawl / "links.jsonl").write_text(text)
    with pytest.raises(DamagedFileError) as caught:
        read_crawls([crawl])
    assert caught.value.subject == str(crawl / "links.jsonl")
    assert caught.value.place == place
    assert problem in caught.value.problem
    assert caught.value.cure


@pytest.mark.parametrize("wrong", [{"status": "200"}, {"kind": "story"}, {"robots": None}, {"url_key": 3}])
def test_a_damaged_line_of_pages_is_named(tmp_path: Path, wrong: dict[str, object]) -> None:
    crawl = write_crawl(tmp_path / "c", [link("a", "b")], [page("a"), page("b") | wrong])
    with pytest.raises(DamagedFileError, match=r"pages\.jsonl, line 2: is no record of pages\.jsonl"):
        read_crawls([crawl])


def test_a_folder_without_links_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no links\.jsonl"):
        read_crawls([tmp_path])

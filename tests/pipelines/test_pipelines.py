from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from pipelines.dedup import DedupPipeline
from pipelines.door import reading_of
from portal_crawler.errors import StateError
from portal_crawler.reading import PageReading
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.schema import SCHEMAS, problems
from tests.story_readings import TEXT, WWW, hub, redirect, story, write


def lines(path: Path) -> list[dict[str, Any]]:
    return [record for _, _, record in read_lines(path)]


PAGES = [
    hub(f"{WWW}/", [f"{WWW}/a/50400.htm", "http://other.test/x"]),
    story(f"{WWW}/a/50400.htm", links=[f"{WWW}/"]),
    story("http://portal.test/a/50400.htm"),
    story(f"{WWW}/a/50401.htm", TEXT + "\n\nAnother end.", title="Another"),
    redirect(f"{WWW}/old", f"{WWW}/a/50400.htm"),
]


def test_every_response_has_a_line_and_nothing_is_dropped(tmp_path: Path) -> None:
    stats = write(tmp_path, PAGES)
    pages = lines(tmp_path / "pages.jsonl")
    assert [page["url"] for page in pages] == [page.capture.url for page in PAGES]
    assert [page["kind"] for page in pages] == ["link_page", "article", "article", "article", "other"]
    assert [page["final_url"] for page in pages][-1] == f"{WWW}/a/50400.htm"
    assert stats["portal_crawler/pages"] == 5
    assert (stats["portal_crawler/articles"], stats["portal_crawler/duplicates"]) == (2, 1)


def test_every_link_is_an_edge_with_its_role(tmp_path: Path) -> None:
    write(tmp_path, PAGES)
    edges = lines(tmp_path / "links.jsonl")
    assert [(edge["source_kind"], edge["target_url"], edge["internal"]) for edge in edges] == [
        ("link_page", f"{WWW}/a/50400.htm", True),
        ("link_page", "http://other.test/x", False),
        ("article", f"{WWW}/", True),
        ("other", f"{WWW}/a/50400.htm", True),
    ]
    assert [edge["role"] for edge in edges] == ["body", "body", "body", "other"]
    assert sum(page["links"] for page in lines(tmp_path / "pages.jsonl")) == len(edges)


def test_a_text_is_written_once_while_the_crawl_runs(tmp_path: Path) -> None:
    write(tmp_path, PAGES)
    articles, copies = lines(tmp_path / "articles.jsonl"), lines(tmp_path / "duplicates.jsonl")
    assert [article["url"] for article in articles] == [f"{WWW}/a/50400.htm", f"{WWW}/a/50401.htm"]
    assert [(copy["url"], copy["of"]) for copy in copies] == [("http://portal.test/a/50400.htm", articles[0]["id"])]
    assert len(lines(tmp_path / "work/stories.jsonl")) == 3


def test_a_crawl_that_goes_on_knows_what_it_has_written(tmp_path: Path) -> None:
    write(tmp_path / "at once", PAGES)
    write(tmp_path / "in two", PAGES[:2])
    write(tmp_path / "in two", PAGES[2:])
    for name in ("articles.jsonl", "duplicates.jsonl", "links.jsonl", "pages.jsonl", "work/stories.jsonl"):
        assert (tmp_path / "in two" / name).read_bytes() == (tmp_path / "at once" / name).read_bytes()


def test_every_line_fits_the_schema(tmp_path: Path) -> None:
    write(tmp_path, PAGES)
    for name in ("articles.jsonl", "duplicates.jsonl", "links.jsonl", "pages.jsonl"):
        found = [problem for record in lines(tmp_path / name) for problem in problems(SCHEMAS[name], record)]
        assert found == []


def test_a_page_judged_an_article_without_text_is_recorded_as_other(tmp_path: Path) -> None:
    empty = story(f"{WWW}/a/50402.htm", "")
    write(tmp_path, [empty])
    assert [page["kind"] for page in lines(tmp_path / "pages.jsonl")] == ["other"]
    assert lines(tmp_path / "articles.jsonl") == []


@pytest.mark.parametrize("text", ["caf\u0065\u0301 \x00\x07 and \ud800", "a\u2028b\u2029c", "tab\tand\r\nnewline\x85"])
def test_whatever_a_page_holds_its_lines_are_clean(text: str, tmp_path: Path) -> None:
    page = story(f"{WWW}/a/50403.htm", text + " " + TEXT, title=text)
    write(tmp_path, [page])
    line = (tmp_path / "articles.jsonl").read_bytes()
    assert line.count(b"\n") == 1
    assert len(line.decode().splitlines()) == 1
    article = lines(tmp_path / "articles.jsonl")[0]
    assert not any(char in article["text"] + article["title"] for char in "\x00\x07\r\x85\ud800\u0301")


def test_an_item_of_another_kind_is_read_field_by_field_or_let_through() -> None:
    page = PAGES[1]
    assert reading_of(page) is page
    shallow = {item.name: getattr(page, item.name) for item in fields(PageReading)}
    assert reading_of(shallow) == page
    assert reading_of({"url": "http://h/"}) is None
    assert reading_of("no item") is None


def test_without_the_engine_the_pipelines_say_what_is_missing() -> None:
    with pytest.raises(StateError, match=r"portal_crawler\.settings"):
        DedupPipeline.from_crawler(get_crawler()).open_spider()

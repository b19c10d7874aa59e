"""A dataset made again: what its new version says of the one before, and what was taken down."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from portal_crawler.dataset.build_disk import Built, build_dataset
from portal_crawler.dataset.form import Form
from portal_crawler.dataset.order import Order
from portal_crawler.dataset.selection import Selection
from portal_crawler.errors import DamagedFileError
from tests.article_lines import article, sentences, take_down, write_crawl
from tests.dataset.built import JSONL, ONE, THREE, TWO, content, lines, records, relation, some_articles


def _grown(tmp_path: Path) -> tuple[Path, Path, Built]:
    first = write_crawl(tmp_path / "a", [ONE, TWO, *some_articles(20)])
    build_dataset([first], JSONL, tmp_path / "d")
    second = write_crawl(tmp_path / "b", [ONE, THREE, article("two", sentences(77))], day=9)
    return first, second, build_dataset([first, second], JSONL, tmp_path / "d")


def test_a_new_version_says_what_came(tmp_path: Path) -> None:
    before = write_crawl(tmp_path / "x", [ONE, TWO, *some_articles(20)])
    build_dataset([before], JSONL, tmp_path / "old")
    _, _, built = _grown(tmp_path)
    changes = lines(tmp_path / "d", "changes.jsonl")
    assert {line["id"]: line["change"] for line in changes} == {
        THREE["id"]: "added",
        article("two", sentences(77))["id"]: "added",
    }
    assert {line["revises"] for line in changes} == {None, TWO["id"]}
    assert built.facts["version"] == "1.1.0"
    assert [one["records"] for one in built.facts["history"]] == [22, 24]
    old, new = records(tmp_path / "old"), records(tmp_path / "d")
    assert all(new[one]["split"] == record["split"] for one, record in old.items())
    card = (tmp_path / "d" / "README.md").read_text(encoding="utf-8")
    assert "| 1.1.0 | 2026-11-09 | 24 | 2 | 0 | 0 |" in card


def test_the_same_again_leaves_the_version_as_it_is(tmp_path: Path) -> None:
    first, second, _ = _grown(tmp_path)
    before = content(tmp_path / "d")
    again = build_dataset([first, second], JSONL, tmp_path / "d")
    assert not again.changed
    assert content(tmp_path / "d") == before


def test_a_version_is_compared_with_one_in_another_folder_and_of_another_form(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "a", some_articles(5))
    build_dataset([crawl], Order(Form.CSV), tmp_path / "old")
    write_crawl(crawl, [*some_articles(4), some_articles(5)[4] | {"section": "other"}, ONE])
    built = build_dataset([crawl], Order(Form.JSONL, since_version=tmp_path / "old"), tmp_path / "new")
    assert built.facts["version"] == "1.1.0"
    assert Counter(line["change"] for line in lines(tmp_path / "new", "changes.jsonl")) == {"added": 1, "changed": 1}


def test_what_is_here_no_more_is_told_with_the_rule(tmp_path: Path) -> None:
    first, second, _ = _grown(tmp_path)
    write_crawl(first, [ONE, *some_articles(19)])
    order = Order(Form.JSONL, Selection(until=None, min_words=1, languages=("en",), sections=("news",)))
    write_crawl(second, [ONE, THREE | {"section": "x"}, article("two", sentences(77))], day=9)
    built = build_dataset([first, second], order, tmp_path / "d")
    told = {
        line["id"]: line["rule"] for line in lines(tmp_path / "d", "changes.jsonl") if line["change"] == "withdrawn"
    }
    assert told == {TWO["id"]: "gone", some_articles(20)[-1]["id"]: "gone", THREE["id"]: "section"}
    assert built.facts["version"] == "2.0.0"


def test_what_was_taken_down_in_any_crawl_is_in_no_dataset(tmp_path: Path) -> None:
    secret = article("secret", "unspeakable words that are nowhere else")
    copy = article("copy", sentences(42), aliases=[secret["url"]])
    first = write_crawl(tmp_path / "a", [ONE, secret])
    build_dataset([first], JSONL, tmp_path / "d")
    second = write_crawl(tmp_path / "b", [TWO, copy, secret], day=2)
    take_down(second, secret)
    built = build_dataset([first, second], JSONL, tmp_path / "d")
    assert records(tmp_path / "d").keys() == {ONE["id"], TWO["id"]}
    (gone,) = [line for line in lines(tmp_path / "d", "changes.jsonl") if line["change"] == "withdrawn"]
    assert (gone["id"], gone["rule"]) == (secret["id"], "takedown")
    assert built.facts["left_out"] == {"takedown": 3}
    assert {line["url"] for line in lines(tmp_path / "d", "left_out.jsonl")} == {None}
    whole = b"".join(content(tmp_path / "d").values())
    assert b"unspeakable" not in whole
    assert secret["url"].encode() not in whole


def test_what_was_taken_down_in_the_workspace_is_in_no_dataset_of_a_crawl_that_nobody_changed(tmp_path: Path) -> None:
    secret = article("secret", "unspeakable words that are nowhere else")
    place = tmp_path / "data" / "crawls"
    take_down(write_crawl(place / "one" / "a", [TWO]), secret)
    (place / "one" / "a" / "takedowns.jsonl").replace(tmp_path / "data" / "takedowns.jsonl")
    other = write_crawl(place / "two" / "b", [ONE, secret], day=2)
    built = build_dataset([other], JSONL, tmp_path / "d")
    assert records(tmp_path / "d").keys() == {ONE["id"]}
    assert built.facts["left_out"] == {"takedown": 1}


def test_tombstones_that_cannot_be_read_are_no_empty_ones(tmp_path: Path) -> None:
    crawl = write_crawl(tmp_path / "a", [ONE])
    (crawl / "takedowns.jsonl").write_text('{"url": "http://www.portal.test/one"}\n', encoding="utf-8")
    with pytest.raises(DamagedFileError, match=r"takedowns.jsonl, line 1: article_ids is no list"):
        build_dataset([crawl], JSONL, tmp_path / "d")


def test_a_record_that_gave_way_does_not_come_back_in_another_split(tmp_path: Path) -> None:
    several = some_articles(60)
    crawl = write_crawl(tmp_path / "a", several)
    build_dataset([crawl], JSONL, tmp_path / "d")
    found = records(tmp_path / "d")
    one = next(record for record in found.values() if record["split"] == "train")
    other = next(record for record in found.values() if record["split"] == "test")
    write_crawl(crawl, several, relations=[relation(one, other, "near")])
    second = build_dataset([crawl], JSONL, tmp_path / "d")
    assert (second.facts["version"], second.facts["left_out"]) == ("2.0.0", {"split_conflict": 1})
    assert records(tmp_path / "d").keys() == found.keys() - {one["id"]}
    assert not build_dataset([crawl], JSONL, tmp_path / "d").changed

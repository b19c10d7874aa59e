"""A crawl that knows the stories of the crawl before says of its pages what one crawl of both would say."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest

from portal_crawler.errors import DamagedFileError, StateError
from portal_crawler.reading import PageReading
from portal_crawler.records.assemble import assemble_dataset
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.schema import SCHEMAS, problems
from portal_crawler.report.duplicate_texts import duplicate_texts
from portal_crawler.report.story_clusters import story_clusters
from portal_crawler.sites.profile import Dedup, SiteProfile
from tests.dedup.near_stories import rates, stories, text
from tests.story_readings import PROFILE, WWW, Lengths, story, write

ACROSS = PROFILE.model_copy(update={"dedup": Dedup(across_crawls=True)})
BESIDE = PROFILE.model_copy(update={"dedup": Dedup()})
TOLD = stories(14)
(LATER,) = stories(1, seed=7, paragraphs=1)
FULL, CUT = f"{WWW}/a/one.htm", f"{WWW}/b/two.asp"

Records = dict[str, dict[str, Any]]


def portal() -> list[PageReading]:
    """Stories with copies of every kind, under addresses that tell of it and under such that do not."""
    pages = [story(f"{WWW}/a/{5000 + number}.htm", text(one), title=f"T {number}") for number, one in enumerate(TOLD)]
    pages += [
        story(f"{WWW}/rates/{number}.htm", one, title="The rate of the yuan") for number, one in enumerate(rates(5))
    ]
    pages += [
        story(f"{WWW}/print/5000.htm", text(TOLD[0]), title="T 0"),
        story("http://mirror.portal.test/a/5001.htm", text(TOLD[1]), title="T 1"),
        story("http://mirror.portal.test/a/5002.htm", text([*TOLD[2], "Printed."]), title="T 2"),
        story(f"{WWW}/archive/105003.htm", text(TOLD[3]), title="T 3"),
        story(f"{WWW}/new/teaser.asp", text(TOLD[4][:3]), title="A teaser"),
        story(f"{WWW}/new/update.asp", text([*TOLD[5][:2], *LATER, *TOLD[5][3:]]), title="T 5 (updated)"),
        story(f"{WWW}/new/same.asp", text(TOLD[6]).upper(), title="Other"),
        story("http://big5.portal.test/gate/big5/www.portal.test/a/5007.htm", text(TOLD[7]).swapcase(), title="T 7"),
    ]
    return pages


def settled(
    folder: Path, pages: list[PageReading], profile: SiteProfile, since: Path | None = None
) -> tuple[Records, Records, list[dict[str, Any]]]:
    """Articles and duplicates by their addresses, and the relations."""
    folder.mkdir()
    write(folder, pages, profile)
    assemble_dataset(folder, profile, Lengths(), since)
    read = {}
    for name in ("articles.jsonl", "duplicates.jsonl", "relations.jsonl"):
        read[name] = [record for _, _, record in read_lines(folder / name)]
        assert not [problem for record in read[name] for problem in problems(SCHEMAS[name], record)]
    articles, duplicates = (
        {record["url"]: record for record in read[name]} for name in ("articles.jsonl", "duplicates.jsonl")
    )
    return articles, duplicates, read["relations.jsonl"]


@pytest.mark.parametrize("seed", range(8))
def test_the_verdicts_are_those_of_one_crawl_of_both(tmp_path: Path, seed: int) -> None:
    pages = portal()
    Random(seed).shuffle(pages)
    first, second = pages[:15], pages[15:]
    all_articles, all_duplicates, _ = settled(tmp_path / "both", pages, ACROSS)
    settled(tmp_path / "one", first, ACROSS)
    articles, duplicates, relations = settled(tmp_path / "two", second, ACROSS, tmp_path / "one")
    urls = {page.capture.url for page in second}
    assert articles.keys() | duplicates.keys() == urls
    assert articles.keys() == all_articles.keys() & urls
    for url, copy in duplicates.items():
        as_one = all_duplicates[url]
        assert [copy[name] for name in ("id", "of", "kind", "similarity")] == [
            as_one[name] for name in ("id", "of", "kind", "similarity")
        ]
        assert (copy["of_crawl"] is None) == (copy["of"] in {article["id"] for article in articles.values()})
    gone = {all_duplicates[page.capture.url]["id"] for page in first if page.capture.url in all_duplicates}
    taken_over = {relation["of"] for relation in relations if relation["kept"]}
    assert taken_over <= gone


@pytest.mark.parametrize("seed", range(3))
def test_three_crawls_in_a_row_are_as_one_and_the_order_of_pages_plays_no_part(tmp_path: Path, seed: int) -> None:
    pages = portal()
    Random(seed).shuffle(pages)
    _, all_duplicates, _ = settled(tmp_path / "all", pages, ACROSS)
    settled(tmp_path / "one", pages[:9], ACROSS)
    settled(tmp_path / "two", pages[9:18], ACROSS, tmp_path / "one")
    _, duplicates, _ = settled(tmp_path / "three", pages[18:], ACROSS, tmp_path / "two")
    _, again, _ = settled(tmp_path / "again", pages[:17:-1], ACROSS, tmp_path / "two")
    assert duplicates == again
    assert duplicates.keys() == all_duplicates.keys() & {page.capture.url for page in pages[18:]}
    named = {copy["of_crawl"] for copy in duplicates.values()}
    assert named <= {None, "one", "two"}
    assert named & {"one", "two"}


def test_a_story_that_an_earlier_crawl_has_is_listed_with_its_copies(tmp_path: Path) -> None:
    pages = portal()
    articles, _, _ = settled(tmp_path / "one", pages[: len(TOLD)], ACROSS)
    settled(
        tmp_path / "two",
        [page for page in pages if page.capture.url == f"{WWW}/new/teaser.asp"],
        ACROSS,
        tmp_path / "one",
    )
    whole = articles[f"{WWW}/a/5004.htm"]
    (cluster,) = story_clusters(tmp_path / "two", (), 9)
    assert (cluster.id, cluster.url, cluster.title, cluster.of_crawl) == (whole["id"], whole["url"], "T 4", "one")
    assert [(copy.url, copy.kind) for copy in cluster.copies] == [(f"{WWW}/new/teaser.asp", "truncated_of")]
    (tmp_path / "two/work/stories.sqlite").unlink()
    (cluster,) = story_clusters(tmp_path / "two", ("truncated_of",), 9)
    assert (cluster.id, cluster.url, cluster.of_crawl) == (whole["id"], "", "one")
    assert duplicate_texts(tmp_path / "two").side_by_side()[0].aligned is None


def test_settling_a_later_crawl_twice_changes_no_byte(tmp_path: Path) -> None:
    pages = portal()
    settled(tmp_path / "one", pages[:15], ACROSS)
    settled(tmp_path / "two", pages[15:], ACROSS, tmp_path / "one")
    names = ("articles.jsonl", "duplicates.jsonl", "relations.jsonl")
    before = [(tmp_path / "two" / name).read_bytes() for name in names]
    shutil.rmtree(tmp_path / "one")  # what was known of it is in the later crawl's folder
    assemble_dataset(tmp_path / "two", ACROSS, Lengths(), tmp_path / "one")
    assert [(tmp_path / "two" / name).read_bytes() for name in names] == before


def test_a_story_that_moved_is_kept_unless_the_profile_says_otherwise_and_its_old_place_is_told(tmp_path: Path) -> None:
    settled(tmp_path / "one", [story(FULL, text(TOLD[0]))], BESIDE)
    articles, duplicates, relations = settled(
        tmp_path / "two", [story(CUT, text(TOLD[0][:4])), story(f"{WWW}/c", text(TOLD[1]))], BESIDE, tmp_path / "one"
    )
    assert not duplicates
    (relation,) = relations
    assert relation | {"reason": ""} == {
        "schema_version": "1",
        "id": articles[CUT]["id"],
        "url": CUT,
        "kind": relation["kind"],
        "similarity": 1.0,
        "reason": "",
        "of": relation["of"],
        "of_url": FULL,
        "of_crawl": "one",
        "kept": None,
    }
    assert relation["reason"].startswith("an earlier crawl has it too; ")


def test_an_updated_page_is_no_copy_of_its_earlier_text(tmp_path: Path) -> None:
    settled(tmp_path / "one", [story(FULL, text(TOLD[0]))], ACROSS)
    articles, duplicates, relations = settled(
        tmp_path / "two", [story(FULL, text([*TOLD[0], *LATER]))], ACROSS, tmp_path / "one"
    )
    assert articles.keys() == {FULL}
    assert (duplicates, relations) == ({}, [])


def test_articles_of_one_template_are_told(tmp_path: Path) -> None:
    pages = [story(f"{WWW}/rates/{number}.htm", one, title="The rate") for number, one in enumerate(rates(4))]
    pages += [story(f"{WWW}/a/{number}.htm", text(one)) for number, one in enumerate(TOLD)]
    articles, _, relations = settled(tmp_path / "one", pages, BESIDE)
    assert len(articles) == len(pages)
    assert {relation["kind"] for relation in relations} == {"template_sibling"}
    ids = {article["id"] for article in articles.values()}
    assert {relation["id"] for relation in relations} | {relation["of"] for relation in relations} <= ids
    assert all("numbers" in relation["reason"] and relation["of_crawl"] is None for relation in relations)


def test_a_crawl_before_that_was_never_settled_is_told_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"one.* is missing, .*dedup finalize .*one"):
        settled(tmp_path / "two", [story(FULL)], ACROSS, tmp_path / "one")
    (tmp_path / "one" / "work").mkdir(parents=True)
    (tmp_path / "one" / "work" / "stories.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(DamagedFileError, match=r"stories\.sqlite: is no index .*dedup finalize .*one"):
        settled(tmp_path / "three", [story(FULL)], BESIDE, tmp_path / "one")


def test_a_version_in_another_language_is_told_once_where_a_page_names_it(tmp_path: Path) -> None:
    english, chinese, dutch = f"{WWW}/en/1.htm", f"{WWW}/zh/1.htm", f"{WWW}/nl/1.htm"
    named = [("en", english), ("zh-CN", chinese), ("nl", dutch), ("fr", f"{WWW}/fr/1.htm")]
    pages = [
        story(english, text(TOLD[0]), translations=named),
        story(chinese, text(TOLD[1]), translations=named),
        story(f"{WWW}/print/zh/1.htm", text(TOLD[1]), translations=named),
        story(dutch, text(TOLD[2])),
    ]
    articles, duplicates, relations = settled(tmp_path / "one", pages, BESIDE)
    assert len(articles) == 3
    assert len(duplicates) == 1
    told = [(relation["url"], relation["of_url"], relation["kind"], relation["similarity"]) for relation in relations]
    assert (chinese, english, "translation_of", None) in told
    assert (english, dutch, "translation_of", None) in told
    assert (english, chinese, "translation_of", None) not in told
    assert relations[0]["reason"].startswith("its page names that one as its version in ")
    later = [story(english, text(TOLD[0]), translations=named)]
    _, _, relations = settled(tmp_path / "two", later, BESIDE, tmp_path / "one")
    assert {(relation["of_url"], relation["of_crawl"]) for relation in relations} == {(chinese, "one"), (dutch, "one")}

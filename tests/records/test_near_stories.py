"""Copies under addresses that have nothing in common, in the settled dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portal_crawler.reading import PageReading
from portal_crawler.records.assemble import assemble_dataset
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.schema import SCHEMAS, problems
from portal_crawler.sites.profile import Dedup, SiteProfile
from tests.dedup.near_stories import rates, stories, text
from tests.story_readings import PROFILE, WWW, Lengths, story, write

NEAR = PROFILE.model_copy(update={"dedup": Dedup()})
TOLD = stories(12)
FULL = f"{WWW}/a/one.htm"


def settled(
    folder: Path, pages: list[PageReading], profile: SiteProfile = NEAR
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Articles and duplicates by their addresses."""
    others = [
        story(f"{WWW}/other/{number}.htm", text(one), title=f"Other {number}") for number, one in enumerate(TOLD[1:])
    ]
    write(folder, [*pages, *others], profile)
    assemble_dataset(folder, profile, Lengths())
    articles, duplicates = (
        {record["url"]: record for _, _, record in read_lines(folder / name)}
        for name in ("articles.jsonl", "duplicates.jsonl")
    )
    assert {page.capture.url for page in (*pages, *others)} == articles.keys() | duplicates.keys()
    for copy in duplicates.values():
        assert not list(problems(SCHEMAS["duplicates.jsonl"], copy))
        assert copy["url"] in next(one for one in articles.values() if one["id"] == copy["of"])["aliases"]
    return articles, duplicates


@pytest.mark.parametrize("first", [True, False])
def test_the_beginning_of_a_story_is_folded_into_the_whole(tmp_path: Path, first: bool) -> None:
    teaser = story(f"{WWW}/b/two.asp", text(TOLD[0][:3]), title="Another headline")
    pages = [teaser, story(FULL, text(TOLD[0]), title="Title")]
    articles, duplicates = settled(tmp_path, pages if first else pages[::-1])
    assert duplicates.keys() == {f"{WWW}/b/two.asp"}
    copy = duplicates[f"{WWW}/b/two.asp"]
    assert (copy["of"], copy["kind"], copy["similarity"]) == (articles[FULL]["id"], "truncated_of", 1.0)
    assert copy["reason"].endswith(f"numbers; {FULL} is kept: its text is whole")
    assert articles[FULL]["text"] == text(TOLD[0])


def test_a_copy_beside_its_story_is_no_mirror_though_their_host_repeats_another_one(tmp_path: Path) -> None:
    mirror = "http://mirror.portal.test"
    cut = story(f"{mirror}/b/cut.htm", text(TOLD[0][:3]), title="Another headline")
    articles, duplicates = settled(tmp_path, [cut, story(f"{mirror}/a/one.htm", text(TOLD[0]), title="Title")])
    (copy,) = duplicates.values()
    assert (copy["of"], copy["kind"]) == (articles[f"{mirror}/a/one.htm"]["id"], "truncated_of")


def test_an_updated_story_is_a_revision_of_the_one_that_is_kept(tmp_path: Path) -> None:
    (fresh,) = stories(1, seed=7, paragraphs=1)
    updated = story(f"{WWW}/b/two.asp", text([*TOLD[0][:2], *fresh, *TOLD[0][3:]]), title="Title (Updated)")
    articles, duplicates = settled(tmp_path, [story(FULL, text(TOLD[0]), title="Title"), updated])
    (copy,) = duplicates.values()
    kept = articles.get(FULL) or articles[updated.capture.url]  # the longer one
    assert (copy["kind"], copy["of"]) == ("revision_of", kept["id"])
    assert copy["reason"].endswith(f"; {kept['url']} is kept: its text is longer")
    assert 0.5 < copy["similarity"] < 1


def test_stories_of_one_template_stay_apart(tmp_path: Path) -> None:
    told = [story(f"{WWW}/rates/{number}.htm", one, title="Exchange rates") for number, one in enumerate(rates(5))]
    articles, duplicates = settled(tmp_path, told)
    assert duplicates == {}
    assert len(articles) == 5 + len(TOLD) - 1


def test_a_story_on_one_page_is_folded_into_the_one_on_several(tmp_path: Path) -> None:
    urls = tuple(f"{WWW}/s/{part}.htm" for part in (1, 2))
    parts = [
        story(urls[0], text(TOLD[0][:3]), title="Title", pager=urls, part=1),
        story(urls[1], text(TOLD[0][3:]), title="Title", pager=urls, part=2),
    ]
    articles, duplicates = settled(tmp_path, [*parts, story(FULL, text(TOLD[0]), title="Title")])
    assert articles[urls[0]]["text"] == text(TOLD[0])
    assert {url: copy["kind"] for url, copy in duplicates.items()} == {urls[1]: "part", FULL: "revision_of"}


@pytest.mark.parametrize("copy", ["cut", "whole"])
def test_a_merge_that_the_profile_undoes_stays_undone(tmp_path: Path, copy: str) -> None:
    """Also of equal texts, and where a third page is a copy of both."""
    told, other, third = (f"{WWW}/{name}.htm" for name in ("a/one", "b/two", "c/three"))
    pages = [
        story(told, text(TOLD[0]), title="Title"),
        story(other, text(TOLD[0][:3] if copy == "cut" else TOLD[0]), title="Title"),
        story(third, text(TOLD[0]), title="Title"),
    ]
    profile = NEAR.model_copy(update={"dedup": Dedup(apart=((told, other.replace("http:", "https:")),))})
    articles, duplicates = settled(tmp_path, pages, profile)
    assert {told, other} <= articles.keys()
    assert duplicates.keys() == {third}


@pytest.mark.parametrize("near", [True, False])
def test_copies_of_which_none_may_be_one_with_the_first_are_one_story(tmp_path: Path, near: bool) -> None:
    """The first page is held apart from all others, which have the same text."""
    urls = [f"{WWW}/{name}/one.htm" for name in "abcd"]
    apart = tuple((urls[0], url) for url in urls[1:])
    profile = NEAR.model_copy(update={"dedup": Dedup(near_duplicates=near, apart=apart)})
    articles, duplicates = settled(tmp_path, [story(url, text(TOLD[0]), title="Title") for url in urls], profile)
    assert urls[0] in articles
    assert {copy["of"] for copy in duplicates.values()} == {articles[urls[1]]["id"]}
    assert sorted(duplicates) == urls[2:]


def test_stories_that_differ_in_numbers_alone_stay_apart_however_few_they_are(tmp_path: Path) -> None:
    told = (
        "On day {0} of the year {1}, the ferry crossed the river {0} times before noon, and the harbour office, which"
        " had asked for {1} more boats, wrote to the ministry that the old bridge has to be mended before autumn."
    )
    pages = [
        story(f"{WWW}/ferry/{number}.htm", "\n\n".join(told.format(number, year) for year in range(9)))
        for number in range(5)
    ]
    articles, duplicates = settled(tmp_path, pages)
    assert {page.capture.url for page in pages} <= articles.keys()
    assert not duplicates

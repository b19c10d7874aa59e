"""Whatever pages a crawl brings, and in whatever order, the settled dataset is the same and adds up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_crawler.reading import PageReading
from portal_crawler.records.assemble import assemble_dataset
from portal_crawler.records.jsonl import read_lines
from portal_crawler.sites.profile import Dedup, SiteProfile
from tests.story_readings import PROFILE, TEXT, WWW, Lengths, redirect, story, write

_HOSTS = ("http://www.portal.test", "http://portal.test", "http://mirror.portal.test", "http://clone.test")
_PATHS = (
    "/a/5000.htm",
    "/A//5000.htm",
    "/a/5000.htm?from=rss",
    "/print/5000.htm",
    "/archive/content_105000.htm",
    "/a/6000.htm",
)
_TEXTS = (
    TEXT,
    TEXT.upper().replace("\n\n", "\n"),
    TEXT.replace("Friday", "Monday"),
    TEXT + "\n\nA paragraph more, added by an editor on the day after, with a few new words.",
    "Another story of a bridge in the north which was opened by a minister on a cold day of January.",
    "Photo",
)
_PARTS = tuple(f"{WWW}/a/7000{suffix}.htm" for suffix in ("", "_2", "_3"))

_stories = st.builds(
    lambda host, path, text, title, canonical: story(host + path, text, title=title, canonical=canonical),
    st.sampled_from(_HOSTS),
    st.sampled_from(_PATHS),
    st.sampled_from(_TEXTS),
    st.sampled_from(("Title", "Title (2)", "")),
    st.sampled_from((None, f"{WWW}/a/5000.htm", f"{WWW}/")),
)
_parts = st.builds(
    lambda place, text: story(_PARTS[place], f"{text} Part {place}.", pager=_PARTS, part=place + 1),
    st.integers(0, 2),
    st.sampled_from(_TEXTS[:5]),
)
_redirects = st.builds(
    lambda one, other: redirect(f"http://portal.test/old{one}", f"{WWW}{other}"),
    st.integers(0, 3),
    st.sampled_from((*_PATHS, "/old1")),
)


def settled(pages: Sequence[PageReading], profile: SiteProfile) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, pages)
        assemble_dataset(folder, profile, Lengths())
        files = (folder / "articles.jsonl", folder / "duplicates.jsonl")
        articles, duplicates = ([record for _, _, record in read_lines(file)] for file in files)
        return articles, duplicates


@settings(max_examples=40, deadline=None)
@given(st.data(), st.booleans())
def test_order_plays_no_part_and_every_page_is_in_one_place(data: st.DataObject, near: bool) -> None:
    drawn = data.draw(
        st.lists(st.one_of(_stories, _parts, _redirects), max_size=12, unique_by=lambda page: page.url_key)
    )
    urls = st.sampled_from([page.capture.url for page in drawn] or [f"{WWW}/"])
    apart = data.draw(st.lists(st.tuples(urls, urls), max_size=3))
    profile = PROFILE.model_copy(update={"dedup": Dedup(near_duplicates=near, apart=tuple(apart))})
    articles, duplicates = settled(drawn, profile)
    assert settled(data.draw(st.permutations(drawn)), profile) == (articles, duplicates)
    pages = sorted(page.url_key for page in drawn if page.is_article)
    assert sorted(record["url_key"] for record in articles + duplicates) == pages
    assert {copy["of"] for copy in duplicates} <= {article["id"] for article in articles}
    for copy in duplicates:
        kept = next(article for article in articles if article["id"] == copy["of"])
        assert copy["url"] in kept["aliases"]
        assert copy["reason"]
        assert copy["kind"] == "part" or copy["similarity"] > 0


@pytest.mark.parametrize("near", [True, False])
def test_order_plays_no_part_in_whose_copy_a_page_is_where_two_stories_are_held_apart(near: bool) -> None:
    one, other, third = urls = [f"{WWW}/{name}/one.htm" for name in "abc"]
    profile = PROFILE.model_copy(update={"dedup": Dedup(near_duplicates=near, apart=((one, other),))})
    for order in permutations(urls):
        articles, duplicates = settled([story(url, TEXT) for url in order], profile)
        assert [article["url"] for article in articles] == [one, other]
        assert [(copy["url"], copy["of"]) for copy in duplicates] == [(third, articles[0]["id"])]

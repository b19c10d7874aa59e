"""What was taken down does not come back: in crawls tied to the one it was taken out of, and in later ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from portal_crawler.frontier.scope import ScopeRule
from portal_crawler.frontier.starts import seeds
from portal_crawler.records.manifest_json import read_crawl
from portal_crawler.sites.profile_toml import save_profile
from portal_crawler.urls import NO_RULES
from tests.served_portal import HOST
from tests.takedown.crawls import BRIDGE_URL, DIKE_URL, FERRY_URL, FIRST_CRAWL, SECOND_CRAWL, crawl, lines, run, urls
from tests.takedown.story_portal import CHINESE, FERRY, FIRST, Page, StoryPortal, story
from tests.takedown.text_search import found_in

_MORE = "A small crowd waited on the quay until the lights of the vessel had gone out behind the breakwater."


@pytest.fixture
def room(twice: Path, tmp_path: Path, portal: StoryPortal) -> Path:
    shutil.copytree(twice, tmp_path / "room", symlinks=True)
    save_profile(portal.profile(), tmp_path / "room/site.toml")
    return tmp_path / "room"


@pytest.mark.parametrize("named", [FIRST_CRAWL, SECOND_CRAWL], ids=["the first is named", "the second is named"])
def test_crawls_that_go_on_from_each_other_are_changed_together(room: Path, named: Path) -> None:
    run("takedown", FERRY_URL, BRIDGE_URL, "--in", named, at=room)
    assert found_in(room, (*FERRY, *CHINESE)) == []
    for one in (FIRST_CRAWL, SECOND_CRAWL):
        run("verify", one, at=room)
        assert [stone["url"] for stone in lines(room / one / "takedowns.jsonl")] == [FERRY_URL, BRIDGE_URL]


def test_a_story_that_an_earlier_crawl_had_stands_for_itself_where_only_that_page_goes(room: Path) -> None:
    run("takedown", FERRY_URL, "--only-this-address", "--quotes", "keep", at=room)
    for one in (FIRST_CRAWL, SECOND_CRAWL):
        assert "/print/ferry.htm" in urls(room / one / "articles.jsonl")
        run("verify", one, at=room)


def test_later_crawls_leave_the_address_the_bytes_and_the_text_alone(room: Path, portal: StoryPortal) -> None:
    run("takedown", FERRY_URL, "--reason", "asked for", at=room)
    bytes_again = portal.pages["/print/ferry.htm"]
    portal.pages["/rss.xml"] = Page(b"<rss version='2.0'><channel><title>News</title></channel></rss>", "text/xml")
    portal.pages["/copy/bytes.htm"] = bytes_again
    portal.pages["/copy/text.htm"] = Page(
        story("Under another headline", FERRY, "<p>All rights reserved.</p>").encode()
    )
    portal.pages["/copy/near.htm"] = Page(story("With a word more", (*FERRY, _MORE)).encode("utf-16"), "text/html")
    copies = "".join(f"<li><a href='/copy/{one}.htm'>One more</a></li>" for one in ("bytes", "text", "near"))
    home = portal.pages["/"].body.replace(b"</ul>", copies.encode() + b"</ul>")
    portal.pages["/"] = Page(home)
    for name, more in (("third", ("--since", SECOND_CRAWL)), ("fresh", ())):
        out = room / "data/crawls/stories" / name
        portal.asked.clear()
        crawl("site.toml", "--out", out, *more, at=room)
        assert not {"/news/ferry.htm", "/print/ferry.htm"} & set(portal.asked)
        assert "/copy/near.htm" in portal.asked
        assert found_in(out, (*FERRY, _MORE)) == []
        run("verify", out, at=room)
        told = {one["url"].removeprefix(HOST): one for one in lines(out / "skipped.jsonl")}
        for path in ("/news/ferry.htm", "/copy/bytes.htm", "/copy/text.htm", "/copy/near.htm"):
            assert told[path]["reason"] == "takedown", path
            assert told[path]["rule"].endswith(": asked for"), path
        assert "/long/dike.htm" in urls(out / "articles.jsonl")
        assert (read_crawl(out) or {})["finish_reason"] == "finished"


def test_archives_of_others_are_read_without_it(room: Path, tmp_path: Path) -> None:
    shutil.copytree(room / FIRST_CRAWL / "archive", tmp_path / "foreign")
    (archive,) = (tmp_path / "foreign").iterdir()
    run("takedown", FERRY_URL, at=room)
    assert "taken down" in run("replay", archive, "--out", "again", at=room)[1]
    assert "taken down" in run("build", archive, "--out", "built", "--jobs", "1", at=room)[1]
    run("verify", "built", at=room)
    for made in (room / "again", room / "built"):
        assert "/news/ferry.htm" not in urls(made / "pages.jsonl")
        assert "/long/dike.htm" in urls(made / "pages.jsonl")


@pytest.mark.parametrize("command", ["build", "replay"])
def test_records_that_were_read_from_crawls_go_with_them(room: Path, command: str) -> None:
    run(command, FIRST_CRAWL, "--out", "data/crawls/stories/built", "--jobs", "1", at=room)
    run("takedown", FERRY_URL, at=room)
    assert found_in(room, FERRY) == []
    assert {sentence for _, sentence in found_in(room / "data/crawls/stories/built", FIRST)} == set(FIRST)
    for one in (FIRST_CRAWL, "data/crawls/stories/built"):
        run("verify", one, at=room)


@pytest.mark.parametrize("command", ["build", "replay"])
def test_what_a_named_crawl_took_down_is_not_read_from_a_copy_of_its_archive(
    room: Path, tmp_path: Path, command: str
) -> None:
    shutil.copytree(room / FIRST_CRAWL / "archive", tmp_path / "foreign")
    (archive,) = (tmp_path / "foreign").iterdir()
    run("takedown", FERRY_URL, at=room)
    (tmp_path / "elsewhere").mkdir()
    told = run(command, room / FIRST_CRAWL, archive, "--out", "made", "--jobs", "1", at=tmp_path / "elsewhere")
    assert "taken down" in told[1]
    assert "/news/ferry.htm" not in urls(tmp_path / "elsewhere/made/pages.jsonl")
    run("verify", "made", at=tmp_path / "elsewhere")


def test_places_move_in_archives_of_crawls_whose_files_have_one_name(room: Path, tmp_path: Path) -> None:
    there, third = tmp_path / "there" / FIRST_CRAWL, FIRST_CRAWL.with_name("third")
    shutil.copytree(room / FIRST_CRAWL, there)
    run("takedown", DIKE_URL, "--only-this-address", at=tmp_path / "there")
    (there / "takedowns.jsonl").unlink()  # which would keep the page out of the build
    there.rename(room / third)
    built = FIRST_CRAWL.with_name("built")
    run("build", third, FIRST_CRAWL, "--out", built, "--jobs", "1", at=room)
    assert [page["warc_file"][0] for page in lines(room / built / "pages.jsonl") if page["url"] == DIKE_URL] == ["2"]
    run("takedown", FERRY_URL, at=room)
    run("verify", built, at=room)
    assert "/long/dike.htm" in urls(room / built / "pages.jsonl")


def test_a_seed_that_was_taken_down_is_skipped_like_any_other_address(portal: StoryPortal) -> None:
    profile = portal.profile().model_copy(update={"seeds": (FERRY_URL, f"{HOST}/news/1.htm")})
    key = "test,portal,www)/news/ferry.htm"
    scope = ScopeRule(profile, {key: "taken down on 2026-11-28: asked for"}.get)
    first, second = seeds(profile, scope, NO_RULES)
    assert (first.url_key, first.reason, first.rule) == (key, "takedown", "taken down on 2026-11-28: asked for")
    assert second.reason is None


def test_a_crawl_whose_every_start_was_taken_down_comes_to_its_end(room: Path, portal: StoryPortal) -> None:
    """It asks for nothing, so that it has no archive whose pages could be read again."""
    run("takedown", FERRY_URL, "--reason", "asked for", at=room)
    save_profile(portal.profile().model_copy(update={"seeds": (FERRY_URL,), "name": "one"}), room / "one.toml")
    portal.asked.clear()
    crawl("one.toml", "--out", "one", at=room)
    assert not portal.asked
    assert [line["reason"] for line in lines(room / "one/skipped.jsonl")] == ["takedown"]
    run("verify", "one", at=room)
    crawl("one.toml", "--since", "one", "--out", "next", at=room)
    run("verify", "next", at=room)

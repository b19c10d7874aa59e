"""A page is taken out of a crawl: nothing of its text is left, everything else holds together."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.archive.wacz_write import write_wacz
from portal_crawler.catalog.build_sqlite import update
from portal_crawler.catalog.place_disk import CATALOG, locked, remove_catalog
from portal_crawler.errors import StateError
from portal_crawler.records import wacz_of_crawl
from portal_crawler.records.takedown_journal_json import commit_takedown
from portal_crawler.records.wacz_of_crawl import ended_crawl, pack_crawl
from portal_crawler.takedown import operation
from tests.served_portal import HOST
from tests.takedown.crawls import (
    BRIDGE_URL,
    DIKE_URL,
    FERRY_URL,
    FIRST_CRAWL,
    PRINT_URL,
    SECOND_CRAWL,
    content,
    lines,
    run,
    urls,
)
from tests.takedown.story_portal import ALL, CHINESE, FERRY, FIRST, SECOND
from tests.takedown.text_search import found_in


@pytest.fixture
def room(twice: Path, tmp_path: Path) -> Path:
    shutil.copytree(twice, tmp_path / "room", symlinks=True, ignore=shutil.ignore_patterns("second"))
    return tmp_path / "room"


@pytest.fixture
def crawl(room: Path) -> Path:
    return room / FIRST_CRAWL


def test_the_search_finds_the_text_in_every_form_before_it_is_taken_down(crawl: Path, room: Path) -> None:
    places = {place for place, _ in found_in(room, ALL)}
    for expected in ("articles.jsonl: raw", "work/stories.jsonl: raw", "response", "without chunk lengths", "its body"):
        assert any(expected in place for place in places), expected
    assert {sentence for _, sentence in found_in(room, ALL)} == set(ALL)


def test_no_byte_of_the_text_is_left_and_verify_passes(crawl: Path, room: Path) -> None:
    run("wacz", crawl, at=room)
    assert list(crawl.glob("*.wacz"))
    run("replay", crawl, at=room)
    run("graph", "build", crawl, at=room)
    before = urls(crawl / "pages.jsonl")
    run("takedown", FERRY_URL, BRIDGE_URL, DIKE_URL, "--reason", "asked by the author", at=room)
    assert found_in(room, ALL) == []
    run("verify", crawl, at=room)
    gone = {"/news/ferry.htm", "/print/ferry.htm", "/zh/bridge.htm", "/long/dike.htm", "/long/dike_2.htm"}
    assert urls(crawl / "pages.jsonl") == before - gone
    assert urls(crawl / "articles.jsonl") == {f"/news/{number}.htm" for number in range(1, 7)}
    for derived in ("graph", "generations"):
        assert not (crawl / derived).exists()
    assert list(crawl.glob("*.wacz")) == []
    run("wacz", crawl, at=room)
    run("verify", next(crawl.glob("*.wacz")), at=room)


def test_a_catalog_and_a_package_that_a_dashboard_makes_meanwhile_do_not_stay(
    crawl: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def commit(*given: Any) -> None:
        made.append(update(crawl))
        pack_crawl(ended_crawl(crawl), crawl / "replay.wacz")
        commit_takedown(*given)

    monkeypatch.setattr(operation, "commit_takedown", commit)
    run("takedown", FERRY_URL, "--reason", "asked by the author", at=room)
    assert made == [crawl / CATALOG]
    assert not (crawl / CATALOG).exists()
    assert found_in(room, FERRY) == []


def test_a_package_that_was_begun_before_a_takedown_is_given_up(
    crawl: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(*given: Any) -> Any:
        package = write_wacz(*given)
        run("takedown", FERRY_URL, "--reason", "asked by the author", at=room)
        return package

    monkeypatch.setattr(wacz_of_crawl, "write_wacz", written)
    with pytest.raises(StateError, match="was changed while it was packed"):
        pack_crawl(ended_crawl(crawl), room / "mine.wacz")
    assert not (room / "mine.wacz").exists()


def test_a_catalog_that_is_being_made_is_waited_for(crawl: Path) -> None:
    path = update(crawl)
    removal = threading.Thread(target=remove_catalog, args=(crawl,))
    with locked(path):
        removal.start()
        removal.join(0.3)
        assert removal.is_alive()
    removal.join(10)
    assert not path.exists()


def test_why_not_says_of_crawls_and_builds_that_a_page_was_taken_down(crawl: Path, room: Path) -> None:
    run("build", crawl, "--out", "built", "--jobs", "1", at=room)
    run("takedown", FERRY_URL, "--in", crawl, "--in", "built", "--reason", "asked by the author", at=room)
    for folder in (crawl, "built"):
        said = run("why-not", folder, FERRY_URL, at=room)[0]
        assert said.startswith("taken down: taken down on 20"), folder
        assert said.endswith(": asked by the author\n"), folder
        assert ": asked by the author\n" in run("why", folder, FERRY_URL, at=room)[0], folder


@pytest.mark.parametrize(
    ("url", "text", "stays"),
    [
        (FERRY_URL, FERRY, CHINESE),
        (PRINT_URL, FERRY, FIRST),
        (BRIDGE_URL, CHINESE, FERRY),
        (DIKE_URL, FIRST + SECOND, FERRY),
    ],
    ids=["copies", "by its print version", "GBK and gzip", "two pages"],
)
def test_one_story_goes_and_the_others_stay(
    crawl: Path, room: Path, url: str, text: tuple[str, ...], stays: tuple[str, ...]
) -> None:
    run("takedown", url, "--in", crawl, at=room)
    assert found_in(room, text) == []
    assert {sentence for _, sentence in found_in(room, stays)} == set(stays)
    run("verify", crawl, at=room)


def test_what_a_dry_run_lists_is_what_goes_and_it_changes_nothing(crawl: Path, room: Path) -> None:
    before = content(room)
    told = json.loads(run("takedown", FERRY_URL, "--dry-run", "--json", at=room)[0])
    assert content(room) == before
    done = json.loads(run("takedown", FERRY_URL, "--json", at=room)[0])
    assert {**told, "done": True} == done
    records = sum(one["records"] for one in told["archives"])
    assert lines(crawl / "takedowns.jsonl")[0]["records_removed"] == records
    assert {page["url"] for page in told["stories"][0]["pages"]} == {FERRY_URL, PRINT_URL}
    assert [(one["url"], one["goes"]) for one in told["quoting"]] == [(f"{HOST}/rss.xml", True)]


def test_the_tombstone_and_the_files_tell_of_it(crawl: Path, room: Path) -> None:
    run("takedown", FERRY_URL, "--reason", "a court order", "--by", "The Court", at=room)
    told = run("why-not", crawl, PRINT_URL, at=room)[0]
    assert told.startswith("taken down: taken down on ")
    assert told.rstrip().endswith(": a court order")
    (stone,) = lines(crawl / "takedowns.jsonl")
    assert (stone["url"], stone["reason"], stone["by"]) == (FERRY_URL, "a court order", "The Court")
    assert stone["url_keys"] == ["test,portal,www)/news/ferry.htm", "test,portal,www)/print/ferry.htm"]
    assert stone["also_removed"] == ["test,portal,www)/rss.xml"]
    (shared,) = lines(room / "data/takedowns.jsonl")
    assert shared["url_keys"] == stone["url_keys"]
    skips = {one["url"]: one for one in lines(crawl / "skipped.jsonl") if one["reason"] == "takedown"}
    assert set(skips) == {FERRY_URL, PRINT_URL}
    (feed,) = (one for one in lines(crawl / "pages.jsonl") if one["url"] == f"{HOST}/rss.xml")
    assert (feed["warc_file"], feed["warc_offset"], feed["warc_record_id"]) == (None, None, None)
    anchors = [one for one in lines(crawl / "links.jsonl") if one["target_url"] == FERRY_URL]
    assert anchors
    assert all((one["text"], one["context"]) == ("", None) for one in anchors)


def test_a_second_takedown_of_the_same_address_does_nothing(crawl: Path, room: Path) -> None:
    run("takedown", FERRY_URL, at=room)
    before = content(room)
    assert "was taken down before" in run("takedown", FERRY_URL, at=room)[1]
    assert content(room) == before


def test_two_takedowns_one_after_the_other_hold_together(crawl: Path, room: Path) -> None:
    run("takedown", FERRY_URL, at=room)
    run("takedown", DIKE_URL, at=room)
    assert found_in(room, (*FERRY, *FIRST, *SECOND)) == []
    assert [one["url"] for one in lines(crawl / "takedowns.jsonl")] == [FERRY_URL, DIKE_URL]
    run("verify", crawl, at=room)


def test_only_the_address_goes_if_so_wished_and_a_copy_stands_for_the_story(crawl: Path, room: Path) -> None:
    run("takedown", FERRY_URL, "--only-this-address", "--quotes", "keep", "--keep-anchors", at=room)
    assert "/print/ferry.htm" in urls(crawl / "articles.jsonl")
    assert "/news/ferry.htm" not in urls(crawl / "pages.jsonl")
    assert "/rss.xml" in urls(crawl / "pages.jsonl")
    assert any(one["text"] for one in lines(crawl / "links.jsonl") if one["target_url"] == FERRY_URL)
    run("verify", crawl, at=room)


def test_pages_that_quote_it_are_told_where_they_stay(crawl: Path, room: Path) -> None:
    said = run("takedown", FERRY_URL, "--quotes", "keep", at=room)[1]
    assert f"stays: {HOST}/rss.xml holds 1 sentence of it" in said
    assert {place.split(":")[0] for place, _ in found_in(crawl, FERRY)} == {
        next((crawl / "archive").iterdir()).relative_to(crawl).as_posix()
    }
    run("verify", crawl, at=room)


def test_addresses_come_from_a_file_too(crawl: Path, room: Path) -> None:
    (room / "list.txt").write_text(f"# asked for on Monday\n{FERRY_URL}\n\n{BRIDGE_URL}\n", encoding="utf-8")
    run("takedown", "--urls", "list.txt", at=room)
    assert found_in(crawl, (*FERRY, *CHINESE)) == []
    run("verify", crawl, at=room)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("http://www.portal.test/nowhere.htm",), 2, "is no page of the crawl that was looked at"),
        (("ferry.htm",), 2, "is no http or https address"),
        ((FERRY_URL, "--in", "nowhere"), 2, "is not a crawl's folder"),
        (("--urls", "nothing.txt"), 2, "nothing.txt"),
        ((), 2, "has nothing to do"),
    ],
    ids=["an address of no crawl", "no address", "no crawl", "no file", "nothing asked for"],
)
def test_a_wrong_wish_is_told_in_one_line_and_changes_nothing(
    room: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    before = content(room)
    error = run("takedown", *arguments, at=room, code=code)[1]
    assert said in error
    assert len(error.splitlines()) == 1
    assert content(room) == before


def test_what_was_made_under_another_name_goes_and_files_of_somebody_are_no_part_of_the_sums(
    crawl: Path, room: Path
) -> None:
    run("wacz", crawl, at=room)
    (crawl / "packages").mkdir()
    next(crawl.glob("*.wacz")).rename(crawl / "packages" / "mine.wacz")
    run("dataset", crawl, "--to", "jsonl", "-o", crawl / "mine", at=room)
    (crawl / "notes").mkdir()
    (crawl / "notes" / "mine.txt").write_text("one")
    out, _ = run("takedown", FERRY_URL, BRIDGE_URL, DIKE_URL, at=room)
    assert f"remove   {FIRST_CRAWL / 'mine'}  made again by" in out
    assert found_in(room, ALL) == []
    assert (crawl / "notes" / "mine.txt").read_text() == "one"
    (crawl / "notes" / "mine.txt").write_text("two")
    run("dataset", crawl, "--to", "jsonl", "-o", crawl / "mine", at=room)
    run("verify", crawl, at=room)


def test_a_crawl_that_lies_right_in_the_folder_of_crawls_is_looked_at(crawl: Path, room: Path) -> None:
    crawl.rename(room / "data" / "crawls" / "alone")
    shutil.rmtree(crawl.parent)
    _, said = run("takedown", FERRY_URL, at=room)
    assert "of 1 crawl" in said
    assert found_in(room, FERRY) == []


def test_a_copy_that_is_named_too_is_counted_once(room: Path) -> None:
    told = [run("takedown", *named, "--dry-run", at=room) for named in ([FERRY_URL], [FERRY_URL, PRINT_URL])]
    assert told[0] == told[1]


def test_files_elsewhere_are_said_not_to_be_looked_for(room: Path) -> None:
    _, said = run("takedown", FERRY_URL, "--dry-run", at=room)
    assert "not looked for: datasets, packages and reports outside of these folders" in said


def test_a_crawl_in_another_folder_of_the_workspace_that_goes_on_from_it_is_changed_with_it(
    twice: Path, tmp_path: Path
) -> None:
    room = tmp_path / "room"
    shutil.copytree(twice, room, symlinks=True)
    later = room / "data" / "crawls" / "later"
    (room / SECOND_CRAWL).rename(later)
    told = json.loads((later / "crawl.json").read_text())
    (later / "crawl.json").write_text(json.dumps(told | {"since": "../stories/first"}))
    _, said = run("takedown", FERRY_URL, "--in", room / FIRST_CRAWL, "--dry-run", at=tmp_path)
    assert "of 2 crawls" in said

"""Crawls with odd names and damaged files: each of them harms its own pages at most, never those of the others."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html
from prometheus_client.parser import text_string_to_metric_families

from portal_crawler.catalog.build_sqlite import Progress, update
from portal_crawler.catalog.place_disk import catalog_path
from portal_crawler.cli.graph import export as graph_export
from portal_crawler.web import catalog_keeper
from portal_crawler.web.crawl_shelf import CrawlShelf
from portal_crawler.web.zipped import zipped
from tests.engine.test_control import until
from tests.settled_crawl import crawl, finish, portal
from tests.web.desk_process import DeskProcess, desk_process

ODD_FACTS = {"profile": ["p"], "started": 5, "finished": "nope", "counts": [1], "finish_reason": {"a": 1}, "seeds": 3}
ODD_FACTS |= {"seconds": "long", "command": 7, "versions": "all"}
GBK = os.fsdecode("新闻".encode("gbk"))
NAMES = ("portal", "copy/portal", 'a b "q" %41 中文 <b>', GBK, "new\nline\\x")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("crawls")
    crawl(home / "portal", portal())
    finish(home / "portal")
    assert not (home / "portal" / "report").exists()
    for name in (*NAMES[1:], "odd-facts", "no-ledger", "odd-lock", "put-back"):
        shutil.copytree(home / "portal", home / name)
    (home / "odd-facts" / "crawl.json").write_text(json.dumps(ODD_FACTS), encoding="utf-8")
    facts = json.loads((home / "portal" / "crawl.json").read_bytes())
    (home / "put-back" / "crawl.json").write_text(json.dumps({**facts, "seconds": -3600.0}), encoding="utf-8")
    (home / "no-ledger" / "ledger.sqlite").write_bytes(b"no database" * 1000)
    (home / "odd-lock" / "crawl.json").unlink()
    (home / "odd-lock" / "ledger.lock").write_text("9" * 30, encoding="ascii")
    return home


@pytest.fixture(scope="module")
def desk(place: Path) -> Iterator[DeskProcess]:
    with desk_process(place, "--no-replay") as served:
        yield served


def test_one_odd_crawl_keeps_no_other_from_being_listed_found_and_counted(desk: DeskProcess) -> None:
    listed = desk.ask("/")
    assert listed.status == 200
    assert listed.text.count('<input type="radio" name="a"') == len(NAMES) + 4
    assert desk.ask("/search?q=story").status == 200
    assert desk.ask("/metrics").status == 200


def test_no_crawl_is_shown_as_one_that_took_less_than_no_time(desk: DeskProcess) -> None:
    assert "-3600" not in desk.ask("/").text, "an older program wrote it while the clock was put back"
    assert "-3600" not in desk.ask("/crawls/put-back").text


@pytest.mark.parametrize("name", ["odd-facts", "odd-lock", "%EF%BF%BD" * 4, "new%EF%BF%BDline%EF%BF%BDx"])
def test_an_odd_crawl_has_its_pages(desk: DeskProcess, name: str) -> None:
    for path in ("", "/live", "/pages", "/exports"):
        answered = desk.ask(f"/crawls/{name}{path}")
        assert answered.status in (200, 202), (path, answered.text[-600:])


def _damaged(place: Path, name: str, *, with_catalog: bool) -> Path:
    folder = place / name
    shutil.copytree(place.parent / "whole", folder)
    if with_catalog:
        update(folder)
    path = folder / "articles.jsonl"
    path.write_bytes(b"[1, 2\n" + path.read_bytes())
    return folder


def test_a_crawl_whose_records_cannot_be_read_says_so_and_is_named_by_the_search_in_all(tmp_path: Path) -> None:
    crawl(tmp_path / "whole", portal())
    finish(tmp_path / "whole")
    place = tmp_path / "crawls"
    shutil.copytree(tmp_path / "whole", place / "whole")
    fresh = _damaged(place, "fresh", with_catalog=False)
    _damaged(place, "former", with_catalog=True)
    with desk_process(place, "--no-replay") as desk:
        for name in ("fresh", "former"):
            for _ in range(2):
                answered = desk.ask(f"/crawls/{name}/articles")
                assert answered.status == 500
                assert "holds a line that is no record" in answered.text
        until(lambda: "Not searched" in desk.ask("/search?q=story").text)
        until(lambda: "/crawls/whole/articles/" in desk.ask("/search?q=story").text)
        page = re.search(r"/crawls/whole/pages/[0-9a-f]{16}", desk.ask("/crawls/whole/pages").text)
        assert page is not None
        versions = desk.ask(f"{page[0]}/versions").text
        assert "say why): former, fresh" in versions or "say why): fresh, former" in versions
        searched = desk.ask("/search?q=story").text
        assert "say why): former, fresh" in searched or "say why): fresh, former" in searched
        assert "/crawls/whole/articles/" in searched
        shutil.copyfile(tmp_path / "whole" / "articles.jsonl", fresh / "articles.jsonl")
        until(lambda: desk.ask("/crawls/fresh/articles").status == 200)


def test_a_comparison_that_fails_says_so_and_is_no_answer(tmp_path: Path) -> None:
    crawl(tmp_path / "one", portal())
    finish(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with (tmp_path / "two" / "articles.jsonl").open("a") as file:
        file.write('{"id": 5}\n')
    with desk_process(tmp_path, "--no-replay") as desk:
        until(lambda: desk.ask("/compare?a=one&b=two").status != 202)
        for _ in range(2):
            told = desk.ask("/compare?a=one&b=two")
            assert told.status == 500
            assert re.search(r"two/articles\.jsonl, line \d+</bdi></b>: has no field url_key<", told.text)


def test_a_catalog_that_is_damaged_is_made_again_or_told(tmp_path: Path) -> None:
    crawl(tmp_path / "one", portal())
    finish(tmp_path / "one")
    path = update(tmp_path / "one")
    whole = path.read_bytes()
    with desk_process(tmp_path, "--no-replay") as desk:
        listed = desk.ask("/crawls/one/articles").text
        path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
        until(lambda: desk.ask("/crawls/one/articles").status == 200)
        assert desk.ask("/crawls/one/articles").text == listed
        with closing(sqlite3.connect(path)) as db:
            root, size = db.execute(
                "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master WHERE name = 'article'"
            ).fetchone()
        with path.open("r+b") as file:
            file.seek((root - 1) * size)
            file.write(b"\xff" * size)
        told = desk.ask("/crawls/one/articles")
        assert told.status == 500
        assert "it is made again from its files" in told.text


def test_a_crawl_that_is_being_removed_is_none_and_nothing_is_made_in_it(tmp_path: Path) -> None:
    crawl(tmp_path / "one", portal())
    finish(tmp_path / "one")
    with desk_process(tmp_path, "--no-replay") as desk:
        assert desk.ask("/crawls/one").status == 200
        for path in (tmp_path / "one").iterdir():  # as rm -r goes, which has not come to the archive yet
            if path.is_dir() and path.name != "archive":
                shutil.rmtree(path)
            elif path.name != "archive":
                path.unlink()
        for page in ("", "/live", "/pages", "/articles", "/exports", "/profile", "/search?q=story"):
            answered = desk.ask(f"/crawls/one{page}")
            assert answered.status == 404, page
            assert "is no crawl here" in answered.text
        assert [path.name for path in (tmp_path / "one").iterdir()] == ["archive"]


def test_no_page_brings_back_a_folder_of_a_crawl_that_is_being_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    one = tmp_path / "crawls" / "one"
    crawl(one, portal())
    finish(one)
    with desk_process(one.parent, "--no-replay") as desk:
        assert desk.ask("/crawls/one/pages").status == 200
        shutil.rmtree(one / "work")  # as rm -r goes, which has not come to the records yet
        for page in ("", "/live", "/pages", "/articles", "/exports", "/profile", "/search?q=story"):
            assert desk.ask(f"/crawls/one{page}").status in (200, 202), page
            assert not (one / "work").exists(), page
        assert desk.ask("/search?q=story").status == 200
        for path in one.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        one.rmdir()
        assert desk.ask("/crawls/one/pages").status == 404
    assert not one.exists()


def test_a_catalog_that_is_removed_while_it_is_made_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl(tmp_path / "one", portal())
    finish(tmp_path / "one")
    removed: list[Path] = []

    def update_without_it(folder: Path, progress: Progress) -> Path:
        def told(done: int, of: int) -> None:
            if not removed:
                catalog_path(folder).unlink()
                removed.append(folder)
            progress(done, of)

        return update(folder, told)

    monkeypatch.setattr(catalog_keeper, "update", update_without_it)
    keeper = catalog_keeper.CatalogKeeper()
    with pytest.raises(catalog_keeper.NotReadyError):
        keeper.open(tmp_path / "one", patience=10).close()
    assert removed
    with keeper.open(tmp_path / "one", patience=10) as catalog:
        assert catalog.count("page") > 0


def test_a_file_that_cannot_be_read_is_told_and_keeps_no_other_crawl_from_being_searched(tmp_path: Path) -> None:
    crawl(tmp_path / "one", portal())
    finish(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    (tmp_path / "two" / "articles.jsonl").unlink()
    (tmp_path / "two" / "articles.jsonl").mkdir()
    with desk_process(tmp_path, "--no-replay") as desk:
        told = desk.ask("/crawls/two/pages")
        assert told.status == 500
        assert "articles.jsonl</bdi></b>: cannot be read (Is a directory)" in told.text
        until(lambda: "/crawls/one/articles/" in desk.ask("/search?q=story").text)


def test_two_copies_of_a_crawl_have_no_series_in_common(desk: DeskProcess) -> None:
    families = text_string_to_metric_families(desk.ask("/metrics").text)
    series = [(one.name, *sorted(one.labels.items())) for family in families for one in family.samples]
    assert len(series) == len(set(series))
    assert {("crawl", "portal"), ("crawl", "copy~portal")} <= {label for _, *labels in series for label in labels}


def test_a_command_that_is_shown_can_be_copied_whatever_the_folder_is_called(desk: DeskProcess, place: Path) -> None:
    name = NAMES[2]
    shown: html.HtmlElement = html.document_fromstring(desk.ask(f"/crawls/{quote(name)}/exports").body)
    first, second, third = (shlex.split(line) for line in shown.xpath("string(//pre/code)").splitlines())
    folder = str(place / name)
    assert first == ["portal-crawler", "dataset", folder, "--to", "parquet", "-o", f"{folder}/dataset"]
    assert second == ["portal-crawler", "wacz", folder]
    assert third == ["portal-crawler", "graph", "export", folder, "--format", "gexf"]
    assert graph_export.make_context("export", third[3:])  # which an option that is missing would keep it from
    assert f"report {shlex.quote(folder)}" in unescape(desk.ask(f"/crawls/{quote(name)}/report").text)


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, ""])
def test_what_is_no_number_of_a_process_is_no_running_crawl(tmp_path: Path, number: str) -> None:
    (tmp_path / "ledger.lock").write_text(number, encoding="ascii")
    (tmp_path / "pages.jsonl").touch()
    (only,) = CrawlShelf([tmp_path]).crawls()
    assert only.state == "stopped"


def test_a_crawl_that_is_named_twice_is_on_the_shelf_once(tmp_path: Path) -> None:
    for name in ("1", "2"):
        (tmp_path / "portal" / name).mkdir(parents=True)
        (tmp_path / "portal" / name / "pages.jsonl").touch()
    (tmp_path / "portal" / "latest").symlink_to("2")
    places = [tmp_path / "portal" / name for name in ("1", "2", "latest")]
    assert sorted(crawl.name for crawl in CrawlShelf([*places, tmp_path]).crawls()) == ["1", "2"]


def test_a_zip_file_has_no_name_that_leads_elsewhere_on_any_system(tmp_path: Path) -> None:
    (tmp_path / "kept.csv").write_text("a", encoding="ascii")
    (tmp_path / "..\\..\\evil.bat").write_text("b", encoding="ascii")
    (tmp_path / "link").symlink_to("/etc/hostname")
    with zipfile.ZipFile(BytesIO(b"".join(zipped(tmp_path, "inside")))) as package:
        assert package.namelist() == ["inside/kept.csv"]

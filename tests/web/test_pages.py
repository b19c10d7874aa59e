"""The dashboard's pages over two crawls of a portal and one of a page in GBK, served by the real server."""

from __future__ import annotations

import re
import shutil
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from tests.catalog.crawl_files import add, article, link, page, skip
from tests.settled_crawl import crawl, finish, portal
from tests.web.conftest import ShownCrawl
from tests.web.desk_process import DeskProcess, desk_process

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
# Requests of the walk over all links: every kind of page several times, lists not to their ends.
_MOST_REQUESTS = 260
_OF_A_KIND = 5


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, shown_crawl: ShownCrawl) -> Path:
    home = tmp_path_factory.mktemp("crawls")
    pages = portal()
    crawl(home / "portal" / "one", pages)
    finish(home / "portal" / "one")
    crawl(home / "portal" / "two", dict(list(pages.items())[:-12]))
    finish(home / "portal" / "two")
    shutil.copytree(shown_crawl.folder, home / "gbk")
    hostile = home / "hostile"
    add(hostile, "pages", [page("/a", title=HOSTILE), page("/b%22%3E%3Cscript%3E", "other")])
    add(
        hostile,
        "articles",
        [article("/a", HOSTILE, f"{HOSTILE}\n\nriver", section=HOSTILE, authors=[HOSTILE], source=HOSTILE)],
    )
    add(
        hostile,
        "links",
        [
            link(
                "/b%22%3E%3Cscript%3E",
                "/a",
                text=HOSTILE,
                element="a",
                rel=[],
                context=[HOSTILE] * 2,
                internal=True,
                confidence=1.0,
            )
        ],
    )
    add(hostile, "skipped", [{**skip("/s"), "url": "javascript:alert(1)", "rule": HOSTILE}, skip("/t")])
    return home


@pytest.fixture(scope="module")
def desk(place: Path) -> Iterator[DeskProcess]:
    with desk_process(place) as served:
        yield served


def _got(desk: DeskProcess, path: str) -> html.HtmlElement:
    answered = desk.ask(path)
    assert answered.status == 200, (path, answered.status, answered.text[:500])
    return html.document_fromstring(answered.body)


def _texts(tree: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in tree.xpath(path)]


def test_every_link_of_every_page_leads_somewhere(desk: DeskProcess) -> None:
    """A walk over the dashboard's own links from its first page on: some of each kind, all answered."""
    waiting, seen, kinds = deque(["/"]), {"/"}, dict[str, int]()
    while waiting and len(seen) < _MOST_REQUESTS:
        path = waiting.popleft()
        answered = desk.ask(path)
        assert answered.status in (200, 307), (path, answered.status, answered.text[:600])
        if answered.status == 307:
            found = [answered.headers["location"]]
        elif answered.headers.get("content-type", "").startswith("text/html"):
            found = _links(answered.body, path)
        else:
            continue
        for one in found:
            kind = re.sub(r"[0-9a-f]{16,32}|~|portal|one|two|gbk|hostile", "*", one.partition("?")[0])
            if one not in seen and kinds.get(kind, 0) < _OF_A_KIND and not one.endswith("/profile"):
                kinds[kind] = kinds.get(kind, 0) + 1
                seen.add(one)
                waiting.append(one)
    assert {"/search", "/schedule"} <= {path.partition("?")[0] for path in seen}
    assert len(seen) > 60


def _links(body: bytes, path: str) -> list[str]:
    tree: html.HtmlElement = html.document_fromstring(body)
    assert len(tree.xpath("//h1")) == 1, path
    assert len(tree.xpath("//main[@id='content']")) == 1, path
    assert tree.get("lang"), path
    assert tree.xpath("string(//title)").strip(), path
    assert all(table.xpath("./caption") for table in tree.xpath("//table")), path
    assert all(
        field.xpath("ancestor::label") or field.get("type") == "hidden" for field in tree.xpath("//input|//select")
    ), path
    assert tree.xpath("//*[@style or @onclick or @onload]|//script[not(@src)]|//style") == [], path
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)), path
    found = []
    for href in tree.xpath("//a/@href"):
        target = urlsplit(urljoin(f"http://desk{path}", href))
        if target.path.startswith(("/replay/", "/player/")):  # of the second origin
            continue
        assert target.netloc == "desk", (path, href)
        found.append(target.path + (f"?{target.query}" if target.query else ""))
    return found


def test_a_list_is_sorted_filtered_and_parted_by_its_address(desk: DeskProcess) -> None:
    first = _got(desk, "/crawls/portal~one/pages?kind=article&order=address&many=20")
    rows = _texts(first, "//tbody//small")
    assert len(rows) == 20
    assert first.xpath("//th[@aria-sort='ascending']")
    second = _got(desk, first.xpath("string(//a[@rel='next']/@href)"))
    assert set(rows).isdisjoint(_texts(second, "//tbody//small"))
    back = _got(desk, second.xpath("string(//a[@rel='prev']/@href)"))
    assert _texts(back, "//tbody//small") == rows


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/crawls/nothing", 404),
        ("/crawls/portal~one/pages/0000000000000000", 404),
        ("/crawls/portal~one/pages/zz", 404),
        ("/crawls/portal~one/duplicates/0", 404),
        ("/crawls/portal~one/articles/0", 404),
        ("/crawls/portal~one/files/ledger.sqlite", 404),
        ("/crawls/portal~one/pages?at=nowhere", 400),
        ("/crawls/portal~one/pages?order=colour", 400),
        ("/crawls/portal~one/pages?many=100000", 400),
        ("/crawls/portal~one/page?url=%20", 400),
        ("/compare?a=portal~one", 400),
        ("/compare?a=portal~one&b=nothing", 404),
        ("/nowhere", 404),
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(desk: DeskProcess, path: str, status: int) -> None:
    answered = desk.ask(path)
    assert answered.status == status
    assert "<h1>" in answered.text
    assert "Traceback" not in answered.text


def test_a_word_of_two_chinese_characters_is_found_and_marked(desk: DeskProcess) -> None:
    found = _got(desk, "/crawls/gbk/search?q=%E6%B8%A1%E8%88%B9")
    assert "渡船" in _texts(found, "//mark")
    assert _texts(found, "//ol[@class='hits']//h3") == ["三湖渡船每小时一班"]


def test_a_bad_query_says_what_is_wrong_with_it(desk: DeskProcess) -> None:
    page_of_error = _got(desk, "/crawls/gbk/search?q=%22open")
    assert "quote that is not closed" in page_of_error.text_content()


def test_why_not_answers_for_every_fate(desk: DeskProcess) -> None:
    home = "/crawls/portal~one/why-not?url="
    for url, told in (
        ("http://www.portal.test/dead.htm", "robots"),
        ("http://www.portal.test/old.htm", "it is in articles.jsonl"),
        ("http://www.portal.test/", "link_page"),
        ("http://www.portal.test/a/50400.htm", "it is in articles.jsonl"),
        ("www.portal.test/never.htm", "no page of this crawl links to it"),
    ):
        assert told in _got(desk, home + url).text_content(), url
    assert "is not an address" in _got(desk, f"{home}%3A%3A").text_content()


def test_a_cluster_shows_two_texts_side_by_side(desk: DeskProcess) -> None:
    listed = _got(desk, "/crawls/portal~one/duplicates?kind=print")
    cluster = _got(desk, listed.xpath("string(//tbody//a/@href)"))
    assert cluster.xpath("//div[@class='sides']//ins")
    assert _texts(cluster, "//div[@class='sides']//ins") == ["Printed."]


def test_versions_are_those_of_every_crawl_in_the_order_of_time(desk: DeskProcess) -> None:
    shown = desk.ask("/crawls/portal~one/page?url=http://www.portal.test/a/50400.htm")
    path = f"{shown.headers['location']}/versions"
    versions = _got(desk, path)
    for _ in range(30):  # the other crawl's catalog may be in the making, which the page says
        if "Catalogs are being made" not in versions.text_content():
            break
        time.sleep(0.2)
        versions = _got(desk, path)
    assert _texts(versions, "//ol/li/p[1]/span[1]") == ["portal~one", "portal~two"]
    assert "same text" in versions.text_content()


def test_the_raw_record_is_the_member_of_the_archive(desk: DeskProcess, place: Path) -> None:
    shown = _got(desk, "/crawls/gbk/pages?kind=article")
    path = shown.xpath("string(//tbody//a/@href)")
    record = desk.ask(f"{path}/raw")
    assert record.headers["content-disposition"].startswith("attachment")
    archive = b"".join(file.read_bytes() for file in sorted((place / "gbk" / "archive").iterdir()))
    assert record.body in archive
    assert "WARC-Target-URI" in _got(desk, f"{path}/record").text_content()


def test_a_file_is_downloaded_in_parts_and_never_shown(desk: DeskProcess, place: Path) -> None:
    whole = (place / "portal" / "one" / "pages.jsonl").read_bytes()
    answered = desk.ask("/crawls/portal~one/files/pages.jsonl", headers={"Range": "bytes=10-19"})
    assert (answered.status, answered.body) == (206, whole[10:20])
    assert answered.headers["content-disposition"].startswith("attachment")
    assert desk.ask("/crawls/portal~one/files/pages.jsonl").body == whole


def test_what_crawled_pages_say_is_text_and_nothing_else(desk: DeskProcess) -> None:
    paths = ["", "/pages", "/articles", "/search?q=river", "/skipped", "/graph?links=all", "/exports", "/live"]
    key = _got(desk, "/crawls/hostile/articles").xpath("string(//tbody//a/@href)").rpartition("/")[2]
    paths += [f"/pages/{key}{view}" for view in ("", "/links-in", "/record", "/versions", "/copies", "/why")]
    paths += [f"/graph?of={key}&links=all", "/why-not?url=javascript:alert(1)", f"/search?q={'%3Cscript%3E'}"]
    for path in paths:
        text = desk.ask(f"/crawls/hostile{path}").text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        tree: html.HtmlElement = html.document_fromstring(text)
        assert [href for href in tree.xpath("//a/@href") if href.lower().startswith(("javascript:", "data:"))] == [], (
            path
        )
        assert tree.xpath("//@onerror") == [], path
    assert HOSTILE in unescape(desk.ask(f"/crawls/hostile/pages/{key}").text)


def test_pages_come_in_the_language_that_is_asked_for(desk: DeskProcess) -> None:
    asked = desk.ask("/?lang=zh")
    assert 'lang="zh-Hans"' in asked.text
    assert "采集" in asked.text
    cookie = asked.headers["set-cookie"].partition(";")[0]
    assert 'lang="zh-Hans"' in desk.ask("/schedule", headers={"Cookie": cookie}).text
    assert 'lang="zh-Hans"' in desk.ask("/", headers={"Accept-Language": "zh-CN"}).text


def test_a_crawl_that_grows_is_followed(desk: DeskProcess, place: Path) -> None:
    assert "late news" not in _got(desk, "/crawls/hostile/pages").text_content()
    add(place / "hostile", "pages", [page("/late", title="late news")])
    shown = ""
    for _ in range(50):
        shown = _got(desk, "/crawls/hostile/pages").text_content()
        if "late news" in shown:
            break
        time.sleep(0.1)
    assert "late news" in shown


def test_two_crawls_are_compared(desk: DeskProcess) -> None:
    path = "/compare?a=portal~one&b=portal~two"
    answered = desk.ask(path)
    for _ in range(20):
        if answered.status == 200:
            break
        time.sleep(0.2)
        answered = desk.ask(path)
    tree = html.document_fromstring(answered.body)
    told = dict(
        re.findall(r"(New|Changed|Moved|Gone|Not visited) ([0-9]+)", " ".join(_texts(tree, "//nav[@class='views']")))
    )
    assert int(told["New"]) == 0
    assert sum(map(int, told.values())) > 0


def test_the_schedule_says_that_the_clock_was_put_back_behind_what_it_has_settled(place: Path, tmp_path: Path) -> None:
    pytest.importorskip("cronsim", reason="the extra 'schedule' is not installed")
    from portal_crawler.schedule.arrivals import Arrivals
    from portal_crawler.schedule.history_sqlite import History

    (tmp_path / "schedule.toml").write_text('[job.nightly]\nprofile = "portal.toml"\ncron = "30 2 * * *"\n')
    (tmp_path / "portal.toml").write_text('schema = 1\nname = "portal"\nseeds = ["http://www.portal.test/"]\n')
    ahead = datetime.now(UTC) + timedelta(days=3)
    with desk_process(place, "--no-replay", cwd=tmp_path) as served:
        assert "put back" not in _got(served, "/schedule").text_content()
        with History.writing(tmp_path / "data" / "schedule.sqlite") as history, history.transaction():
            history.settle("nightly", Arrivals(ahead), ahead, None)
        told = " ".join(_texts(_got(served, "/schedule"), "//tbody/tr[1]/th"))
    assert "the clock was put back" in told
    assert f"Nothing is due before {ahead:%Y-%m-%d %H:%M}" in told


def test_a_schedule_is_shown_with_what_comes_next(desk: DeskProcess, place: Path, tmp_path: Path) -> None:
    pytest.importorskip("cronsim", reason="the extra 'schedule' is not installed")
    assert "There is no schedule" in _got(desk, "/schedule").text_content()
    (tmp_path / "schedule.toml").write_text(
        '[job.nightly]\nprofile = "portal.toml"\ncron = "30 2 * * *"\ntime_zone = "Asia/Shanghai"\n', encoding="utf-8"
    )
    (tmp_path / "portal.toml").write_text('schema = 1\nname = "portal"\nseeds = ["http://www.portal.test/"]\n')
    with desk_process(place, "--no-replay", cwd=tmp_path) as served:
        shown = _got(served, "/schedule")
        (tmp_path / "schedule.toml").write_text('[job.nightly]\nprofile = "portal.toml"\ncrn = "30 2 * * *"\n')
        faulty = served.ask("/schedule")
    assert faulty.status == 200
    assert "schedule.toml, line 3, key job.nightly.crn" in faulty.text
    assert "did you mean job.nightly.cron?" in faulty.text
    assert "nightly" in _texts(shown, "//tbody/tr[1]/th")[0]
    assert any("18:30 nightly" in text for text in _texts(shown, "//table[@class='calendar']//td"))
    assert len(shown.xpath("//table[@class='calendar']//td[@aria-current='date']")) == 1

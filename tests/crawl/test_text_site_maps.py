"""Site maps as plain text are read where the crawl came to them as site maps, and other texts are texts."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.changing_portal import story_page
from tests.crawled_forms import Crawled, answer, crawled
from tests.wire_server import Form, WireServer, serving_forms

_STORIES = [f"story-{number}.htm" for number in range(12)]


def _forms(port: int) -> list[Form]:
    story = [f"http://127.0.0.1:{port}/{name}" for name in _STORIES]
    index = f"<sitemapindex><sitemap><loc>http://127.0.0.1:{port}/part.txt</loc></sitemap></sitemapindex>"
    urls = f"<urlset><url><loc>http://127.0.0.1:{port}/notes.txt</loc></url></urlset>"
    text = "text/plain; charset=utf-8"
    forms = {
        "": answer('<p><a href="/linked.txt">A list of addresses, as a page</a></p>'),
        "map.txt": answer(f"\ufeff{story[0]}\r\n\r\n  {story[1]}\r\n# our site map\r\n/relative\r\n", media=text),
        "map.txt.gz": answer(gzip.compress(story[2].encode()), media="application/x-gzip"),
        "moved.txt": answer("", f"Location: http://127.0.0.1:{port}/new.txt", status="301 Moved Permanently"),
        "new.txt": answer(story[3], media=text),
        "index.xml": answer(index, media="text/xml"),
        "part.txt": answer(f"{story[4]}\n{story[5]}\n", media=text),
        "urls.xml": answer(urls, media="text/xml"),
        "notes.txt": answer(f"See also:\n{story[6]}\n", media=text),
        "linked.txt": answer(f"{story[7]}\n", media=text),
        "lost.txt": answer("Nothing is here.\n", media=text),
        "page.txt": answer(f"<html><p>{story[8]}</p></html>", media="text/html"),
        **{name: answer(story_page(number, f"Story {number}")) for number, name in enumerate(_STORIES)},
    }
    return [Form(name, (data,)) for name, data in forms.items()]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with serving_forms([]) as server:
        server._forms = {form.name: form for form in _forms(server.port)}
        yield crawled(f"127.0.0.1:{server.port}", tmp_path_factory.mktemp("maps"), {"sitemaps": _maps(server)})


def _maps(server: WireServer) -> list[str]:
    names = ("map.txt", "map.txt.gz", "moved.txt", "index.xml", "urls.xml", "lost.txt", "page.txt")
    return [f"http://127.0.0.1:{server.port}/{name}" for name in names]


def test_what_a_site_map_of_text_names_is_fetched_and_nothing_else(done: Crawled) -> None:
    assert done.code == 0, done.said
    fetched = {one["url"].rpartition("/")[2]: one["via"] for one in done.lines("pages.jsonl")}
    found = {name: (fetched[name] or "").rpartition("/")[2] for name in _STORIES if name in fetched}
    assert found == {
        "story-0.htm": "map.txt", "story-1.htm": "map.txt", "story-2.htm": "map.txt.gz", "story-3.htm": "new.txt",
        "story-4.htm": "part.txt", "story-5.htm": "part.txt",
    }  # fmt: skip


def test_it_is_told_as_a_site_map_with_what_was_wrong_in_it(done: Crawled) -> None:
    assert (done.page("/map.txt")["kind"], done.page("/part.txt")["kind"]) == ("link_page", "link_page")
    assert done.page("/map.txt")["problems"] == ["2 lines of the site map are no addresses"]
    assert {done.page(f"/{name}")["kind"] for name in ("linked.txt", "notes.txt", "lost.txt")} == {"other"}
    assert {one["element"] for one in done.lines("links.jsonl") if one["source_url"].endswith("map.txt")} == {"sitemap"}


def test_a_replay_reads_it_as_the_crawl_did(done: Crawled) -> None:
    done.run("verify")
    done.run("replay", "--out", str(done.folder.parent / "again"))
    again = replace(done, folder=done.folder.parent / "again")
    links = [{(one["source_url"], one["target_url"]) for one in which.lines("links.jsonl")} for which in (done, again)]
    assert links[0] == links[1]

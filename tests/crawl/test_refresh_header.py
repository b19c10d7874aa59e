"""A page that sends its reader on by a Refresh header is followed as one that does so by a meta element."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.changing_portal import story_page
from tests.crawled_forms import Crawled, answer, crawled
from tests.wire_server import Form, serving_forms

_LINKED = ("on", "empty", "off", "file", "self", "pdf")
_PAGES = {
    "": answer("".join(f'<p><a href="/{name}">{name}</a></p>' for name in _LINKED)),
    "on": answer('<base href="http://other.test/"><p>Moved.', "refresh: 0; url=/to/x.htm"),
    "x.htm": answer(story_page(1, "A story")),
    "empty": answer("", "Refresh: 3;URL='/y.htm'"),
    "y.htm": answer(story_page(2, "Another story")),
    "pdf": answer(b"%PDF-1.4", "Refresh: 0;/z.htm", media="application/pdf"),
    "z.htm": answer(story_page(3, "A third story")),
    "off": answer("<p>Moved.", "Refresh: 0; url=http://other.test/"),
    "file": answer("", "Refresh: 0; url=file:///etc/passwd"),
    "self": answer("<p>The news ticker, which is loaded again and again.", "Refresh: 60"),
}  # fmt: skip


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with serving_forms([Form(name, (data,)) for name, data in _PAGES.items()]) as server:
        yield crawled(f"127.0.0.1:{server.port}", tmp_path_factory.mktemp("refresh"))


@pytest.mark.parametrize(("path", "target"), [("/on", "/to/x.htm"), ("/empty", "/y.htm"), ("/pdf", "/z.htm")])
def test_its_target_is_fetched(path: str, target: str, done: Crawled) -> None:
    found = done.page(target)
    assert (found["status"], found["via"]) == (200, done.page(path)["url"])
    (link,) = [one for one in done.lines("links.jsonl") if one["target_url"] == found["url"]]
    assert (link["element"], link["role"], link["editorial"]) == ("meta_refresh", "other", False)


def test_it_is_no_document_of_its_own_and_no_loss(done: Crawled) -> None:
    assert {done.page(path)["kind"] for path in ("/on", "/empty", "/self")} == {"other"}
    reasons = {one["url"].rpartition("/")[2]: one["reason"] for one in done.lines("skipped.jsonl")}
    assert "on" not in reasons
    assert "empty" not in reasons
    assert (reasons["off"], reasons["file"], reasons["pdf"]) == ("offsite", "redirect_scheme", "not_html")
    done.run("verify")
    assert "redirect_scheme" in done.run("why-not", done.page("/file")["url"])

"""Patterns on hostile pages: what has one way to be read is read, however often it is repeated.

Each of these pages cost more than a minute where a pattern tried every way to part it.
"""

from __future__ import annotations

import pytest

from portal_crawler.capture import Capture
from portal_crawler.page.charset import decode
from portal_crawler.page.feeds import is_feed
from portal_crawler.page.markup import parse
from portal_crawler.page.wording import PAGER_LINK, TOOLS, is_copyright
from portal_crawler.reading import read_page

_SPACES = " " * 60_000
# More tags than are read one by one.
_MASS = "<b>x</b><i>y</i>" * 30_000


@pytest.mark.parametrize("piece", ["<!-- made by hand -->\n", "<!DOCTYPE a [ <!ENTITY b 'c'> ]>", "<?a b?>"])
@pytest.mark.parametrize(("root", "expected"), [("<rss>", True), ("<html>", False)])
def test_a_feed_is_told_by_its_root_whatever_stands_before_it(piece: str, root: str, expected: bool) -> None:
    assert is_feed((piece * 60 + root).encode()) is expected


@pytest.mark.parametrize(
    ("label", "declared"), [(f"{_SPACES}!", None), (f"{_SPACES}gbk", "gbk"), (f'{_SPACES}"{_SPACES}', None)]
)
def test_a_label_behind_many_spaces_is_one(label: str, declared: str | None) -> None:
    assert decode(f"<meta charset={label}>".encode())[1].declared == declared


def test_a_charset_of_spaces_in_the_header_is_none() -> None:
    assert decode(b"<p>text", f"text/html; charset={_SPACES};")[1].declared is None


@pytest.mark.parametrize(
    ("content", "links"),
    [
        (f"{_SPACES}x", []),
        (f"5{_SPACES};{_SPACES}url = /a", ["http://h.test/a"]),
        (f"5{_SPACES}{_SPACES}", []),
        ("5" * 200_000 + ";/a", ["http://h.test/a"]),
    ],
)
def test_a_refresh_of_many_spaces_is_read(content: str, links: list[str]) -> None:
    reading = read_page(Capture("http://h.test/", f'<meta http-equiv=refresh content="{content}">'.encode()))
    assert [link.url for link in reading.links] == links


@pytest.mark.parametrize(
    ("hostile", "links"),
    [
        (f"<a href={_SPACES}/x>a</a>", ["/x"]),
        (("<a " + "href=# " * 2_000 + ">x<b>") * 300 + "<a href=/x>a</a>", ["#", "/x"]),
        ("<" + "a" * 200_000 + "<p><a href=/x>a</a>", ["/x"]),
    ],
)
def test_links_behind_tags_without_end_are_found(hostile: str, links: list[str]) -> None:
    root, _ = parse(f"<body>{_MASS}{hostile}")
    assert list(dict.fromkeys(link.get("href", "").strip() for link in root.iter("a"))) == links


@pytest.mark.parametrize("title", [" |" * 200_000, "- " * 200_000, "word " * 100_000])
def test_of_a_title_that_never_ends_the_beginning_is_read(title: str) -> None:
    page = f"<title>Bridge {title}</title>" + "<h1>word word</h1>x " * 2_000
    reading = read_page(Capture("http://h.test/", page.encode()))
    assert any("a title of more than 2000 characters" in problem for problem in reading.problems)
    assert len(reading.metadata.title or "") <= 2_000
    assert read_page(Capture("http://h.test/", b"<title>Bridge</title>x")).problems == ()


def test_who_is_named_deep_in_a_page_is_found() -> None:
    page = (
        "<div>" * 1_500
        + '<p itemprop="author">By <i itemprop="name">Ann Reed</i></p>'
        + "<i itemprop=name>x</i>" * 20_000
    )
    reading = read_page(Capture("http://h.test/", page.encode()))
    assert reading.metadata.authors == ("Ann Reed",)


@pytest.mark.parametrize("words", ["comments  ", "print page page ", "email a a ", "a- ", "e-mail to a friend "])
def test_a_line_of_tools_is_one_only_to_its_end(words: str) -> None:
    assert TOOLS.match(words * 100)
    assert not TOOLS.match(words * 100 + "!")


def test_a_contact_line_has_an_address() -> None:
    assert is_copyright("e-mail: editor@portal.test")
    assert not is_copyright("mail:" * 100_000)


@pytest.mark.parametrize(
    "text", ["12", "Next page", "\u4e0b\u4e00\u9875", ">", " \u00bb|", "[ >> ]", "<< " * 20_000, ">" * 60_000]
)
def test_a_link_to_the_next_page_is_a_number_a_word_or_an_arrow(text: str) -> None:
    assert PAGER_LINK.match(text)


@pytest.mark.parametrize(
    "text", ["2004", "Next story", "|", "...", "<< " * 20_000 + "a", ">" * 60_000 + "a", " " * 60_000 + "b"]
)
def test_no_other_link_is(text: str) -> None:
    assert not PAGER_LINK.match(text)

"""Soft 404s: an apology is known again, and no page is taken for one."""

from __future__ import annotations

import pytest

from portal_crawler.capture import Capture
from portal_crawler.frontier.soft_404 import Apology, absent_url, apology, as_absent, is_absent, texts_of
from portal_crawler.page.kind import PageKind
from portal_crawler.reading import PageReading, read_page
from tests.endless_portal import prose

_MENU = "<div>The Valley Portal, founded 1999</div><div><a href='/'>Home</a> <a href='/news'>News</a></div>"
_SORRY = "<h1>Not on file</h1><p>Nothing is kept under {} in our files. Begin at the entrance.</p>"


def _read(body: str, url: str = "http://h/a.htm") -> PageReading:
    return read_page(
        Capture(url, f"<html><head><title>Portal</title></head><body>{_MENU}{body}</body></html>".encode())
    )


def _story(name: str) -> str:
    title, *paragraphs = prose(name)
    return f"<h1>{title}</h1>" + "".join(f"<p>{one}</p>" for one in paragraphs)


@pytest.fixture
def learned() -> Apology:
    teasers = [f"<p>{prose(str(number))[0]}</p>" for number in range(2)]
    answers = [texts_of(_read(_SORRY.format(f"/a/{n}.htm") + teaser)) for n, teaser in enumerate(teasers)]
    return apology(answers, frozenset(texts_of(_read(_story("near")))))


def test_an_apology_is_known_under_another_address_and_with_another_teaser(learned: Apology) -> None:
    assert learned.is_made_by(_read(_SORRY.format("/b/77.htm") + f"<p>{prose('other')[0]}</p>"))


def test_a_page_of_the_same_template_is_none(learned: Apology) -> None:
    assert not learned.is_made_by(_read(_story("0")))
    assert not learned.is_made_by(_read(f"<h1>{prose('0')[0]}</h1>"))
    assert not learned.is_made_by(_read("<p>Picture 3 of 12</p>"))
    assert not learned.is_made_by(_read(""))


def test_a_story_that_quotes_the_apology_is_none(learned: Apology) -> None:
    assert not learned.is_made_by(_read(_SORRY.format("/b/77.htm") + _story("long") + _story("longer")))


def test_a_host_that_answers_with_what_every_page_shows_teaches_nothing() -> None:
    bare = texts_of(_read(""))
    assert not apology([bare, bare], frozenset(texts_of(_read(_story("near"))))).is_made_by(_read(""))


def test_what_is_judged_absent_is_no_article() -> None:
    absent = as_absent(_read(_story("0")))
    assert (absent.kind.kind, absent.article, is_absent(absent)) == (PageKind.OTHER, None, True)
    assert absent.links
    assert not is_absent(_read(_story("0")))


@pytest.mark.parametrize(
    ("url", "start", "end"),
    [
        ("http://h/news/12.htm?x=1", "http://h/news/no-such-page-", ".htm"),
        ("http://h/", "http://h/no-such-page-", ""),
        ("http://h", "http://h/no-such-page-", ""),
        ("http://h/a.b/c", "http://h/a.b/no-such-page-", ""),
    ],
)
def test_an_absent_address_stands_beside_a_page(url: str, start: str, end: str) -> None:
    absent = absent_url(url, 0)
    assert absent.startswith(start)
    assert absent.endswith(end)
    assert absent == absent_url(url, 0) != absent_url(url, 1)


def test_in_a_text_of_words_that_never_end_counters_and_addresses_are_folded() -> None:
    word = "a" * 300_000
    shown, other = (texts_of(_read(f"<p>{word} /x{end} {word}{end} b.{end}c")) for end in (1, 2))
    assert shown == other != texts_of(_read(f"<p>{word} {word}"))

"""Patterns of addresses: what a program makes without end falls into few."""

from __future__ import annotations

import itertools

import pytest

from portal_crawler.frontier.url_pattern import pattern_of, without_token

HOST = "www.portal.test"


def _name(path: str) -> str:
    return pattern_of(HOST, f"http://{HOST}{path}").name.removeprefix(HOST)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "/"),
        ("", "/"),
        ("?q=1", "/?q=#"),
        ("/english/200410/15/eng20041015_160300.html", "/english/#/#/eng#_#.html"),
        ("/2004/october/15/", "/#/#/#/"),
        ("/story/a-great-day-for-rivers.htm", "/story/~.htm"),
        ("/s/5F3A9C1B2D/news.asp", "/s/*/news.asp"),
        ("/s/0a1b2c3d4e5f60718293a4b5/", "/s/*/"),
        ("/decade/facade/", "/decade/facade/"),
        ("/list?page=3&sort=up", "/list?page=#&sort=#"),
        ("/list?sort=down&page=12", "/list?page=#&sort=#"),
        ("/list?f1=a&f2=b", "/list?f#=#"),
        ("/a/b/c/d/e/f/g/h/i.htm", "/a/b/c/d/e/f/…/i.htm"),
        ("/more/more/more/start.htm", "/more/+/start.htm"),
        ("/a/b/a/b/a/b/x.htm", "/a/b/+/x.htm"),
        ("/1/2/3/4/5/6/7/", "/#/#/#/#/+/"),
    ],
)
def test_what_counts_or_chooses_is_folded(path: str, name: str) -> None:
    assert _name(path) == name


def test_endless_addresses_fall_into_few_patterns() -> None:
    calendars = {_name(f"/cal?y={year}&m={month}") for year in range(1990, 2090) for month in range(1, 13)}
    grown = {
        _name("/" + "/".join(path) + "/x.htm") for size in range(1, 9) for path in itertools.product("ab", repeat=size)
    }
    sessions = {_name(f"/s/{number:024x}/index.htm") for number in range(0xA0000000, 0xA0000100)}
    assert len(calendars) == 1
    assert len(grown) <= 8
    assert len(sessions) == 1


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("/news/2004/1.htm", "/news/"),
        ("/2004/10/1.htm", "/#/"),
        ("/index.php?id=3", "/index.php"),
        ("/", "/"),
        ("/s/5F3A9C1B2D/", "/s/"),
    ],
)
def test_an_area_is_the_first_directory_or_the_page_at_the_root(path: str, area: str) -> None:
    assert pattern_of(HOST, f"http://{HOST}{path}").area == HOST + area


@pytest.mark.parametrize(
    ("one", "other", "grows"),
    [
        ("/cal?y=1&m=2", "/cal?y=2&m=3", True),
        ("/goods?a=1&b=1", "/goods?a=1", True),
        ("/goods", "/goods?a=1", True),
        ("/index.php?story=1", "/index.php?section=2", False),
        ("/more/more/x.htm", "/more/x.htm", True),
        ("/region/1/city/2/", "/region/1/", False),
        ("/list/2.htm", "/list/1.htm", True),
    ],
)
def test_pages_of_one_program_are_told_by_path_and_names(one: str, other: str, *, grows: bool) -> None:
    first, second = (pattern_of(HOST, f"http://{HOST}{path}") for path in (one, other))
    assert first.grows_from(second) is grows


@pytest.mark.parametrize(
    ("path", "bare"),
    [
        ("/s/5f3a9c1b2d/a.htm", "/s/*/a.htm"),
        ("/a.htm?sid=0A1B2C3D4E5F60718293&x=1", "/a.htm?sid=*&x=1"),
        ("/a.htm?x=20041015", None),
        ("/a/decade.htm", None),
    ],
)
def test_what_a_server_drew_by_lot_is_told_from_numbers_and_words(path: str, bare: str | None) -> None:
    assert without_token(f"http://{HOST}{path}") == (f"http://{HOST}{bare}" if bare else None)

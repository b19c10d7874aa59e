from __future__ import annotations

import sqlite3
from contextlib import closing, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.catalog.query import Query, read_query
from portal_crawler.catalog.spaced_text import spaced
from portal_crawler.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "match", "excluded"),
    [
        ("river bridge", '"river" AND "bridge"', ""),
        ('"stone bridge"', '"stone bridge"', ""),
        ("river -flood", '"river"', '"flood"'),
        ("-flood -dam", "", '"flood" OR "dam"'),
        ("bridg*", '"bridg" *', ""),
        ("title:ferry", 'title : "ferry"', ""),
        ("北京", '"北 京"', ""),
        ("東京タワー", '"東 京 タ ワ ー"', ""),
        ("서울", '"서 울"', ""),
        ("“stone bridge”", '"stone bridge"', ""),
        ("AND OR NOT NEAR", '"AND" AND "OR" AND "NOT" AND "NEAR"', ""),
        ("http://www.portal.test/a", '"http://www.portal.test/a"', ""),
        ("12:30", '"12:30"', ""),
        ("cat-fish", '"cat-fish"', ""),
    ],
)
def test_what_people_type_becomes_an_expression_of_the_index(typed: str, match: str, excluded: str) -> None:
    query = read_query(typed)
    assert (query.match, query.excluded) == (match, excluded)


def test_fields_filter_and_are_no_words() -> None:
    query = read_query('section:"Sci Tech" lang:zh host:www.portal.test since:2004-05 until:2005')
    assert query.wanted == ()
    assert dict(query.filters) == {
        "section": "Sci Tech",
        "language": "zh",
        "host": "www.portal.test",
        "since": "2004-05",
        "until": "2005",
    }


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ('"stone bridge', "quote that is not closed"),
        ("sektion:culture", "did you mean section"),
        ("since:yesterday", "is no date"),
        ("until:2004-5", "is no date"),
        ("since:2004-13", "is no date"),
        ("until:2004-02-30", "is no date"),
        ("", "is empty"),
        ("  ", "is empty"),
        ("& -", "no letter and no digit"),
        ('section:""', "has no value"),
        ("-section:culture", "cannot be taken away"),
        (" ".join(["a"] * 50), "more than 40 words"),
    ],
)
def test_a_query_that_cannot_be_read_names_its_trouble(typed: str, part: str) -> None:
    with pytest.raises(UsageError, match=part):
        read_query(typed)


@given(st.text(max_size=60))
def test_no_query_is_an_error_of_the_index(typed: str) -> None:
    """Whatever is typed: either a sentence for people, or an expression that SQLite accepts."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE fulltext USING fts5(title, text)")
    query = Query()
    with suppress(UsageError):
        query = read_query(typed)
    with closing(db):
        for expression in filter(None, (query.match, query.excluded)):
            rows = db.execute("SELECT count(*) FROM fulltext WHERE fulltext MATCH ?", (expression,)).fetchone()
            assert rows == (0,)


def test_each_character_of_a_script_without_spaces_is_a_token_of_its_own() -> None:
    assert spaced("京都へ行く").split() == list("京都へ行く")
    assert spaced("ภาษาไทย").split() == list("ภาษาไทย")
    assert spaced("\uff12\uff10\uff10\uff14年\uff2f").split() == ["2004", "年", "O"]
    assert spaced("plain text") == "plain text"

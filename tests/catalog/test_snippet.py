from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.catalog.query import Term, read_query
from portal_crawler.catalog.snippet import marked, snippet


def _hits(text: str, typed: str) -> list[str]:
    return [piece.text for piece in marked(text, read_query(typed).wanted) if piece.hit]


def test_matches_are_found_as_the_index_finds_them() -> None:
    assert _hits("The STONE Bridge, a stone bridge", '"stone bridge"') == ["STONE Bridge", "stone bridge"]
    assert _hits("Ürümqi and urumqi", "urumqi") == ["Ürümqi", "urumqi"]
    assert _hits("bridges, bridge, abridge", "bridg*") == ["bridges", "bridge"]
    assert _hits("三湖夜市和三峡湖", "三湖") == ["三湖"]
    assert _hits("\uff12\uff10\uff10\uff14年", "2004") == ["\uff12\uff10\uff10\uff14"]


def test_a_snippet_shows_where_most_of_the_words_stand_together() -> None:
    text = "river " + "filler " * 100 + "the river under the bridge " + "filler " * 100
    pieces = snippet(text, read_query("river bridge").wanted)
    shown = "".join(piece.text for piece in pieces)
    assert "river under the bridge" in shown
    assert len(shown) < 300
    assert shown.startswith("… ")


def test_a_text_without_a_match_is_shown_from_its_beginning() -> None:
    assert "".join(piece.text for piece in snippet("short text", (Term("absent"),))) == "short text"


@given(st.text(max_size=300), st.text(min_size=1, max_size=8))
def test_marking_changes_nothing_of_a_text(text: str, word: str) -> None:
    assert "".join(piece.text for piece in marked(text, (Term(word),))) == text

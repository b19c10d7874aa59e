"""Charsets that are known by the bytes alone."""

from __future__ import annotations

import pytest

from portal_crawler.page.charset import decode

_PAGE = "<title>第16号の記事</title><p>政府は水曜日、山間部と港を結ぶ鉄道の計画を発表した。"


@pytest.mark.parametrize(
    ("content_type", "meta", "source"),
    [
        (None, "", "content"),
        ("text/html; charset=utf-8", "", "content"),
        ("text/html; charset=utf-8", "<meta charset=iso-2022-jp>", "content"),
        ("text/html; charset=Shift_JIS", "", "content"),
        ("text/html; charset=csISO2022JP", "", "header"),
        (None, "<meta charset=iso-2022-jp>", "meta"),
    ],
)
def test_japanese_by_escape_sequences_is_read_whatever_is_declared(
    content_type: str | None, meta: str, source: str
) -> None:
    text, decision = decode((meta + _PAGE).encode("iso2022_jp"), content_type)
    assert text == meta + _PAGE
    assert (decision.used, decision.source) == ("iso2022_jp", source)


def test_an_escape_of_a_terminal_is_none_of_them() -> None:
    assert decode(b"<p>\x1b[31mred\x1b(B and $B costs</p>", "text/html; charset=utf-8")[1].used == "utf-8"

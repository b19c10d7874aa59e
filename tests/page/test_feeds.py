"""Feeds and site maps as portals write them by hand: bare ampersands, and addresses relative to a base."""

from __future__ import annotations

import pytest

from portal_crawler.page.feeds import read_feed


def _references(body: bytes) -> list[str]:
    reading = read_feed(body)
    assert reading is not None
    return [entry.reference for entry in reading.entries]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://h/a?x=1&y=2", "http://h/a?x=1&y=2"),
        ("http://h/a?x=1&amp;y=2&#38;z=3", "http://h/a?x=1&y=2&z=3"),
        ("http://h/a?x=1&copy=2&", "http://h/a?x=1&copy=2&"),
        ("<![CDATA[http://h/a?x=1&y=2&amp;z]]>", "http://h/a?x=1&y=2&amp;z"),
    ],
)
def test_an_ampersand_that_begins_no_reference_is_one(written: str, meant: str) -> None:
    assert _references(f"<urlset><url><loc>{written}</loc></url><url><loc>/b</loc></url></urlset>".encode()) == [
        meant,
        "/b",
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "iso2022_jp"])
def test_an_ampersands_byte_within_another_character_stays(encoding: str) -> None:
    page = f'<?xml version="1.0" encoding="{encoding.replace("iso2022_jp", "iso-2022-jp")}"?><rss><channel><item>'
    page += "<title>Σ山Φ</title><link>http://h/a?x=1&amp;y=2</link></item></channel></rss>"
    reading = read_feed(page.encode(encoding))
    assert reading is not None
    assert [(entry.reference, entry.title) for entry in reading.entries] == [("http://h/a?x=1&y=2", "Σ山Φ")]


def test_references_are_relative_to_the_base_that_holds_where_they_stand() -> None:
    feed = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://h/news/">
    <entry><link href="1.htm"/></entry>
    <entry xml:base="old/"><link href="2.htm"/></entry>
    <entry><link xml:base="/x/" href="3.htm"/></entry>
    <entry><link href="http://other/4.htm"/></entry>
    <entry xml:base="http://[bad/"><link href="5.htm"/></entry>
    <entry><id>6.htm</id></entry></feed>"""
    assert _references(feed) == [
        "http://h/news/1.htm",
        "http://h/news/old/2.htm",
        "http://h/x/3.htm",
        "http://other/4.htm",
        "5.htm",
        "http://h/news/6.htm",
    ]

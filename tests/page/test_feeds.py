"""Feeds and site maps as portals write them by hand: bare ampersands, and addresses relative to a base."""

from __future__ import annotations

import time

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


def test_ampersands_are_what_they_are_wherever_a_long_feed_is_cut() -> None:
    written = ["/a?x=1&y=2", "/b?&amp;&#38;&&amp", "<![CDATA[/c?d&amp;e&f]]>", "/g&" + "h" * 39 + ";i"]
    meant = ["/a?x=1&y=2", "/b?&&&&amp", "/c?d&amp;e&f", "/g&" + "h" * 39 + ";i"]
    for shift in range(0, 120, 7):
        locs = [f"<url><loc>{one}</loc></url>" for one in written * 1_500]
        feed = f"<urlset><!--{'x' * shift}-->{''.join(locs)}</urlset>".encode()
        assert _references(feed) == meant * 1_500


@pytest.mark.parametrize("error", ["a&nbsp;b", "a&nosuch;b", "a&#0;b", "<b x>a</b>"])
def test_references_behind_an_error_stay(error: str) -> None:
    feed = f"<rss><channel><item><title>{error}</title><link>/a?x=1&amp;y=2</link></item></channel></rss>"
    assert _references(feed.encode()) == ["/a?x=1&y=2"]


@pytest.mark.parametrize(
    ("title", "found", "told"),
    [
        ("a < b", 5, 0),
        ("1 <2 & <3", 5, 0),
        ("first<br>second", 5, 1),
        ("a<b", 5, 1),
        ("<i>first", 5, 1),
        ("<!-- never ends", 0, 1),
        ("<nosuch:b>plain</nosuch:b>", 5, 0),
        ("plain", 5, 0),
    ],
)
def test_a_feed_with_markup_in_its_titles_is_read_or_told(title: str, found: int, told: int) -> None:
    items = "".join(f"<item><title>{title}</title><link>/{number}</link></item>" for number in range(5))
    reading = read_feed(f"<rss><channel>{items}</channel></rss>".encode())
    assert reading is not None
    assert [entry.reference for entry in reading.entries] == [f"/{number}" for number in range(found)]
    assert len(reading.problems) == told


def test_names_of_html_are_what_they_mean() -> None:
    reading = read_feed(
        b"<rss><channel><item><title>A&nbsp;&eacute; &amp;lt;</title><link>/</link></item></channel></rss>"
    )
    assert reading is not None
    assert reading.entries[0].title == "A \xe9 &lt;"


def test_a_feed_of_ampersands_is_read_within_a_bound() -> None:
    hostile = b"<rss><channel><item><link>/a</link></item><item><link>" + b"&" * 10_000_000
    begun = time.process_time()
    reading = read_feed(hostile + b"</link></item></channel></rss>")
    assert time.process_time() - begun < 4
    assert reading is not None
    assert [one.reference for one in reading.entries] == ["/a"]
    assert reading.problems == ("the feed has more than 2,000,000 references: the rest was not read",)


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

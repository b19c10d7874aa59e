"""One line for each link, with what stands around it."""

from __future__ import annotations

from typing import Any

import pytest

from portal_crawler import Capture, read_page
from portal_crawler.records.link_edge import link_edges, ordinals, portal_sites
from portal_crawler.records.schema import LINKS, problems

_URL = "http://www.portal.test/news/1.htm"
_STORY = (
    "The bridge over the river was opened on Monday by the mayor, who said that it had taken nine years to build. "
    "It carries four lanes of traffic and two tracks of the railway, and nobody at the station knew of a longer one. "
)


def _edges(body: str) -> list[dict[str, Any]]:
    html = f'<meta charset="utf-8"><title>A bridge</title><h1>A bridge</h1>{body}'
    reading = read_page(Capture(url=_URL, body=html.encode()))
    return list(link_edges(reading, portal_sites(["www.portal.test"])))


def _contexts(body: str) -> list[list[str] | None]:
    return [edge["context"] for edge in _edges(body)]


def test_every_line_has_every_key_in_the_order_of_the_schema() -> None:
    (edge,) = _edges(f"<p>{_STORY}<a href='2.htm'>More</a></p>")
    assert list(edge) == [field.name for field in LINKS.fields]
    assert list(problems(LINKS, edge)) == []


def test_the_context_is_eight_words_before_and_behind() -> None:
    words = " ".join(f"word{number}" for number in range(20))
    (context,) = _contexts(f"<p>{words} <a href='2.htm'>the dam</a>, {words}</p>")
    assert context == [
        "word12 word13 word14 word15 word16 word17 word18 word19",
        ", word0 word1 word2 word3 word4 word5 word6",
    ]


def test_no_word_of_the_context_is_cut() -> None:
    long = " ".join("incomprehensibilities" for _ in range(10))
    (context,) = _contexts(f"<p>{long} <a href='2.htm'>the dam</a> {long}</p>")
    assert context is not None
    assert set(" ".join(context).split()) == {"incomprehensibilities"}


def test_a_script_without_spaces_gives_twenty_characters() -> None:
    text = "\u957f\u6c5f\u5927\u6865" * 30
    (context,) = _contexts(f"<p>{text}<a href='2.htm'>\u6c34\u575d</a>{text}</p>")
    assert context == [text[-20:], text[:20]]


@pytest.mark.parametrize(
    "body",
    [
        "<ul><li><a href='2.htm'>Home</a></li></ul>",
        "<a href='2.htm'><img src='a.png' alt='A dam'></a>",
        "<link rel=canonical href='http://www.portal.test/2.htm'>",
    ],
    ids=["alone", "picture", "head"],
)
def test_a_link_with_nothing_around_it_has_no_context(body: str) -> None:
    assert _contexts(body) == [None]


def test_a_link_at_the_start_of_its_block_has_nothing_before_it() -> None:
    assert _contexts("<p><a href='2.htm'>The dam</a> holds.</p>") == [["", "holds."]]


def test_the_ordinal_counts_the_links_of_one_role() -> None:
    edges = _edges(f"<p>{_STORY * 3}<a href='2.htm'>one</a> and <a href='3.htm'>another</a> bridge, {_STORY}</p>")
    assert [(edge["role"], edge["ordinal"]) for edge in edges] == [("body", 0), ("body", 1)]
    assert ordinals([]) == []

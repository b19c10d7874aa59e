"""From bytes to a tree: what a hostile or damaged page makes of its label, its depth and its length."""

from __future__ import annotations

import pytest

from portal_crawler.page.charset import decode
from portal_crawler.page.markup import parse

DEEP = "<div>" * 3_000


def test_of_a_page_of_too_many_tags_the_beginning_is_read_and_that_is_said() -> None:
    root, problems = parse("<body>" + "<p>x" * 60_000)
    assert len(list(root.iter("p"))) == 50_000 - 1
    assert "tags" in problems[0]
    assert parse("<body>" + "<p>x" * 40_000)[1] == ()


def test_of_a_page_of_too_much_text_the_beginning_is_read_scripts_not_counted() -> None:
    long = "word " * 250_000
    root, problems = parse(f"<body><script>{long}</script><p>a\x01{long}</p>b<p>c</p>")
    assert len("".join(root.xpath("//p//text()"))) == 1_000_000
    assert "characters" in problems[0]
    assert parse(f"<body><script>{long}</script><p>a</p>")[1] == ()


def test_a_page_too_deep_for_the_parser_is_read_without_its_comments_scripts_and_depth() -> None:
    root, problems = parse(
        f"<title>T</title><!-- <p>old</p> --><SCRIPT>if (a<b) '<p>code</p>'</Script>{DEEP}<p>told<style>p{{}}</style>on"
    )
    assert root.findtext(".//title") == "T"
    assert "".join(root.find("body").itertext()).split() == ["told", "on"]
    assert "nest deeper" in problems[0]


@pytest.mark.parametrize("never_ends", ["<!-- ", "<script>", "<style>", "<textarea>"])
def test_what_never_ends_hides_nothing_that_stands_before_it(never_ends: str) -> None:
    root, problems = parse(f"<p>first</p>{DEEP}<p>deep</p>{never_ends * 1_000} <!-- gone --> last")
    text = "".join(root.find("body").itertext())
    assert "first" in text
    assert "deep" in text
    assert "gone" not in text
    assert "nest deeper" in problems[0]


@pytest.mark.parametrize(
    ("head", "declared"),
    [
        ("<meta charset=gbk>", "gbk"),
        ("<!-- <meta charset=gbk> --><meta charset=big5>", "big5"),
        ("<!-- <meta charset=gbk> -->", None),
        ("<!-- --><!-- <meta charset=gbk>", "gbk"),
        ("<meta name=a content=b <meta charset=gbk>", "gbk"),
        ("<?xml version='1.0' encoding='gbk'?>", "gbk"),
    ],
)
def test_a_label_counts_outside_of_comments(head: str, declared: str | None) -> None:
    assert decode(head.encode() + b"<p>text")[1].declared == declared

"""From bytes to a tree: what a hostile or damaged page makes of its label, its depth and its length."""

from __future__ import annotations

import pytest
from lxml import etree

from portal_crawler.page.charset import decode
from portal_crawler.page.markup import parse

DEEP = "<div>" * 3_000


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _first(root: etree._Element, path: str) -> etree._Element:
    found = root.find(path)
    assert found is not None
    return found


def test_of_a_page_of_too_many_tags_all_text_is_read_and_its_structure_up_to_a_bound() -> None:
    root, problems = parse("<body>" + "".join(f"<p>x{number}<i>y</i>" for number in range(60_000)) + "<b>the end</b>")
    assert len(list(root.iter("p"))) == 5_000 + 2_000
    assert len(list(root.iter("i"))) == 4_999
    assert _text(root).endswith("x59999ythe end")
    assert "only text and links" in problems[0]
    assert parse("<body>" + "<p>x" * 40_000)[1] == ()


@pytest.mark.parametrize(
    ("mass", "told"),
    [
        ("<i></i>" * 200_000, "empty elements"),
        ('<a href="#top">up</a> ' * 100_000, "links to places of the page itself"),
        ('<meta name="a" content="b">' * 60_000, "facts in the page's head"),
        ("<p>.</p>" * 60_000, "of equal elements in a row 50"),
        ("<div>" * 100_000, "nest deeper"),
        ("<div>\n<span>\n" * 60_000, "nest deeper"),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_a_mass_of_tags_before_or_behind_a_text_does_not_cost_it(mass: str, told: str, before: bool) -> None:
    text = "<p>The story.</p><p><a href=/next>On</a></p>"
    root, problems = parse(f"<body>{mass if before else ''}{text}{'' if before else mass}")
    assert "The story." in _text(root)
    assert [link.get("href") for link in root.iter("a") if link.get("href") != "#top"] == ["/next"]
    assert told in " ".join(problems)
    assert len(list(root.iter())) < 3_000


def test_of_a_page_of_far_too_many_tags_the_beginning_is_looked_at() -> None:
    root, problems = parse("<body>" + "".join(f"<b>{number % 97}</b> " for number in range(260_000)) + "<p>the end")
    told = _text(root).split()
    assert told == [str(number % 97) for number in range(len(told))]
    assert 249_000 < len(told) <= 250_000
    assert "500000 tags" in problems[0]


def test_of_a_page_of_too_many_links_those_of_its_beginning_are_read() -> None:
    root, problems = parse("<body>" + "".join(f"<li><a href=/{number}>x{number}</a>" for number in range(60_000)))
    links = [link.get("href") for link in root.iter("a")]
    assert links == [f"/{number}" for number in range(len(links))]
    # Of the 50,000 tags are the body, the items among the first 10,000, and the paragraphs that later ones became.
    assert len(links) == 50_000 - 1 - 5_000 - 2_000
    assert "what stands behind them was not read" in problems[-1]


def test_what_stands_behind_the_end_of_a_document_is_read_as_browsers_do() -> None:
    root, _ = parse(
        "<html><head></head><body></body></html><!DOCTYPE html><html><title>T</title><body><p>text</body></html>"
    )
    assert [root.findtext(".//title"), root.findtext(".//p")] == ["T", "text"]
    assert parse("<html><body>a</body></html>\n<!-- made by -->\n")[0].findtext("body") == "a"


def test_what_stands_behind_plaintext_is_no_part_of_a_page_that_has_text() -> None:
    root, problems = parse(f"<body><p>{'The story. ' * 30}</p><plaintext>x x x")
    assert "x x" not in _text(root)
    assert "plaintext" in problems[0]
    assert "x x" in _text(parse("<plaintext>x x x")[0])


def test_a_frameset_behind_text_is_none() -> None:
    late, _ = parse("<body>text<frameset cols=1><frame src=/a.htm></frameset> more</body>")
    assert [element.tag for element in late.iter("frameset", "frame", "iframe")] == ["iframe"]
    assert _text(late) == "text more"
    real, _ = parse("<frameset cols=1><frame src=/a.htm></frameset><noframes><body>text</body></noframes>")
    assert real.find("frameset") is not None


def test_of_a_page_of_too_much_text_the_beginning_is_read_scripts_not_counted() -> None:
    long = "word " * 250_000
    root, problems = parse(f"<body><script>{long}</script><p>a\x01{long}</p>b<p>c</p>")
    assert sum(len(_text(one)) for one in root.iter("p")) == 1_000_000
    assert "characters" in problems[0]
    assert parse(f"<body><script>{long}</script><p>a</p>")[1] == ()


def test_a_page_too_deep_for_the_parser_is_read_without_its_comments_scripts_and_depth() -> None:
    root, problems = parse(
        f"<title>T</title><!-- <p>old</p> --><SCRIPT>if (a<b) '<p>code</p>'</Script>{DEEP}<p>told<style>p{{}}</style>on"
    )
    assert root.findtext(".//title") == "T"
    assert _text(_first(root, "body")).split() == ["told", "on"]
    assert "nest deeper" in problems[0]


@pytest.mark.parametrize("never_ends", ["<!-- ", "<script>", "<style>", "<textarea>"])
def test_what_never_ends_hides_nothing_that_stands_before_it(never_ends: str) -> None:
    root, problems = parse(f"<p>first</p>{DEEP}<p>deep</p>{never_ends * 1_000} <!-- gone --> last")
    text = _text(_first(root, "body"))
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


def test_stray_bytes_in_utf_8_are_left_out_however_short_the_page() -> None:
    words = "Été à la forêt, où le maïs est doré, déjà très mûr, l'été s'achève, à côté, où rêve la bête"
    text, decision = decode(words.encode() + b" \xe9\xe8\xff\xc3( end")
    assert (decision.used, decision.source) == ("utf-8", "content")
    assert text.startswith("Été à la forêt")
    assert "stray" in decision.reason
    assert decode("中文网页编码检测测试".encode("gb18030"))[1].used == "gb18030"


@pytest.mark.parametrize("before", [0, 1, 5_000, 16_383, 16_384, 16_385, 40_000])
@pytest.mark.parametrize("between", ["", "<b>z</b>"])
def test_a_tag_of_too_many_attributes_is_cut_wherever_it_stands(before: int, between: str) -> None:
    tag = "".join(f" a{number}=1" for number in range(4_000))
    root, _ = parse("x" * before + between + f"<p{tag}>y</p>")
    assert 1_000 < len(_first(root, ".//p").attrib) < 3_000
    short, _ = parse("x" * before + between + f"<p{tag[:16_000]}>y</p>" + "x" * before)
    assert len(_first(short, ".//p").attrib) > 1_000
    assert _text(short).count("y") == 1

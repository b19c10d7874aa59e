"""Markup: pages that are hard on parsers, and whose article must come out whole all the same."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.hostile.answers import html, lazily
from tests.hostile.hazard import Hazard, Places, bounded, one_page, whole_once
from tests.hostile.stories import PAPER, Story, article, body_of, page, story

Make = Callable[[Story], str]
_DEEP = 100_000


def _told(name: str, make: Make, note: str = "") -> Hazard:
    """A page of the story, drawn when it is asked for."""
    tale = story(name)
    answer = lazily(lambda: make(tale).encode("utf-8", "surrogatepass"))
    return one_page(name, answer, whole_once(tale), note=note)


def _tail(name: str, tail: Callable[[], str], note: str = "") -> Hazard:
    """The story with something behind it."""
    return _told(name, lambda tale: article(tale, tail=tail()), note)


def _in_head(name: str, head: Callable[[], str], note: str = "") -> Hazard:
    return _told(name, lambda tale: article(tale, extra_head=head()), note)


def hazards(at: Places) -> tuple[Hazard, ...]:
    """Those of HTML, of XHTML and of what is embedded in it."""
    return (*_depth(), *_size(), *_broken(), *_xml(at), *_embedded())


def _depth() -> tuple[Hazard, ...]:
    def around(tale: Story, start: str, end: str) -> str:
        return page(start * _DEEP + body_of(tale) + end * _DEEP, title=f"{tale.title} - {PAPER}")

    return (
        _told("dom-deep-div", lambda tale: around(tale, "<div>", "</div>"), "article text 100,000 elements deep"),
        _tail("dom-deep-after", lambda: "<div>" * _DEEP, "100,000 unclosed elements after the article"),
        _told("dom-deep-formatting", lambda tale: around(tale, "<b>", "</b>"), "100,000 formatting elements around it"),
        _tail(
            "dom-formatting-bomb",
            lambda: "".join(f"<p><b><i><u a={one}>" for one in range(2_000)),
            "formatting elements that every paragraph opens again",
        ),
        _tail("dom-deep-tables", lambda: "<table><tr><td>" * 10_000, "tables in tables, unclosed"),
        _tail("dom-deep-lists", lambda: "<ul><li>" * 50_000),
        _tail("dom-deep-svg", lambda: "<svg><g>" + "<g>" * 50_000),
        _tail("dom-deep-select", lambda: "<select><option>" * 50_000),
    )


def _size() -> tuple[Hazard, ...]:
    return (
        _tail(
            "dom-giant-text",
            lambda: f"<script>var x = '{'0123456789abcdef' * 750_000}';</script>",
            "a 12 MB inline script after the article",
        ),
        _tail("dom-giant-comment", lambda: f"<!--{' - ' * 3_000_000}-->", "a 9 MB comment"),
        _tail("dom-giant-style", lambda: "<style>" + ".a{color:red}\n" * 400_000 + "</style>"),
        _tail("dom-giant-attribute", lambda: f'<img alt="{"a" * 8_000_000}" src="/x.png">'),
        _tail("dom-data-uri", lambda: f'<img src="data:image/png;base64,{"QUJD" * 2_000_000}">'),
        _tail(
            "dom-many-attributes",
            lambda: f"<div {' '.join(f'a{one}=x' for one in range(_DEEP))}>x</div>",
            "100,000 attributes on one element",
        ),
        _tail("dom-many-classes", lambda: f'<div class="{" ".join(f"c{one}" for one in range(_DEEP))}">x</div>'),
        _tail(
            "dom-many-links",
            lambda: "".join(f'<a href="#s{one}">{one}</a> ' for one in range(200_000)),
            "200,000 fragment links",
        ),
        _tail("dom-many-elements", lambda: "<i></i>" * 600_000),
        _tail("dom-many-paragraphs", lambda: '<div class="footer">' + "<p>.</p>" * 100_000 + "</div>"),
        _tail("dom-many-forms", lambda: "<form action=/x><input name=a></form>" * 50_000),
        _told("dom-whitespace", _blanks, "bait for quadratic regular expressions"),
        _tail("dom-open-tags", lambda: "<a " * 300_000, "tags that never end"),
        _tail("dom-less-than", lambda: '<div class="footer">' + "<" * 1_000_000 + "</div>"),
        _tail("dom-ampersands", lambda: '<div class="footer">' + "&" * 1_000_000 + "</div>"),
        _tail("dom-entity-long", lambda: '<div class="footer">&#' + "9" * 1_000_000 + ";</div>"),
    )


def _blanks(tale: Story) -> str:
    """White space wherever it may stand, a million of it in all."""
    blank = " \n\t" * 70_000
    spaced = article(tale).replace("<p>", f"<p>{blank}", 2).replace("<h1>", f"<h1>{' ' * 100_000}", 1)
    return spaced.replace("<title>", f"<title>{blank}", 1).replace(
        "</body>", f"{blank}<a href=' {blank}#'>x</a></body>"
    )


def _broken() -> tuple[Hazard, ...]:
    def unclosed(tale: Story) -> str:
        return re.sub(
            r"</(?:p|div|body|html|h1|head|title)>",
            lambda end: end[0] if "h1" in end[0] or "title" in end[0] else "",
            article(tale),
        )

    def twice(tale: Story) -> str:
        return "<html><head></head><body></body></html>" + article(tale)

    return (
        _told("dom-unclosed", unclosed, "no end tags"),
        _tail("dom-open-comment", lambda: "<!-- and so it begins" + " x" * 5_000),
        _told(
            "dom-odd-comments",
            lambda tale: article(tale).replace("<h1>", "<!--> <!---> <!-- a --!> <!- b -> <! c> <h1>", 1),
        ),
        _told("dom-two-documents", twice),
        _told(
            "dom-frameset-in-body",
            lambda tale: article(tale, tail='<frameset cols="1"><frame src="/about.html"></frameset>'),
        ),
        _told(
            "dom-nul",
            lambda tale: article(tale).replace("<p>", "<p>\0", 2).replace("</h1>", "\0</h1>"),
            "NUL bytes between tags",
        ),
        one_page(
            "dom-nul-filled",
            lazily(lambda: article(story("dom-nul-filled")).encode() + b"\0" * 5_000_000),
            whole_once(story("dom-nul-filled")),
        ),
        _told("dom-plaintext", lambda tale: article(tale, tail="<plaintext></div></html>")),
        _told("dom-script-open", lambda tale: article(tale, tail="<script>var a = '<!--<script>';" + " b()" * 10_000)),
        _told(
            "dom-template", lambda tale: article(tale, tail="<template><p>" + "t " * 5_000 + "</p></template>" * 5_000)
        ),
        _told(
            "dom-noscript",
            lambda tale: article(tale, extra_head='<noscript><meta http-equiv="refresh" content="0;url=/"></noscript>'),
        ),
        _told("dom-processing", lambda tale: "<?php echo 'x' ?>" * 1_000 + article(tale)),
        _told("dom-cdata", lambda tale: article(tale, tail="<![CDATA[" + "c" * 100_000)),
    )


def _xml(at: Places) -> tuple[Hazard, ...]:
    laughs = "".join(f'<!ENTITY l{one} "{f"&l{one - 1};" * 10 if one else "ha"}">' for one in range(10))
    xxe = f'<!ENTITY x SYSTEM "http://{at.internal}/h/dom-xxe/x"><!ENTITY f SYSTEM "file:///etc/passwd">'
    remote = f'<!ENTITY % dtd SYSTEM "http://{at.internal}/h/dom-xxe-remote/x.dtd"> %dtd;'

    def xhtml(name: str, subset: str, tail: str, note: str) -> Hazard:
        tale = story(name)
        text = article(tale, tail=tail).replace("<!DOCTYPE html>", f"<!DOCTYPE html [{subset}]>")
        text = text.replace("<html>", '<html xmlns="http://www.w3.org/1999/xhtml">')
        answer = lazily(
            lambda: b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode(), media="application/xhtml+xml"
        )
        return one_page(name, answer, whole_once(tale), note=note)

    return (
        xhtml("dom-entity-bomb", laughs, '<div class="footer">&l9;</div>', "billion laughs in an XHTML page"),
        xhtml("dom-xxe", xxe, '<div class="footer">&x; &f;</div>', "external entities"),
        xhtml("dom-xxe-remote", remote, "", "an external subset"),
        _in_head(
            "dom-xinclude",
            lambda: (
                f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="http://{at.internal}/h/dom-xinclude/x"/>'
            ),
        ),
        _told(
            "dom-stylesheet",
            lambda tale: (
                f'<?xml-stylesheet type="text/xsl" href="http://{at.internal}/h/dom-stylesheet/x.xsl"?>' + article(tale)
            ),
        ),
    )


def _embedded() -> tuple[Hazard, ...]:
    def json(text: str) -> str:
        return f'<script type="application/ld+json">{text}</script>'

    return (
        _in_head("jsonld-deep", lambda: json("[" * 200_000 + "]" * 200_000), "200,000 nested brackets in JSON-LD"),
        _in_head("jsonld-deep-objects", lambda: json('{"a":' * 100_000 + "1" + "}" * 100_000)),
        _in_head("jsonld-numbers", lambda: json('{"@type":"NewsArticle","n":' + "9" * 100_000 + ',"x":NaN,"y":1e999}')),
        _in_head(
            "jsonld-wrong-types",
            lambda: json(
                '{"@type":["NewsArticle",5,null],"headline":{"a":[1]},"author":[[[{"name":{"name":5}}]]],"datePublished":{},'
                '"mainEntityOfPage":7,"publisher":"x","articleBody":[]}'
            ),
        ),
        _in_head(
            "jsonld-surrogates",
            lambda: json('{"@type":"NewsArticle","headline":"\\ud800 x \\udfff","author":"\\u0000"}'),
        ),
        _in_head("jsonld-many", lambda: json('{"@type":"NewsArticle"}') * 20_000),
        _in_head("meta-many", lambda: "".join(f'<meta name="author" content="Writer {one}">' for one in range(50_000))),
        _in_head(
            "dates-absurd",
            lambda: (
                '<meta property="article:published_time" content="999999-99-99T99:99:99+99:99">'
                '<meta name="date" content="0000-00-00"><time datetime="-5000-01-01">x</time>'
            ),
        ),
        one_page("links-in-everything", html(page("<h1>Links</h1>" + "<a href='?a=1&a=2'>x</a>" * 500)), bounded(30)),
    )

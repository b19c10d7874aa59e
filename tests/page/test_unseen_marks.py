"""What no reader sees: soft hyphens and zero-width spaces go, the joiners that scripts need stay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal_crawler.capture import Capture
from portal_crawler.cli.main import main
from portal_crawler.extraction import extract
from portal_crawler.page.folding import readable
from portal_crawler.reading import read_page
from portal_crawler.records.link_edge import link_edges

_PROSE = (
    "The council of the river town met on the second day and agreed to re{0}build the old bridge be{0}fore the rains, "
    "which had closed the road {0} to the market ten times, as the <b>may</b>{0}<b>or</b> told <a href='c.htm'>the "
    "press of the val{0}ley</a> on Monday, and the ferry goes on until then."
)
_SHOWN = (
    "The council of the river town met on the second day and agreed to rebuild the old bridge before the rains, which "
    "had closed the road to the market ten times, as the mayor told the press of the valley on Monday, and the ferry "
    "goes on until then."
)


def _page(mark: str) -> str:
    prose = _PROSE.replace("{0}", mark)
    return (
        f"<html><head><title>Bridge re{mark}built</title></head><body><h1>Bridge re{mark}built</h1>"
        f"<p>By Anna Schmid{mark}lin, May 3, 2008</p><p>{prose}</p><p>Again: {prose}</p>"
        f"<pre>re{mark}build --all\n  re{mark}turn 0</pre><p>Once more: {prose}</p></body></html>"
    )


@pytest.mark.parametrize("mark", ["&shy;", "\u00ad", "&#8203;", "&#x2060;", "\ufeff"])
def test_marks_within_words_go(mark: str) -> None:
    found = extract(_page(mark), "http://www.portal.test/a/b.htm")
    assert found.title == "Bridge rebuilt"
    assert found.authors == ("Anna Schmidlin",)
    assert found.paragraphs[:2] == (_SHOWN, f"Again: {_SHOWN}")
    assert "the press of the valley" in [link.text for link in found.links]
    assert ">the press of the valley</a>" in found.html
    assert "[the press of the valley](http://www.portal.test/a/c.htm)" in found.markdown
    for form in (found.html, found.markdown, found.text):
        assert not any(unseen in form for unseen in "\u00ad\u200b\u2060\ufeff")
        assert "rebuild" in form
    assert "<strong>mayor</strong>" in found.html


def test_records_and_the_command_give_them_so(tmp_path: Path) -> None:
    reading = read_page(Capture(url="http://www.portal.test/a/b.htm", body=_page("&shy;").encode()))
    edge = next(iter(link_edges(reading, frozenset())))
    assert edge["text"] == "the press of the valley"
    assert edge["context"] == ["the market ten times, as the mayor told", "on Monday, and the ferry goes on until"]
    page = tmp_path / "page.html"
    page.write_text(_page("&shy;"), encoding="utf-8")
    told = json.loads(
        CliRunner().invoke(main, ["extract", str(page), "--url", "http://www.portal.test/a/b.htm"]).stdout
    )
    assert "\u00ad" not in json.dumps(told, ensure_ascii=False)


def test_the_network_reads_the_page_as_it_is() -> None:
    found = extract(_page("&shy;"), "http://www.portal.test/a/b.htm")
    assert any("\u00ad" in block.text for block in found.blocks)


@pytest.mark.parametrize(
    "text",
    ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0915\u094d\u200d\u0937", "\U0001f469\u200d\U0001f680"],
)
def test_joiners_of_scripts_stay(text: str) -> None:
    assert readable(text) is text
    story = f"<h1>T</h1><p>{_SHOWN} {text}</p><p>Again: {_SHOWN}</p>"
    found = extract(story, "http://www.portal.test/a/b.htm")
    assert found.paragraphs[0].endswith(text)
    assert text in found.markdown

"""Charts, words and vendored files: what a page is made of beside the crawl."""

from __future__ import annotations

import hashlib
import re
import string
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree

from portal_crawler.assets.vendored_json import GRAPH_SCRIPT, STYLE, own_text, vendored, vendored_text
from portal_crawler.report.chart_svg import cleaned_svg, drawn
from portal_crawler.report.charts import Spec, bars, grid, histogram, label, points, stacked, timeline
from portal_crawler.report.words_toml import LANGUAGES, table, words_of

ROOT = Path(__file__).resolve().parents[2]
EVIL = "</svg><script>alert(1)</script> & \u202e" + "x" * 300
CHARTS = {
    "bars": bars([(EVIL, 3), (EVIL, 1)], EVIL),
    "shares": bars([("title", 0.5)], "share", share=True),
    "stacked": stacked([("2004", EVIL, 2.0), ("2005", EVIL, 0.0)], [EVIL], "pages"),
    "across": stacked([("utf-8", "agrees", 2.0)], ["agrees"], "pages", across=True),
    "timeline": timeline([("2004-01", 2), ("2004-02", 0)], "articles"),
    "grid": grid([(EVIL, "2004", 2, False), (EVIL, "2005", 0, True)], "articles"),
    "points": points([(EVIL, "html > body", 0.3, 12)], "share", "pages"),
    "histogram": histogram([("0-24", 2)], "articles", "words"),
}
_SHAPES = {"svg", "g", "path", "rect", "line", "text", "tspan", "circle"}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_shapes_and_texts_alone_and_the_same_each_time(name: str) -> None:
    spec: Spec = CHARTS[name]
    svg = drawn(spec)
    assert svg is not None
    assert drawn(spec) == svg
    root = etree.fromstring(svg)
    assert {etree.QName(one).localname for one in root.iter()} <= _SHAPES
    assert not [
        key
        for one in root.iter()
        for key in map(str, one.attrib)
        if key in {"style", "class", "clip-path"} or key.startswith("on")
    ]
    assert len(svg) < 60_000


def test_a_gap_is_drawn_in_the_colour_of_what_is_wrong() -> None:
    for name in ("timeline", "grid"):
        assert "#bad000" in (drawn(CHARTS[name]) or "")


def test_a_drawing_loses_whatever_is_no_shape() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script>'
        '<a href="javascript:x()"><text>in</text></a>'
        '<text style="color:red" onclick="x()">kept</text><foreignObject/></svg>'
    )
    cleaned = cleaned_svg(svg)
    assert re.findall(r"script|href|style|onclick|onload|foreign", cleaned) == []
    assert "kept" in cleaned


def test_labels_are_short_and_on_one_line() -> None:
    assert label("a\n b") == "a b"
    assert len(label(EVIL)) == 36


def _gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(table()))
def test_a_text_is_there_in_every_language_with_the_same_gaps(key: str) -> None:
    texts = table()[key]
    assert set(texts) == set(LANGUAGES)
    assert all(text.strip() for text in texts.values())
    assert {frozenset(_gaps(text)) for text in texts.values()} == {frozenset(_gaps(texts["en"]))}


def test_every_text_that_the_code_names_is_in_the_table_and_no_part_of_the_table_is_forgotten() -> None:
    sources = [*(ROOT / "portal_crawler/report").rglob("*.py"), *(ROOT / "portal_crawler/report/templates").iterdir()]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    parts = {key.partition(".")[0] for key in table()}
    named = {one for one in re.findall(r"[\"']([a-z]+\.[a-z0-9_]+)[\"']", text) if one.partition(".")[0] in parts}
    missing = {one for one in named if one not in table() and not one.endswith(".jsonl")}
    assert missing == set()
    assert [part for part in parts if f"{part}." not in text and f'"{part}"' not in text] == []


def test_a_name_that_has_no_text_is_shown_as_it_is() -> None:
    assert words_of("en").known("why", "some_new_reason") == "some_new_reason"
    assert words_of("zh").known("why", "mirror") == "镜像"


def test_every_vendored_file_is_pinned_and_has_its_licence() -> None:
    folder = files("portal_crawler.assets").joinpath("vendor")
    there = {one.name for one in folder.iterdir()}
    assert there == {one.file for one in vendored()} | {one.licence_file for one in vendored()}
    for one in vendored():
        assert hashlib.sha256(folder.joinpath(one.file).read_bytes()).hexdigest() == one.sha256
        licence = folder.joinpath(one.licence_file).read_text(encoding="utf-8")
        assert {"MIT": "MIT", "0BSD": "Zero-Clause BSD"}[one.licence] in licence
        assert "</script" not in vendored_text(one.file)


def test_the_style_sheet_loads_nothing_and_every_colour_of_light_has_one_of_dark() -> None:
    sheet = own_text(STYLE)
    assert re.findall(r"url\(|@import|@font-face", sheet) == []
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", sheet, re.DOTALL)[:2]
    colours = {name for name, value in re.findall(r"(--[\w-]+): (#\w+)", light) if value}
    assert colours == set(re.findall(r"(--[\w-]+): #\w+", dark))
    assert "fetch(" not in own_text(GRAPH_SCRIPT)

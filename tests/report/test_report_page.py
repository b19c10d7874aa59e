"""The report as a file: what it says, that it is sound HTML, and that it says the same each time."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from lxml import html

from portal_crawler.cli.report_made import make_report
from portal_crawler.errors import OutputError
from tests.report.made_reports import HOSTILE, RULE, Reports, run

SECTIONS = (
    "about", "loss", "articles", "answers", "charsets", "template", "duplicates", "links", "coverage", "fields",
    "lengths", "skipped", "pauses", "sample", "reproduce",
)  # fmt: skip


def _page(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_bytes().decode())


def _rows(page: html.HtmlElement, table: str) -> list[list[str]]:
    return [[cell.text_content().strip() for cell in row] for row in page.xpath(f"//*[@id='{table}']//tbody/tr")]


@pytest.mark.parametrize("name", ["english", "chinese"])
def test_every_section_is_there_with_a_heading_and_a_permalink(reports: Reports, name: str) -> None:
    page = _page(getattr(reports, name))
    assert tuple(page.xpath("//main/section/@id")) == SECTIONS
    assert len(page.xpath("//main/section/header/h2")) == len(SECTIONS)
    assert page.xpath("//nav//a/@href") == [f"#{section}" for section in SECTIONS]


@pytest.mark.parametrize("name", ["english", "chinese", "comparison"])
def test_every_anchor_leads_to_one_place_and_every_table_and_chart_has_its_words(reports: Reports, name: str) -> None:
    page = _page(getattr(reports, name))
    ids = Counter(page.xpath("//@id"))
    assert [one for one, count in ids.items() if count > 1] == []
    assert [link for link in page.xpath("//a/@href") if link.startswith("#") and link[1:] not in ids] == []
    assert [table for table in page.xpath("//table") if not table.findtext("caption")] == []
    assert page.xpath("//thead//th[not(@scope='col')]") == []
    assert page.xpath("//*[contains(@class, 'chart')][@role='img'][not(@aria-label)]") == []
    assert page.xpath("//figure[not(figcaption/h3)]") == []
    assert page.xpath("/html/@lang")[0] == {"english": "en", "chinese": "zh-Hans", "comparison": "en"}[name]


@pytest.mark.parametrize("name", ["english", "comparison"])
def test_nothing_is_asked_of_a_network_and_no_element_styles_or_runs_by_itself(reports: Reports, name: str) -> None:
    page = _page(getattr(reports, name))
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert page.xpath("//*[@style] | //img | //iframe | //object | //link[not(@href='data:,')] | //script[@src]") == []
    assert [name for element in page.iter("*") for name in element.attrib if name.startswith("on")] == []
    assert {link.partition(":")[0] for link in page.xpath("//a/@href") if not link.startswith("#")} <= {
        "http",
        "https",
        "data",
    }
    assert page.xpath("//a[starts-with(@href, 'http')][not(contains(@rel, 'noopener'))]") == []
    assert "url(" not in page.xpath("//style")[0].text


def test_the_funnel_has_the_counts_of_the_crawl_and_its_sums_add_up(reports: Reports) -> None:
    page = _page(reports.english)
    counts = json.loads((reports.first / "crawl.json").read_bytes())["counts"]
    steps = {row[0]: row[1] for row in _rows(page, "loss-steps")}
    assert steps["discovered"] == str(counts["discovered"])
    assert (steps["fetched"], steps["article"], steps["unique"]) == tuple(
        str(counts[name]) for name in ("fetched", "article", "unique")
    )
    assert "The sums add up" in page.get_element_by_id("loss").text_content()
    lost = sum(int(row[-1]) for row in _rows(page, "loss-rules"))
    assert lost == counts["discovered"] - counts["unique"]


def test_a_sum_that_does_not_add_up_is_said(reports: Reports, tmp_path: Path) -> None:
    shutil.copytree(reports.first, tmp_path / "first")
    lines = (tmp_path / "first/duplicates.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "first/duplicates.jsonl").write_bytes(b"".join(lines[1:]))
    make_report(tmp_path / "first", tmp_path / "r.html", "en")
    told = _page(tmp_path / "r.html").get_element_by_id("loss").text_content()
    assert "The sums do not add up at “unique”" in told
    assert "the difference is +1" in told
    assert "The sums add up" not in told


def test_skipped_addresses_are_told_with_their_rule_and_an_example(reports: Reports) -> None:
    rows = _rows(_page(reports.english), "skipped-reasons")
    told = {row[0]: row for row in rows}
    assert told["excluded"][2] == f"[scope] exclude {RULE}"
    assert told["excluded"][4] == "http://www.portal.test/skip/a.htm"
    assert told["another site"][4] == "http://other.test/"
    assert told["HTTP error"][1] == "fetched"


def test_a_print_version_stands_beside_its_story_with_the_words_that_differ(reports: Reports) -> None:
    pair = _page(reports.english).get_element_by_id("pair-1")
    assert [one.text_content() for one in pair.xpath(".//ins | .//del")] == ["Printed at the harbour."]


def test_the_sample_is_the_same_in_both_languages_and_says_why(reports: Reports) -> None:
    english, chinese = _page(reports.english), _page(reports.chinese)
    urls = [
        page.xpath("//section[@id='sample']//article//a[starts-with(@href, 'http')]/@href")
        for page in (english, chinese)
    ]
    assert urls[0] == urls[1]
    assert len(urls[0]) == 6
    first = english.get_element_by_id("sample-1")
    assert {"story text", "headline"} <= {tag.text_content() for tag in first.xpath(".//*[contains(@class, 'tag')]")}
    assert re.search(r"\([+-]\d", first.xpath(".//li")[0].text_content())


def test_the_delay_is_held_against_the_pauses(reports: Reports) -> None:
    rows = _rows(_page(reports.english), "pauses-hosts")
    assert rows[0][0] == "www.portal.test"
    assert int(rows[0][1]) == json.loads((reports.first / "crawl.json").read_bytes())["counts"]["fetched"]


def test_downloads_hold_the_table_and_no_formula(reports: Reports) -> None:
    page = _page(reports.comparison)
    addresses = page.xpath("//a[@download='compare-changed.csv']/@href")
    text = base64.b64decode(addresses[0].partition(",")[2]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[1] for row in rows[1:]] == [f"http://www.portal.test/news/1000{n}.htm" for n in (2, 4)]
    every = [
        base64.b64decode(link.partition(",")[2]).decode("utf-8-sig")
        for link in _page(reports.english).xpath("//a[@download]/@href")
    ]
    cells = [cell for text in every for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))] == []
    assert "'" + HOSTILE["/news/30005.htm"] in cells


def test_the_same_crawl_gives_the_same_bytes_in_another_process(
    reports: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(reports.first.parent)
    make_report(Path("first"), tmp_path / "again.html", "en")
    assert (tmp_path / "again.html").read_bytes() == reports.english.read_bytes()


def test_without_the_extras_the_report_has_tables_and_names_the_cures(reports: Reports, tmp_path: Path) -> None:
    without = "sys.modules['vl_convert'] = sys.modules['scipy'] = None"
    done = run("report", reports.first, "-o", "plain.html", cwd=tmp_path, before=without)
    page = _page(tmp_path / "plain.html")
    assert "pip install 'portal-crawler[report]'" in done.stderr
    assert "pip install 'portal-crawler[report]'" in page.get_element_by_id("about").text_content()
    assert page.xpath("//figure//div[contains(@class, 'chart')]//*[local-name()='rect']") == []
    assert _rows(page, "loss-steps") == _rows(_page(reports.english), "loss-steps")
    assert "pip install 'portal-crawler[graph]'" in page.get_element_by_id("links").text_content()
    linked = [int(row[3]) for row in _rows(page, "links-ranks")]
    assert linked == sorted(linked, reverse=True)


def test_the_comparison_tells_new_gone_and_changed_stories_and_statuses(reports: Reports) -> None:
    page = _page(reports.comparison)
    assert [row[1] for row in _rows(page, "compare-new")] == ["http://www.portal.test/news/10020.htm"]
    assert [row[1] for row in _rows(page, "compare-gone")] == ["http://www.portal.test/news/10003.htm"]
    assert _rows(page, "compare-statuses") == [["200", "410", "1", "http://www.portal.test/news/10003.htm"]]
    added = [one.text_content() for one in page.xpath("//section[@id='edits']//ins")]
    assert "A further paragraph was added." in added
    assert HOSTILE["/news/30001.htm"] in added


def test_with_json_the_object_stands_alone_and_no_page_is_made(reports: Reports, tmp_path: Path) -> None:
    shutil.copytree(reports.first, tmp_path / "c", ignore=shutil.ignore_patterns("report"))
    done = run("report", "c", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["counts"]["article"] > 0
    assert not (tmp_path / "c/report").exists()


def test_a_file_that_cannot_be_written_is_named_with_the_cure(reports: Reports, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"file: .+; "):
        make_report(reports.first, tmp_path / "file/r.html", "en")

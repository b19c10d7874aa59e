"""read_page as a whole: the fixture pages, and what holds for any bytes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_crawler import Capture, PageReading, extract, read_page
from portal_crawler.page.folding import fold
from portal_crawler.page.kind import KindEvidence, PageKind, decide_kind
from portal_crawler.page.roles import Role
from portal_crawler.sites.profile import LayoutPeriod, SiteProfile


def _joined(parts: list[str]) -> bytes:
    return "".join(parts).encode()


PAGES = sorted((Path(__file__).parents[1] / "pages").iterdir())
_PARTS = [
    "<p>", "</p>", "<table><tr><td>", "</td></tr></table>", "<a href='x.htm'>", "</a>", "<br><br>", "</div>", "\x00",
    "<div class=footer>", "A sentence that is long enough to be taken for running text, and ends here. ", "&nbsp",
    "Home | News", "<form><input><textarea>", "<title>", "</title>", "<!--", "-->", "<script>", "<frameset>", "<h1>",
    "<frame src=a.htm>", "<pre>\n\n\n", "</pre>", "\xb7", "<select><option value=/a>", "<img src=a>", "<font size=5>",
    "<?xml", "<rss>", "(Agency 05/28/2001)", "<meta http-equiv=refresh content='0;url=b.htm'>",
]  # fmt: skip
_BODIES = st.one_of(st.binary(max_size=400), st.lists(st.sampled_from(_PARTS), max_size=40).map(_joined))
_WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)
_RSS = b'<?xml version="1.0"?><rss version="2.0"><channel><item><link>http://h/1</link></item></channel></rss>'


def _read(folder: Path) -> tuple[PageReading, dict[str, Any]]:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    headers = ((b"Content-Type", expected["content_type"].encode()),)
    return read_page(Capture(url=expected["url"], body=(folder / "page.html").read_bytes(), headers=headers)), expected


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_a_saved_page_reads_as_expected(folder: Path) -> None:
    reading, expected = _read(folder)
    assert reading.kind.kind.value == expected["kind"]
    if expected["kind"] == "article":
        assert reading.article is not None
        assert reading.article.title == expected["title"]
        assert list(reading.article.paragraphs) == expected["paragraphs"]
        assert str(reading.article.published) == str(expected["published"])
    got = [(link.url, link.text, link.element.value, link.role.value) for link in reading.links]
    assert got == [(link["url"], link["text"], link["element"], link["role"]) for link in expected["links"]]


def test_the_seed_pages_story_is_its_headline_its_24_paragraphs_and_the_author_note() -> None:
    reading, _ = _read(next(folder for folder in PAGES if folder.name == "b2-op-ed-seed-order"))
    assert reading.article is not None
    assert len(reading.article.paragraphs) == 25
    assert reading.article.paragraphs[-1].startswith("(The author is a research fellow")
    roles = Counter(link.role for link in reading.links)
    assert roles[Role.RELATED] == 5
    assert roles[Role.NAVIGATION] >= 20
    assert Role.BODY not in roles


@given(_BODIES)
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_it_raise_and_every_block_is_judged_once(body: bytes) -> None:
    reading = read_page(Capture(url="http://h/a/1.htm", body=body))
    assert (
        [decision.block for decision in reading.roles]
        == [block.index for block in reading.blocks]
        == list(range(len(reading.blocks)))
    )
    assert all(decision.reasons and 0 < decision.confidence < 1 for decision in reading.roles)
    assert all(link.block is None or link.block < len(reading.blocks) for link in reading.links)
    assert [link.position for link in reading.links] == list(range(len(reading.links)))


def _solid(texts: Iterable[str]) -> str:
    return "".join(texts).replace(" ", "")


@given(st.lists(_WORDS, min_size=1, max_size=30))
@settings(max_examples=100, deadline=None)
def test_blocks_hold_the_pages_text_once(words: list[str]) -> None:
    page = "".join(f"<p>{word}</p>" if at % 3 else f"<td>{word}<br><br>" for at, word in enumerate(words))
    blocks = read_page(Capture(url="http://h/", body=f"<meta charset=utf-8><body>{page}".encode())).blocks
    assert _solid(block.text for block in blocks) == _solid(fold(word) for word in words)


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"", 200, PageKind.UNREADABLE),
        (b"\x89PNG\r\n\x1a\n", 200, PageKind.UNREADABLE),
        (b"<p>gone</p>", 404, PageKind.OTHER),
        (b"", 302, PageKind.OTHER),
        (_RSS, 200, PageKind.LINK_PAGE),
    ],
)
def test_what_is_no_page_of_text_is_told_and_not_raised(body: bytes, status: int, kind: PageKind) -> None:
    reading = read_page(Capture(url="http://h/x", body=body, status=status))
    assert reading.kind.kind is kind
    assert reading.kind.reasons or reading.problems


def test_a_redirect_is_one_link() -> None:
    reading = read_page(Capture(url="http://h/a", final_url="http://h/b", body=b"", status=301))
    (link,) = reading.links
    assert (link.url, link.element.value, link.role) == ("http://h/b", "redirect", Role.OTHER)


@pytest.mark.parametrize(
    ("status", "location", "problem"),
    [
        (302, b"", "a redirect without an address to go to"),
        (302, b"/a", "a redirect to itself"),
        (302, b"http://[no/", "a redirect to what is not followed: no URL by the WHATWG standard"),
        (304, b"", "it says that nothing has changed (304), and no earlier answer is known"),
    ],
)
def test_a_redirect_that_leads_nowhere_says_why(status: int, location: bytes, problem: str) -> None:
    headers = ((b"Location", location),) if location else ()
    reading = read_page(Capture(url="http://h/a", body=b"", status=status, headers=headers))
    assert (reading.links, reading.problems) == ((), (problem,))


def test_a_profiles_selectors_overrule_the_model() -> None:
    page = b"<title>T</title><body><div id=a><p>The text that the rules would take is here, and it is long.</p></div>"
    page += b"<div id=b><p>Short one.</p></div><p>(Agency May 28, 2001)</p>"
    profile = SiteProfile(name="p", seeds=("http://h/",), layout=(LayoutPeriod(body=("#b",)),))
    reading = read_page(Capture(url="http://h/english/china/12345.htm", body=page), profile)
    bodies = [reading.blocks[one.block].text for one in reading.roles if one.role is Role.BODY]
    assert bodies == ["Short one."]


def test_extract_takes_text_or_bytes_and_needs_no_address() -> None:
    folder = next(folder for folder in PAGES if folder.name == "c-article")
    found = extract((folder / "page.html").read_bytes())
    assert found.kind is PageKind.ARTICLE
    assert found.text == "\n\n".join(found.paragraphs)
    assert extract((folder / "page.html").read_text(encoding="utf-8")).paragraphs == found.paragraphs


def test_a_brief_in_chinese_says_as_much_as_one_in_english() -> None:
    # 47 characters, of which a network says what it does of such pages
    brief = KindEvidence(
        True, prose=0, listed=0, digest=False, article=0.37, own=47, weight=141, dated=True, credited=True
    )
    assert decide_kind(brief).kind is PageKind.ARTICLE
    assert decide_kind(replace(brief, weight=47)).kind is PageKind.OTHER


_THAI = (
    "สภาเมืองริมแม่น้ำได้ประชุมกันเมื่อวันจันทร์และตกลงที่จะสร้างสะพานเก่าขึ้นใหม่ก่อนฤดูฝนจะมาถึง นายกเทศมนตรีกล่าวกับผู้สื่อข่าว "
    "งานจะเริ่มในฤดูใบไม้ผลิและมีค่าใช้จ่ายประมาณสี่ล้านบาท ซึ่งจังหวัดจะจ่ายครึ่งหนึ่งในอีกสามปีข้างหน้า"
)


def test_a_story_in_thai_is_an_article_and_a_list_in_thai_is_none() -> None:
    menu = "".join(f"<li><a href=/{word}/>{word}</a>" for word in ("หน้าแรก", "การเมือง", "เศรษฐกิจ", "กีฬา"))
    top = (
        f"<html lang=th><title>เมืองริมน้ำจะสร้างสะพาน</title><ul>{menu}</ul><h1>เมืองริมน้ำจะสร้างสะพาน</h1><p>3 พ.ค. 2551</p>"
    )
    story = extract(top + f"<p>{_THAI}</p>" * 6, "http://www.portal.test/a.htm")
    assert (story.kind, story.text.count("สะพานเก่า")) == (PageKind.ARTICLE, 6)
    entries = "".join(f"<li><a href=/{n}.htm>เมืองริมน้ำจะสร้างสะพานเก่าขึ้นใหม่ {n}</a> 3 พ.ค. 2551" for n in range(30))
    assert extract(f"{top}<ul>{entries}</ul>", "http://www.portal.test/").kind is PageKind.LINK_PAGE

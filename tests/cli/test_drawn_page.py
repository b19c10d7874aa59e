from __future__ import annotations

from lxml import html

from portal_crawler.capture import Capture
from portal_crawler.cli.drawn_page import drawn_page
from portal_crawler.page.charset import decode
from portal_crawler.page.kind import KindDecision, PageKind
from portal_crawler.page.markup import parse
from portal_crawler.page.roles import Reason, Role, RoleDecision
from portal_crawler.page.walk import walk
from portal_crawler.reading import PageReading

BODY = """<html><head><meta charset="gb2312"><base href="http://elsewhere.test/"><script>alert(1)</script></head>
<body><table><tr><td>Home | News</td><td>
<p>First <b>words</b>.</p><p>世界 &lt;tag&gt;</p><img src="a.gif" onload="x()">
<a href="b.htm">next</a><a href="javascript:x()">run</a></td></tr>
</table><script src="x.js"></script>tail</body></html>""".encode("gb18030")


def reading() -> PageReading:
    """A reading of BODY with invented roles: what is drawn is under test, not what is decided."""
    blocks = walk(*parse(decode(BODY)[0])).blocks
    roles = tuple(
        RoleDecision(block.index, Role.BODY if block.tag == "p" else Role.NAVIGATION, 0.9, (Reason("a <reason>", 1.0),))
        for block in blocks
    )
    capture = Capture(url="http://www.portal.test/a/page.htm", body=BODY)
    return PageReading(capture, "k", KindDecision(PageKind.ARTICLE, 0.8), blocks=blocks, roles=roles)


def test_every_block_is_outlined_where_it_stands_and_listed_with_its_reasons() -> None:
    drawn = html.fromstring(drawn_page(BODY, reading()))
    outlined = drawn.xpath("//*[starts-with(@id, 'pc-')]")
    assert {element.tag for element in outlined} >= {"td", "p"}
    rows = drawn.xpath("//div[@class='pc-panel']/a")
    assert len(rows) == len(reading().blocks)
    assert all("a <reason>" in row.text_content() for row in rows)
    assert {row.get("href") for row in rows} >= {f"#{element.get('id')}" for element in outlined}


def test_the_drawn_page_runs_no_script_and_is_utf_8_whatever_the_page_was() -> None:
    drawn = drawn_page(BODY, reading())
    assert "<script" not in drawn
    assert "x()" not in drawn
    assert "gb2312" not in drawn
    assert "世界" in drawn
    assert "tail" in drawn


def test_pictures_and_links_lead_where_they_led() -> None:
    drawn = html.fromstring(drawn_page(BODY, reading()))
    assert drawn.xpath("//img/@src") == ["http://elsewhere.test/a.gif"]
    assert "http://elsewhere.test/b.htm" in drawn.xpath("//a/@href")

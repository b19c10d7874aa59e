from __future__ import annotations

from lxml import html

from portal_crawler.capture import Capture
from portal_crawler.explain.drawn_page import drawn_page
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
    drawn: html.HtmlElement = html.fromstring(drawn_page(BODY, reading()))
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
    drawn: html.HtmlElement = html.fromstring(drawn_page(BODY, reading()))
    assert drawn.xpath("//img/@src") == ["http://elsewhere.test/a.gif"]
    assert "http://elsewhere.test/b.htm" in drawn.xpath("//a/@href")


HOSTILE = b"""<html><body><p>A paragraph of the page.</p><iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="javascript:alert(1)"></object><embed src="javascript:alert(1)"><form action="javascript:alert(1)">
<button formaction="javascript:alert(1)">go</button></form><svg><a xlink:href="javascript:alert(1)"><text>x</text></a>
<animate attributeName="href" values="javascript:alert(1)"/></svg><img srcset="javascript:alert(1) 2x" src="x.gif">
<a href=" java\nscript:alert(1)">a</a><a href="data:text/html,<script>alert(1)</script>" ping="http://in.test/">b</a>
<math><mtext></form><mglyph><style></math><img src onerror=alert(1)></style></body></html>"""


def test_nothing_of_a_hostile_page_runs_or_leads_to_what_is_no_web_address() -> None:
    blocks = walk(*parse(decode(HOSTILE)[0])).blocks
    roles = tuple(RoleDecision(block.index, Role.BODY, 0.9, (Reason("</script><script>x", 1.0),)) for block in blocks)
    capture = Capture(url="http://www.portal.test/a/page.htm", body=HOSTILE)
    made = drawn_page(
        HOSTILE, PageReading(capture, "k", KindDecision(PageKind.ARTICLE, 0.8), blocks=blocks, roles=roles)
    )
    head, _, rest = made.partition("<style>")
    assert "script-src" not in head
    assert "default-src 'none'" in head
    drawn: html.HtmlElement = html.fromstring(made)
    assert drawn.xpath("//script|//iframe|//object|//embed|//animate") == []
    values = [(name, value) for element in drawn.iter() for name, value in element.items()]
    assert [one for one in values if "javascript" in one[1] or one[0].startswith("on") or one[0] == "ping"] == []
    assert "A paragraph of the page." in rest

"""Title, authors and dates: which of several places on a page is believed."""

# ruff: noqa: RUF001 - words in other scripts are meant as such

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal_crawler.extraction import Extraction, extract

_STORY = "".join(
    f"<p>The council of the river town met on day {number} and agreed to rebuild the old bridge before the rains, "
    f"which had closed the road to the market {number} times in the last ten years, as the mayor told the press.</p>"
    for number in range(1, 7)
)


def _read(head: str = "", above: str = "", below: str = "", url: str = "http://www.portal.test/a.htm") -> Extraction:
    """A story under its headline, with things around both."""
    html = f"<html><head>{head}</head><body>{above}<h1>Bridge to Be Rebuilt</h1>{below}{_STORY}</body></html>"
    return extract(html, url)


def _origin(found: Extraction, field: str) -> str:
    return dict(found.origins).get(field, "")


def _json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {text}}}</script>'


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Bridge to Be Rebuilt | Valley News</title>", "Bridge to Be Rebuilt"),
        ("<title>Valley News</title>", "Bridge to Be Rebuilt"),
        ("<title>Old Bridge to be rebuilt - Valley News</title>", "Bridge to Be Rebuilt"),
        ("<title>Weather</title>", "Bridge to Be Rebuilt"),
    ],
)
def test_a_story_is_called_what_its_headline_says(head: str, title: str) -> None:
    found = _read(head)
    assert found.title == title
    assert _origin(found, "title").startswith("headline")


def test_a_page_that_is_no_story_is_called_what_it_declares() -> None:
    entries = "".join(f"<li><a href='/{number}'>Item {number}</a> 12.00</li>" for number in range(30))
    head = "<title>Garden Chairs &amp;amp; Tables - Valley Shop</title>"
    found = extract(f"<html><head>{head}</head><body><h1>Welcome, dear guest</h1><ul>{entries}</ul></body></html>")
    assert (found.title, _origin(found, "title")) == ("Garden Chairs & Tables", "title element")


def test_a_heading_that_is_a_part_of_the_declared_title_is_the_title() -> None:
    entries = "".join(f"<li><a href='/{number}'>Item {number}</a> 12.00</li>" for number in range(30))
    head = "<title>Chairs | The whole range of garden furniture in our shop</title>"
    found = extract(f"<html><head>{head}</head><body><h1>Chairs</h1><ul>{entries}</ul></body></html>")
    assert found.title == "Chairs"


@pytest.mark.parametrize(
    ("head", "below", "authors", "origin"),
    [
        (_json_ld('"author": {"@type": "Person", "name": "Li Wei"}'), "", ("Li Wei",), "json-ld author"),
        (
            _json_ld('"author": [{"@type": "Organization", "name": "Valley News"}]'),
            "",
            ("Valley News",),
            "json-ld author",
        ),
        (
            _json_ld('"author": {"@type": "Organization", "name": "Valley News"}'),
            "<p>By Li Wei and Anna Schmidt</p>",
            ("Li Wei", "Anna Schmidt"),
            "byline",
        ),
        ('<meta property="article:author" content="https://social.test/liwei">', "", (), ""),
        (
            "",
            '<p>Words: <a rel="author" href="/author/li">Li Wei</a></p>',
            ("Li Wei",),
            "element marked as author",
        ),
        (
            "",
            '<div class="author-name">Li Wei</div><div class="author-name">Anna Schmidt</div>',
            ("Li Wei", "Anna Schmidt"),
            "element marked as author",
        ),
        ("", '<aside><div class="author-name">Li Wei</div></aside>', (), ""),
        (
            "",
            '<div itemscope><span itemprop="author">Li Wei</span></div>'
            '<div itemscope class="reply"><span itemprop="author">Somebody Else</span></div>',
            ("Li Wei",),
            "microdata author",
        ),
        (
            "",
            '<div itemscope><span itemprop="author" itemscope><b itemprop="name">Li Wei</b> 2,345 posts</span></div>',
            ("Li Wei",),
            "microdata author",
        ),
    ],
)
def test_authors_are_people_before_organizations(head: str, below: str, authors: tuple[str, ...], origin: str) -> None:
    found = _read(head, below=below)
    assert found.authors == authors
    assert _origin(found, "authors").startswith(origin)


@pytest.mark.parametrize(
    ("head", "above", "below", "published", "origin"),
    [
        ("", "<p>December 17, 2004 · 8 minutes</p>", "", date(2004, 12, 17), "short line of the text"),
        ("", "", "<p>Posted by Kim<br>Joined: October 3, 2001</p>", None, ""),
        ('<meta name="w-published-date" content="2004-12-17">', "", "", date(2004, 12, 17), "meta w-published-date"),
        (
            _json_ld('"datePublished": "2004-12-18T01:00:00Z"'),
            "",
            "<p>17 December 2004</p>",
            date(2004, 12, 17),
            "byline",
        ),
        (
            _json_ld('"datePublished": "2004-12-19T01:00:00Z"'),
            "",
            "<p>17 December 2004</p>",
            datetime(2004, 12, 19, 1, tzinfo=UTC),
            "json-ld",
        ),
        (
            _json_ld('"datePublished": "2005-03-01", "dateModified": "2005-03-01"'),
            "",
            "<p>17 December 2004</p>",
            date(2004, 12, 17),
            "byline",
        ),
    ],
)
def test_the_date_is_the_day_that_the_portal_itself_shows(
    head: str, above: str, below: str, published: date | None, origin: str
) -> None:
    found = _read(head, above, below)
    assert (found.published, _origin(found, "published")[: len(origin)]) == (published, origin)


def test_a_date_far_from_the_headline_is_believed_where_no_other_is_shown() -> None:
    rows = "".join(f"<tr><td>Row {number}</td><td>{number}</td></tr>" for number in range(40))
    label = "<div>Published</div><div>May 25, 2003</div>"
    html = (
        f"<html><body><h1>Bridge to Be Rebuilt</h1>{_STORY}<footer><table>{rows}</table>{label}</footer></body></html>"
    )
    found = extract(html)
    assert (found.published, _origin(found, "published").split(",")[0]) == (date(2003, 5, 25), "line with a date")


def test_a_page_of_any_kind_says_what_it_is_called_and_where_it_belongs() -> None:
    entries = "".join(f"<li><a href='/{number}.htm'>Story {number} of the valley</a></li>" for number in range(30))
    head = (
        '<title>World</title><link rel="canonical" href="/world/"><link rel="alternate" hreflang="zh" href="/zh/">'
        '<link rel="alternate" hreflang="x-default" href="/"><link rel="alternate" type="text/css" href="/a.css">'
    )
    found = extract(
        f"<html lang=en><head>{head}</head><body><ul>{entries}</ul></body></html>", "http://www.portal.test/w"
    )
    assert found.kind.value == "link_page"
    assert (found.title, found.language, found.canonical) == ("World", "en", "http://www.portal.test/world/")
    assert found.translations == (("zh", "http://www.portal.test/zh/"),)


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Par Jean Dupont et Marie Petit avec AFP", ("Jean Dupont", "Marie Petit")),
        ("By ANNA SCHMIDT and LI WEI, Associated Press Writers", ("ANNA SCHMIDT", "LI WEI")),
        ("By staff reporter Anna Schmidt", ("Anna Schmidt",)),
        ("By Xinhua writers Anna Schmidt, Li Wei", ("Anna Schmidt", "Li Wei")),
        ("Author: Anna Schmidt Source: Xinhua", ("Anna Schmidt",)),
        ("Von Anna Schmidt, Berlin", ("Anna Schmidt",)),
        ("Von unserem Korrespondenten Peter Müller", ("Peter Müller",)),
        ("Text: Anna Schmidt, Fotos: Peter Müller", ("Anna Schmidt",)),
        ("Propos recueillis par Jean Dupont", ("Jean Dupont",)),
        ("作者：张三（北京大学教授）", ("张三",)),
        ("撰文 张三 摄影 李四", ("张三",)),
        ("Автор статьи: Иван Петров", ("Иван Петров",)),
        ("Автор: Иван Петров", ("Иван Петров",)),
        ("Yazar: Ayşe Demir", ("Ayşe Demir",)),
        ("كتب: أحمد علي", ("أحمد علي",)),
        ("نویسنده: علی رضایی", ("علی رضایی",)),
        ("מאת דוד כהן", ("דוד כהן",)),
        ("Του Γιώργου Παπαδόπουλου", ("Γιώργου Παπαδόπουλου",)),
        ("김철수 기자 kim@valley.test", ("김철수",)),
        ("[계곡일보 = 김철수 기자]", ("김철수",)),
        ("記者 張三、李四", ("張三", "李四")),
        ("文：王小明 图：李四", ("王小明",)),
        ("본지 기자", ()),
        ("Της Δευτέρας το πρωί", ()),
    ],
)
def test_a_byline_is_read_in_the_languages_of_the_portals(line: str, authors: tuple[str, ...]) -> None:
    assert _read(below=f"<p>{line}</p>").authors == authors


@pytest.mark.parametrize("name", ["null", "undefined", "FrontPage 4.0", "N/A"])
def test_what_a_program_writes_for_an_author_is_no_one(name: str) -> None:
    found = _read(f'<meta name="author" content="{name}">', below="<p>By Li Wei</p>")
    assert found.authors == ("Li Wei",)


def test_markup_in_a_declared_name_is_left_out() -> None:
    found = _read(_json_ld('"author": {"@type": "Person", "name": "<a href=\'/li\'>Li Wei</a>"}'))
    assert found.authors == ("Li Wei",)


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("2004年10月15日 08:30 来源：新华网 记者 张三 李四", "新华网"),
        ("2023-05-06 10:22 来源：人民日报 作者：王小明", "人民日报"),
        ("www.portal.test　2004年10月15日　文章来源：新华社", "新华社"),
        ("May 3, 2008 Source: Xinhua Editor: Li Wei", "Xinhua"),
        ("Nguồn: TTXVN - 3/5/2008", "TTXVN"),
    ],
)
def test_a_source_ends_where_the_next_field_begins(line: str, source: str) -> None:
    assert _read(below=f"<p>{line}</p>").source == source


@pytest.mark.parametrize(
    ("crumbs", "section"),
    [
        ("首页 &gt; 国际 &gt; 正文", "国际"),
        ("您的位置：首页 &gt; 国际 &gt; 正文", "国际"),
        ("河谷新闻网 &gt;&gt; 国际 &gt;&gt; 正文", "国际"),
        ("Ana Sayfa » Siyaset", "Siyaset"),
        ("الرئيسية / اقتصاد", "اقتصاد"),
        ("トップ &gt; 経済", "経済"),
        ("首页 &gt; 正文", None),
        ("World &gt; Europe", None),
    ],
)
def test_a_breadcrumb_begins_with_a_portals_home_in_any_of_its_languages(crumbs: str, section: str | None) -> None:
    assert _read(above=f"<div>{crumbs}</div>").section == section


_PICTURE = f"<table><tr><td><img src=/head.gif></td></tr><tr><td>{_STORY}</td></tr></table>"


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        ("VALLEY NEWS | Europe | Town to Rebuild Its Bridge", "Town to Rebuild Its Bridge"),
        ("Valley News >> News >> Town to Rebuild Its Bridge", "Town to Rebuild Its Bridge"),
        ("--- Valley News --- Town to Rebuild Its Bridge", "Town to Rebuild Its Bridge"),
        ("小镇决定重建老桥-国际频道-河谷新闻网", "小镇决定重建老桥"),
        ("中国-东盟博览会开幕", "中国-东盟博览会开幕"),
        ("Town to Re\u00adbuild Its \u200bBridge", "Town to Rebuild Its Bridge"),
        ("\u200fהעיר תשקם את הגשר\u200f", "העיר תשקם את הגשר"),
    ],
)
def test_a_declared_title_is_without_the_sites_name_its_sections_and_unseen_marks(declared: str, title: str) -> None:
    found = extract(f"<title>{declared}</title>{_PICTURE}", "http://www.portal.test/a.htm")
    assert (found.title, _origin(found, "title")) == (title, "title element")


def test_a_headline_that_was_escaped_twice_is_read_as_it_was_meant() -> None:
    page = (
        f"<title>Li &amp;amp; Sons</title><h1>Li &amp;amp; Sons to Build a &amp;quot;New&amp;quot; Bridge</h1>{_STORY}"
    )
    assert extract(page).title == 'Li & Sons to Build a "New" Bridge'


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("Saturday, May 3, 2008", None),
        ("Sat, 3 May 2008 10:30", None),
        ("Release Date: May 3, 2008", None),
        ("Web posted at: 5/3/2008", None),
        ("Views: 120 May 3, 2008", None),
        ("发布时间：2008-05-03 10:22", None),
        ("星期六 2008-05-03", None),
        ("суббота, 3 мая 2008", None),
        ("Publié le samedi 3 mai 2008", None),
        ("السبت 27 ربيع الثاني 1429 هـ - 3 مايو 2008م", None),
        ("شنبه، ۱۴ اردیبهشت ۱۳۸۷", None),
        ("입력 2008.05.03", None),
        ("วันเสาร์ที่ 3 พฤษภาคม 2551", None),
        ("新华网 2008-05-03 10:22:00", "新华网"),
        ("毎日新聞 2008年5月3日", "毎日新聞"),
        ("Sunday Times, May 3, 2008", "Sunday Times"),
        ("(China.org.cn, translated by Li Wei, May 3, 2008)", "China.org.cn"),
        ("Xinhua, Saturday, May 3, 2008", "Xinhua"),
        ("London, May 3, 2008", None),
        ("(HONG KONG, May 3, 2008)", None),
        ("Genf, 3. Mai 2008", None),
        ("São Paulo, 3 de maio de 2008", None),
        ("Straßburg, Samstag, 3. Mai 2008", None),
        ("London Gazette, May 3, 2008", "London Gazette"),
        ("Guangzhou Daily, May 3, 2008", "Guangzhou Daily"),
    ],
)
def test_neither_a_weekday_nor_a_label_nor_a_place_is_a_source(line: str, source: str | None) -> None:
    found = _read(below=f"<p>{line}</p>")
    assert (found.source, str(found.published)) == (source, "2008-05-03")


def test_an_author_is_no_source_unless_an_agency() -> None:
    head = _json_ld('"author": {"@type": "Person", "name": "Jean Dupont"}')
    assert _read(head, below="<p>Jean Dupont | 3 mai 2008</p>").source is None
    found = _read(below="<p>By Reuters</p>")
    assert (found.authors, found.source, _origin(found, "source")) == (
        ("Reuters",),
        "Reuters",
        _origin(found, "authors"),
    )

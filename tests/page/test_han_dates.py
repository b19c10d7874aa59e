"""Dates without digits, with few of them, and in Croatian."""

from __future__ import annotations

from datetime import date

import pytest

from portal_crawler.extraction import extract
from portal_crawler.page.dates import DateBounds, find_dates

_ZH = (
    "河谷镇议会星期一决定在雨季之前重建通往集市的旧桥。今年以来这条道路已经因为洪水关闭了十次。"
    "镇长在会后对记者表示工程将从六月开始。费用的一半由交通部门承担。"
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月3日", date(2019, 5, 3)),
        ("平成元年 1月8日", date(1989, 1, 8)),
        ("令和元年５月３日 掲載", date(2019, 5, 3)),
        ("二〇〇八年五月三日", date(2008, 5, 3)),
        ("发表于二○○八年十月二十三日", date(2008, 10, 23)),
        ("二零一二年十二月三十一日", date(2012, 12, 31)),
        ("二〇一〇年十一月十日", date(2010, 11, 10)),
        ("3. svibnja 2008.", date(2008, 5, 3)),
        ("Utorak, 14. ožujka 2006.", date(2006, 3, 14)),
        ("5. listopada 2008.", date(2008, 10, 5)),
        ("5 listopada 2008", date(2008, 11, 5)),
        ("21. studenoga 2007.", date(2007, 11, 21)),
        ("21. studenog 2007.", date(2007, 11, 21)),
        ("1. kolovoza 2009.", date(2009, 8, 1)),
    ],
)
def test_a_date(text: str, day: date) -> None:
    assert [found.day for found in find_dates(text, DateBounds())] == [day]


@pytest.mark.parametrize(
    "text", ["二〇〇八年", "五月三日", "二〇〇八年十三月三日", "二〇〇八年五月十十日", "明治元年", "元年5月3日"]
)
def test_what_is_no_date(text: str) -> None:
    assert find_dates(text, DateBounds()) == ()


@pytest.mark.parametrize(
    ("line", "day"), [("二〇〇八年五月三日", date(2008, 5, 3)), ("来源:新华网 二〇〇八年五月三日", date(2008, 5, 3))]
)
def test_a_page_that_is_dated_so(line: str, day: date) -> None:
    title = "议会决定重建旧桥"
    page = f"<title>{title}</title><h1>{title}</h1><p>{line}</p><p>{_ZH}</p><p>{_ZH}</p>"
    found = extract(page, "http://www.portal.test/a/b.htm")
    assert found.published == day

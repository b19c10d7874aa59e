"""Dates: every form in which portals write one, in their languages and by their calendars."""

# ruff: noqa: RUF001 - names in other scripts are meant as such

from __future__ import annotations

from datetime import date

import pytest

from portal_crawler.extraction import extract
from portal_crawler.page.dates import DateBounds, date_of_url, find_dates

_BOUNDS = DateBounds()
_DAY = date(2008, 5, 3)


@pytest.mark.parametrize(
    "text",
    [
        "3 Mayıs 2008 Cumartesi, 10:30",
        "3 Μαΐου 2008",
        "ΣΑΒΒΑΤΟ 3 ΜΑΪΟΥ 2008",
        "3 maja 2008",
        "3. května 2008",
        "2008. május 3.",
        "3 maj 2008 kl. 10.30",
        "Sabtu, 3 Mei 2008 10:30 WIB",
        "3. toukokuuta 2008",
        "3 травня 2008, 10:30",
        "3 май 2008",
        "3 במאי 2008",
        "3 أيار 2008",
        "السبت 3 مايو/أيار 2008",
        "السبت 27 ربيع الثاني 1429 هـ - 3 مايو 2008م",
        "3 ماي 2008",
        "تاریخ انتشار: ۱۴ اردیبهشت ۱۳۸۷",
        "شنبه 14 ارديبهشت 1387 - 10:30",
        "3 مئی 2008",
        "3 मई 2008, 10:30 IST",
        "०३ मई २००८",
        "৩ মে ২০০৮",
        "3 พฤษภาคม 2551",
        "วันที่ 3 พฤษภาคม พ.ศ. 2551",
        "๓ พ.ค. ๒๕๕๑",
        "3 พ.ค. 51 10:30 น.",
        "Thứ Bảy, ngày 3 tháng 5 năm 2008",
        "Ngày 03 tháng 05, 2008",
        "平成20年5月3日",
        "中華民國97年5月3日",
        "发表于2008年5月3日 10:30",
        "更新日2008/05/03",
        "03.05.08, 10:30",
        "03-May-08",
        "May 3, '08",
        "3 May ’08",
    ],
)
def test_a_day_is_read_however_a_portal_writes_it(text: str) -> None:
    assert [found.day for found in find_dates(text, _BOUNDS, day_first="." in text)] == [_DAY]


@pytest.mark.parametrize(
    "text",
    [
        "27 ربيع الثاني 1429 هـ",
        "1429/04/27",
        "1429-04-27",
        "0001-01-01T00:00:00",
        "section 03.05.08",
        "10.11.12.13",
        "3 vers 2008",
    ],
)
def test_what_is_no_day_of_a_known_calendar_is_none(text: str) -> None:
    assert find_dates(text, _BOUNDS) == ()


@pytest.mark.parametrize(
    ("text", "month"), [("APRİL 3, 2008", 4), ("3 aprıl 2008", 4), ("3 AUGUſT 2008", 8), ("3 NİSAN 2008", 4)]
)
def test_a_month_cased_by_a_turkish_server_is_one(text: str, month: int) -> None:
    assert [found.day for found in find_dates(text, _BOUNDS)] == [date(2008, month, 3)]
    page = f"<title>x</title><h1>Bridge to be rebuilt</h1><p>{text}</p><p>{'The council met in the town. ' * 9}</p>"
    assert extract(page).published == date(2008, month, 3)


def test_months_of_an_address_are_those_of_any_language() -> None:
    found = date_of_url("http://h.test/2004/Oct/26/a.htm", _BOUNDS)
    assert found is not None
    assert found.day == date(2004, 10, 26)
    assert date_of_url("http://h.test/2004/octopus/26/a.htm", _BOUNDS) is None

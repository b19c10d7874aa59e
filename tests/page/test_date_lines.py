"""Date lines: which lines of a page are looked at for a date."""

# ruff: noqa: RUF001 - words in other scripts are meant as such

from __future__ import annotations

from datetime import date

import pytest

from portal_crawler.extraction import extract
from portal_crawler.page.blocks import Block
from portal_crawler.page.date_lines import date_lines
from portal_crawler.page.date_reader import DateReader
from portal_crawler.page.roles import Role, RoleDecision


def test_of_a_mass_of_dated_lines_those_nearest_to_the_headline_are_looked_at() -> None:
    count = 9_000
    blocks = [Block(index, "p", "May 28, 2001") for index in range(count)]
    roles = [RoleDecision(index, Role.TITLE if index == 0 else Role.BODY, 1.0, ()) for index in range(count)]
    found = [line.block.index for line in date_lines(blocks, roles, DateReader())]
    assert found[:3] == [1, 2, 3]
    # 30 lines are near the headline, the last ones are the story's end.
    assert sorted(found) == [*range(2_031), *range(count - 3, count)]


@pytest.mark.parametrize(
    "line",
    [
        "Published: Saturday, 3 May 2008 Last Updated: Sunday, 4 May 2008",
        "Last Updated: Sunday, 4 May 2008 | Published: Saturday, 3 May 2008",
        "Publié le 3 mai 2008 à 10h30, mis à jour le 4 mai 2008 à 11h00",
        "03.05.2008, 10:30 Uhr | Stand: 04.05.2008, 11:00 Uhr",
        "Giriş: 03.05.2008 - 10:30 Güncelleme: 04.05.2008 - 11:00",
        "Опубликовано 3 мая 2008 г., обновлено в воскресенье 4 мая 2008 г.",
        "입력 2008.05.03 10:30 | 수정 2008.05.04 11:00",
        "发布时间：2008年5月3日 10:30　更新时间：2008年5月4日 11:00",
        "2008年5月3日公開 2008年5月4日更新",
        "انتشار: ۱۴ اردیبهشت ۱۳۸۷ - به‌روزرسانی: ۱۵ اردیبهشت ۱۳۸۷",
        "3 مايو 2008 - آخر تحديث: 4 مايو 2008",
        "פורסם: 03.05.08, עודכן: 04.05.08",
        "เผยแพร่: 3 พ.ค. 2551 ปรับปรุง: 4 พ.ค. 2551",
        "Ngày 3/5/2008 - Cập nhật lần cuối: 4/5/2008",
    ],
)
def test_the_day_of_a_change_is_told_from_that_of_publication(line: str) -> None:
    story = "".join(f"<p>The council of the river town met on day {n} and agreed to rebuild it.</p>" for n in range(9))
    page = f"<html lang=en-GB><title>Bridge</title><h1>Bridge to be rebuilt</h1><p>{line}</p>{story}"
    found = extract(page)
    assert (found.published, found.modified) == (date(2008, 5, 3), date(2008, 5, 4))

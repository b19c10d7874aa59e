"""Lines around a story, in the wording of each generation: agency and date, byline, copyright, note, notices.

Dates are written in English by hand: ``strftime`` would follow the machine's locale.
"""

# ruff: noqa: RUF001 - Chinese pages take full-width punctuation

from __future__ import annotations

from datetime import date

from portal_crawler.demo.model import Generation, Story
from portal_crawler.demo.views_site import NAME, NAME_ZH

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
EMAIL, TELEPHONE = "webmaster@portal.test", "86-10-5550-0142"

# What a site says where it has no story to show.
NOT_FOUND = (
    "The page you requested could not be found. It may have been moved or removed from our site.",
    "Please check the address and try again, or return to the home page.",
)
NOT_FOUND_ZH = ("对不起，您访问的页面不存在或已被删除。", "请返回首页继续浏览。")


def month_day_year(day: date) -> str:
    """``October 15, 2004``."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def source_line(story: Story, generation: Generation) -> str | None:
    """The bracketed agency line below a story, with its date; D names its source above the story instead.

    >>> from datetime import date
    >>> story = Story(1, "news", "china", Generation.A, date(2001, 5, 28), "T", (), "http://h.test/", "RiverNews")
    >>> source_line(story, Generation.A)
    '(RiverNews 05/28/2001)'
    """
    if generation is Generation.D:
        return None
    if generation is Generation.Z:
        when = f"{story.day.year}年{story.day.month}月{story.day.day}日"
        return f"（{story.source} {when}）" if story.source else f"（{when}）"
    when = f"{story.day:%m/%d/%Y}" if generation is Generation.A else month_day_year(story.day)
    return f"({story.source} {when})" if story.source else f"({when})"


def source_and_date(story: Story) -> str:
    """D's line above the story: ``China River Daily, March 19, 2009``."""
    when = month_day_year(story.day)
    return f"{story.source}, {when}" if story.source else when


def byline(story: Story, generation: Generation) -> str | None:
    """``By ...``, unless the byline says so already."""
    if not story.byline:
        return None
    if generation is Generation.Z:
        return f"作者：{story.byline}"
    return story.byline if story.byline.lower().startswith("by ") else f"By {story.byline}"


def updated_line(day: date, generation: Generation) -> str:
    """The notice of an edited story."""
    if generation is Generation.Z:
        return f"更新时间：{day.year}-{day.month:02}-{day.day:02}"
    return f"UPDATED: 09:20, {month_day_year(day)}"


def copyright_line(generation: Generation, day: date | None) -> str:
    """The copyright at the foot; its year is the page's."""
    if generation is Generation.Z:
        return f"版权所有 {NAME_ZH} 未经书面授权禁止使用"
    year = day.year if day else {Generation.A: 2001, Generation.C: 2007, Generation.D: 2010}.get(generation, 2004)
    if generation is Generation.A:
        return f"Copyright (c) {year} {NAME}. All Rights Reserved"
    if generation is Generation.D:
        return f"Copyright © {NAME}. All Rights Reserved"
    return f"Copyright © {NAME} Internet Information Center. All Rights Reserved"


def head_title(generation: Generation, title: str, dice: float) -> str:
    """The ``<title>``: many pages of B and Z carried the portal's name and nothing else."""
    if generation is Generation.Z:
        return NAME_ZH if dice < 0.3 or not title else f"{title}_{NAME_ZH}"
    if not title:
        return NAME
    if generation is Generation.A:
        return title
    if generation in (Generation.C, Generation.D):
        return f"{title} -- {NAME}" if generation is Generation.D else f"{title} - {NAME}"
    return NAME if dice < 0.4 else f"{NAME} - {title}"

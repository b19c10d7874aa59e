"""Date lines: which lines of a page are looked at for a date."""

from __future__ import annotations

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

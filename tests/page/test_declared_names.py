"""Authors that a page declares family name first: one person, not two."""

from __future__ import annotations

import pytest

from portal_crawler.extraction import extract

_PROSE = (
    "The council of the river town met on the second day and agreed to rebuild the old bridge before the rains, which "
    "had closed the road to the market ten times."
)


@pytest.mark.parametrize(
    ("declared", "authors"),
    [
        ("Schmidt, Anna", ("Anna Schmidt",)),
        ("O'Neil, Mary-Jane", ("Mary-Jane O'Neil",)),
        ("Schmidt, Anna M.", ("Anna M. Schmidt",)),
        ("Иванов, Пётр", ("Пётр Иванов",)),
        ("Anna Schmidt, Li Wei", ("Anna Schmidt", "Li Wei")),
        ("Anna Schmidt, Berlin", ("Anna Schmidt", "Berlin")),
        ("Reuters, AFP", ("Reuters", "AFP")),
        ("Schmidt, PhD", ("Schmidt",)),
        ("张三, 李四", ("张三", "李四")),
    ],
)
def test_a_declared_author(declared: str, authors: tuple[str, ...]) -> None:
    page = (
        f'<html><head><title>River Day</title><meta name="author" content="{declared}"></head>'
        f"<body><h1>River Day</h1><p>{_PROSE}</p><p>Again: {_PROSE}</p></body></html>"
    )
    assert extract(page, "http://www.portal.test/a/b.htm").authors == authors

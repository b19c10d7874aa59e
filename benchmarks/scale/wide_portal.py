"""Wide portal: addresses of many portals without end, each made from two numbers, and what their pages lead to.

Four forms of address, as portals of 1999 to today have them: dated files, sections by day, a program that shows stories
by number, a forum. A page has 22 links: its host's menu, its neighbours, older pages of the host at random, and as many
new ones as its reader asks for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LINKS = 22
MENU = 12
_FORMS = (
    ("www", "/english/{year}{month:02}/{day:02}/eng{year}{month:02}{day:02}_{number}.html"),
    ("news", "/{section}/{year}-{month:02}/{day:02}/content_{number}.htm"),
    ("www2", "/show.php?id={number}&sec={section}"),
    ("bbs", "/forum/viewthread.php?page=1&tid={number}"),
)
_SECTIONS = ("world", "china", "business", "culture", "sports", "opinion", "life", "science")
_NUMBER = re.compile(r"(?:_|id=)([0-9]+)")
_FIRST = 10_000
# Odd, so that every number of 32 bits comes once.
_STEP, _START = 1_664_525, 1_013_904_223


@dataclass(frozen=True, slots=True)
class Address:
    """One page: its URL and the key under which a ledger knows it."""

    url: str
    key: str


def hosts(count: int) -> list[str]:
    """The names of so many hosts."""
    return [f"{_FORMS[number % 4][0]}.portal{number // 4}.test" for number in range(count)]


def address(host: str, number: int) -> Address:
    """The page of that number, from 0, of a host."""
    name, portal, _ = host.split(".")
    day = number // 40
    path = _form(name).format(
        number=_FIRST + number,
        section=_SECTIONS[number % 8],
        year=1999 + day // 336 % 27,
        month=1 + day // 28 % 12,
        day=1 + day % 28,
    )
    return Address(f"http://{host}{path}", f"test,{portal},{name}){path}")


def number_of(url: str) -> int | None:
    """The number of a page, by its URL; ``None`` of what is no page of a wide portal."""
    found = _NUMBER.findall(url)
    return int(found[-1]) - _FIRST if found else None


@lru_cache
def _form(name: str) -> str:
    return dict(_FORMS)[name]


@lru_cache(maxsize=4_096)
def menu(host: str) -> tuple[Address, ...]:
    """The pages to which every page of a host leads."""
    return tuple(address(host, number) for number in range(MENU))


def old_numbers(number: int, below: int, count: int) -> list[int]:
    """The numbers of so many pages that a page leads to and that are known: its neighbours and some at random.

    :param below: the first number that is not known.
    """
    near = [(number - 1) % below, (number + 1) % below, (number - 2) % below, (number + 2) % below]
    found, lot = near[:count], number
    while len(found) < count:
        lot = (lot * _STEP + _START) % (1 << 32)
        found.append((lot * below) >> 32)
    return found

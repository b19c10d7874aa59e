"""Shown values: numbers, sizes, times and texts as pages show them. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from portal_crawler.catalog.address_key import shown_key

# Characters of a title or an address in a list; a title of 300 KB would hide what stands behind it.
_SHORT = 160


def number(value: float) -> str:
    """A count with thousands parted.

    >>> number(12345)
    '12,345'
    """
    return f"{value:,.0f}"


def percent(value: float) -> str:
    """A share of 1.

    >>> percent(0.1234), percent(0)
    ('12.3%', '0%')
    """
    return f"{100 * value:.1f}%".replace(".0%", "%")


def size(count: float) -> str:
    """Bytes for people, in powers of 1,000 as disks are sold.

    >>> size(999), size(1_410_534)
    ('999 B', '1.4 MB')
    """
    units = ("B", "kB", "MB", "GB", "TB")
    unit = 0
    while count >= 1000 and unit < len(units) - 1:
        count, unit = count / 1000, unit + 1
    return f"{count:.0f} {units[unit]}" if unit == 0 or count >= 100 else f"{count:.1f} {units[unit]}"


def moment(text: str | None) -> str:
    """A time of a record for people, in UTC; a date stays one.

    >>> moment("2026-11-28T17:48:42.967Z"), moment("2004-05-17"), moment(None)
    ('2026-11-28 17:48:42', '2004-05-17', '')
    """
    if not text or len(text) <= 10:
        return text or ""
    try:
        return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return text


def when(value: datetime | None) -> str:
    """A time to the minute, as it stands.

    >>> when(datetime(2026, 3, 29, 1, 30)), when(None)
    ('2026-03-29 01:30', '')
    """
    return "" if value is None else value.strftime("%Y-%m-%d %H:%M")


def seconds(value: float) -> str:
    """A duration; of one below zero, which a clock that was put back gave, nothing is known.

    >>> seconds(7.4), seconds(75), seconds(3700)
    ('7.4 s', '1 min 15 s', '1 h 1 min')
    """
    if value < 0:
        return "\u2013"
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def short(text: str | None, most: int = _SHORT) -> str:
    """A text on one line, cut where nobody reads on."""
    line = " ".join((text or "")[: 4 * most].split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def readable(url: str) -> str:
    """An address as people read it: escapes undone, where that gives text in another script.

    >>> readable("http://portal.test/%E6%96%B0%E9%97%BB"), readable("http://portal.test/a%20b")
    ('http://portal.test/新闻', 'http://portal.test/a%20b')
    """
    if "%" not in url:
        return url
    shown = unquote(url, errors="replace")
    return url if "\ufffd" in shown or not shown.isprintable() or shown.isascii() else shown


def paragraphs(text: str) -> list[str]:
    """The paragraphs of an article's text."""
    return text.split("\n\n") if text else []


def in_shell(path: Path) -> str:
    """A path as a part of a command that is copied into a terminal.

    >>> in_shell(Path("crawls/one")), in_shell(Path("a b;rm"))
    ('crawls/one', "'a b;rm'")
    """
    return shlex.quote(str(path))


FILTERS: dict[str, Callable[..., Any]] = {
    "page_key": shown_key,
    "number": number,
    "percent": percent,
    "size": size,
    "moment": moment,
    "seconds": seconds,
    "when": when,
    "short": short,
    "readable": readable,
    "paragraphs": paragraphs,
    "in_shell": in_shell,
}
"""Name in templates -> filter."""

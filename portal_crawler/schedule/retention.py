"""Retention: which finished crawls of a job are kept, by rules such as ``last:30, monthly:all``. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

# Rule -> the period that a time lies in; of each period the newest crawl is kept. Periods are those of UTC.
_PERIODS: dict[str, Callable[[datetime], str]] = {
    "hourly": lambda at: f"{at:%Y-%m-%dT%H}",
    "daily": lambda at: f"{at:%Y-%m-%d}",
    "weekly": lambda at: f"{at:%G-W%V}",
    "monthly": lambda at: f"{at:%Y-%m}",
    "yearly": lambda at: f"{at:%Y}",
}
_RULE = re.compile(rf"(last|{'|'.join(_PERIODS)})\s*:\s*([1-9]\d{{0,5}}|all)\Z")
_FORM = 'write "all", or rules such as "last:30, monthly:all" (last, hourly, daily, weekly, monthly, yearly)'


@dataclass(frozen=True, slots=True)
class Retention:
    """Rules as (name, how many or ``None`` for all); without any, every crawl is kept."""

    rules: tuple[tuple[str, int | None], ...] = ()

    def kept(self, times: Sequence[datetime]) -> set[datetime]:
        """Those of the times (aware UTC) whose crawls are kept: what any rule keeps.

        >>> from datetime import UTC
        >>> days = [datetime(2026, month, day, tzinfo=UTC) for month, day in ((1, 30), (1, 31), (2, 1))]
        >>> sorted(day.day for day in read_retention("last:1, monthly:all").kept(days))
        [1, 31]
        """
        newest = sorted(set(times), reverse=True)
        if not self.rules:
            return set(newest)
        return {time for name, most in self.rules for time in _newest_of_each(newest, name)[:most]}

    def __str__(self) -> str:
        return ", ".join(f"{name}:{'all' if most is None else most}" for name, most in self.rules) or "all"


KEEP_ALL = Retention()


def read_retention(text: str) -> Retention:
    """``all``, or ``last:30, monthly:all``.

    :raises ValueError: where it is not of this form; the message has problem and cure.

    >>> str(read_retention("last:3,yearly : all"))
    'last:3, yearly:all'
    """
    if text.strip() == "all":
        return KEEP_ALL
    found = [_RULE.match(part.strip()) for part in text.split(",")]
    rules = [(rule[1], None if rule[2] == "all" else int(rule[2])) for rule in found if rule]
    if len(rules) < len(found):
        raise ValueError(f"not rules of retention; {_FORM}")
    if ("last", None) in rules:
        return KEEP_ALL
    return Retention(tuple(rules))


def _newest_of_each(newest: list[datetime], name: str) -> list[datetime]:
    """The newest time of each period, the newest period first."""
    if name == "last":
        return newest
    periods: dict[str, datetime] = {}
    for time in newest:
        periods.setdefault(_PERIODS[name](time), time)
    return list(periods.values())

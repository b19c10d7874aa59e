"""Own settings: the numbers among the ``PORTAL_*`` settings. Knows no Scrapy, so that a command can refuse at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from portal_crawler.errors import UsageError

WORKERS: Final = "PORTAL_READING_WORKERS"
SECONDS: Final = "PORTAL_READING_SECONDS"
MEMORY: Final = "PORTAL_READING_MEMORY"
# The least that each may be, and what to write.
_LEAST = {
    WORKERS: (-1, "a number of processes, such as -s PORTAL_READING_WORKERS=2"),
    SECONDS: (0, "a number of seconds, such as -s PORTAL_READING_SECONDS=20"),
    MEMORY: (0, "a number of megabytes, such as -s PORTAL_READING_MEMORY=320"),
}


def own_number(name: str, value: Any) -> float:
    """The value of a setting as a number.

    :raises UsageError: where it is none, or none that the setting can have.

    >>> own_number("PORTAL_READING_SECONDS", "2.5")
    2.5
    """
    least, wanted = _LEAST[name]
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        problem = "is not a number"
    elif number < least:
        problem = f"is less than {least}"
    elif name == WORKERS and not number.is_integer():
        problem = "is not a whole number"
    else:
        return number
    raise UsageError(f"{name}={value}", problem, f"write {wanted}, or leave it out")


def refuse_wrong_numbers(given: Mapping[str, Any]) -> None:
    """Refuse settings of which a number is wrong.

    :param given: values by the names of settings, others among them.
    :raises UsageError: naming the first wrong one.
    """
    for name in _LEAST:
        if name in given:
            own_number(name, given[name])

"""Month names: how the portals' languages write months and digits, as data, and the one other calendar they use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

# Full names and the abbreviations in use, January to December, by language; the genitive where dates use it.
_NAMES = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "jan feb mar apr may june july aug sept oct nov dec",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner februar mrz apr mai juni juli aug sept okt nov dez",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago set oct nov dic",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
)

MONTHS: dict[str, int] = {name: number for names in _NAMES for number, name in enumerate(names.split(), 1)}


def _alternatives(names: Iterable[str]) -> str:
    """A pattern for any of some names, the longest that fits. By first letter: tried one after the other, a hundred
    names would cost a hundred comparisons at each character.
    """
    by_letter: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        by_letter.setdefault(name[0], []).append(re.escape(name[1:]))
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())


# A regular expression for any of them.
MONTH_NAME = _alternatives(MONTHS)

# Arabic-Indic, Persian and full-width digits, full-width punctuation of dates: one character for one, offsets stay.
_DIGITS = {start + value: str(value) for start in (0x0660, 0x06F0, 0x0966, 0xFF10) for value in range(10)}
_DIGITS |= {0xFF1A: ":", 0xFF0F: "/", 0xFF0D: "-", 0xFF0E: ".", 0xFF0C: ",", 0x3000: " ", 0xA0: " "}


def ascii_digits(text: str) -> str:
    """The text with every digit (and a date's full-width punctuation) in ASCII, of the same length.

    >>> ascii_digits("\u06f1\u06f3\u06f8\u06f5/\u06f0\u06f6")
    '1385/06'
    """
    return text if text.isascii() else text.translate(_DIGITS)


def gregorian_of_solar_hijri(year: int, month: int, day: int) -> date | None:
    """The Gregorian date of a day of the Persian calendar, or ``None`` where there is none.

    By the 33-year cycle of 8 leap years, which agrees with the astronomical calendar for the years 1343-1502.

    >>> gregorian_of_solar_hijri(1385, 6, 12)
    datetime.date(2006, 9, 3)
    """
    lengths = (31,) * 6 + (30,) * 6
    if not (1 <= month <= 12 and 1 <= day <= lengths[month - 1]):
        return None
    # The leap years of a 33-year cycle; 1 Farvardin 1343 was 21 March 1964.
    leap = frozenset((1, 5, 9, 13, 17, 22, 26, 30))
    if month == 12 and day == 30 and year % 33 not in leap:
        return None
    years = sum(366 if number % 33 in leap else 365 for number in range(1343, year)) if year >= 1343 else None
    if years is None:
        return None
    return date(1964, 3, 21) + timedelta(days=years + sum(lengths[: month - 1]) + day - 1)

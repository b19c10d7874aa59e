"""Date forms: how a date is written, as patterns; what they mean is said in ``page.dates``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from portal_crawler.page.month_names import ASCII_NAME, ERA, MONTH_NAME

Form = tuple[str, re.Pattern[str]]
DOTTED = "day, month, two-digit year"
"""The form of 03.05.08, which in a language that does not write its dates so is the number of a section."""
_ORDINAL = r"(?:st|nd|rd|th|er|\u00ba|\u00b0|\.)?"
# What stands before a year, in Thai by the calendar too.
_OF_YEAR = r"(?:de\s|del\s|\u0e1e\.\u0e28\.\s?|\u0e04\.\u0e28\.\s?)?"
# A date may follow at once upon what is written without spaces between words.
_LEAD = r"(?<![\w/.\-])"
_LEAD_OR_CJK = rf"(?:{_LEAD}|(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]))"
# Where a month's name can begin in a text in ASCII: at no letter's right, but for "1st" and its like.
_BEGIN = r"(?:(?<![a-zA-Z])|(?<=\d[snrte][tdhr]))"
_FOUR_DIGITS = re.compile(r"\d{4}")


def _patterns(month: str) -> tuple[tuple[str, str], ...]:
    """How a date is written where ``month`` fits the name of a month, each with the name of its form."""
    # Behind a name its point, and where the Arab world names two months the second.
    named = rf"(?P<name>{month})(?!\w)\.?(?:\s?/\s?(?:{month})(?!\w))?"
    return (
        (
            "year-month-day",
            r"(?P<y>\d{4})\s?[\u5e74\ub144]\s?(?P<m>\d{1,2})\s?[\u6708\uc6d4]\s?(?P<d>\d{1,2})\s?[\u65e5\u53f7\u865f\uc77c]",
        ),
        (
            "year of an era",
            rf"(?:\u4e2d\u83ef|\u4e2d\u534e)?(?P<era>{ERA})\s?(?P<y>\d{{1,3}}|\u5143)\s?\u5e74\s?(?P<m>\d{{1,2}})\s?\u6708\s?(?P<d>\d{{1,2}})\s?\u65e5",
        ),
        ("year-month-day", r"(?P<y>\d{4})(?P<p>[-/.\u2010\u2013])\s?(?P<m>\d{1,2})(?P=p)\s?(?P<d>\d{1,2})"),
        (
            "month name",
            rf"{named}\s{{0,3}}(?P<d>\d{{1,2}}){_ORDINAL}(?:,\s{{0,3}}|\.\s|\s{{1,3}})(?P<y>\d{{4}}|['\u2019]\d\d)",
        ),
        (
            "month name",
            rf"(?P<d>\d{{1,2}}){_ORDINAL}[\s-]{{0,3}}(?:de\s|of\s|\u05d1)?{named},?[\s-]{{0,3}}{_OF_YEAR}(?P<y>\d{{4}}|['\u2019]?\d\d(?=\s\d\d:))",
        ),
        (
            "month name, two-digit year",
            rf"(?P<d>\d{{1,2}})(?P<p>[-\s])(?P<name>{month})(?P=p)(?P<y>(?<=-)\d\d|['\u2019]\d\d)",
        ),
        (
            "asctime",
            rf"(?P<name>{month})\s{{1,2}}(?P<d>\d{{1,2}})\s(?P<inner>\d\d:\d\d(?::\d\d)?(?:\s[A-Z]{{2,4}})?)\s(?P<y>\d{{4}})",
        ),
        ("year-month-day", rf"(?P<y>\d{{4}})\.?[\s,/-]{{1,2}}(?P<name>{month})(?!\w)\.?[\s/-](?P<d>\d{{1,2}})"),
        (  # Vietnamese
            "day, month, year",
            r"(?P<d>\d{1,2})\s{1,2}th\u00e1ng\s{1,2}(?P<m>\d{1,2})(?:\s{1,2}n\u0103m\s{1,2}|,?\s{1,2}|/)(?P<y>\d{4})",
        ),
        ("numbers", r"(?P<a>\d{1,2})(?P<p>[/.\-])(?P<b>\d{1,2})(?P=p)(?P<y>\d{4})"),
        ("numbers, two-digit year", r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>\d\d)"),
        (DOTTED, r"(?P<d>\d\d)\.(?P<m>\d\d)\.(?P<y>\d\d)(?![.\w])"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Forms:
    """The forms of texts of one kind: ``month`` fits the names of months, ``lead`` what may stand before a date.

    Each is compiled when a text first may have it: all together take a sixth of a second, and most programs that load
    this module never meet most of them.
    """

    month: str
    lead: str
    ascii_only: bool

    def of(self, text: str, span: tuple[int, int]) -> tuple[Form, ...]:
        """The forms that a date in a part of a text can have. Beside most numbers there is no month's name."""
        named = _month_name(self).search(text, *span) is not None
        return _possible(self, named, _FOUR_DIGITS.search(text, *span) is not None)


@cache
def _month_name(forms: Forms) -> re.Pattern[str]:
    begin = _BEGIN if forms.ascii_only else ""
    return re.compile(f"{begin}(?:{forms.month})", re.IGNORECASE)


@cache
def _possible(forms: Forms, named: bool, four_digits: bool) -> tuple[Form, ...]:
    """The forms where there is a month's name, or none, and four digits, or a year of two or of an era at most."""
    return tuple(
        # A date does not go on as a number or a path, except that a clock may follow the sign for day at once.
        (name, _compiled(rf"{forms.lead}{pattern}(?:(?<!\d)|(?![\d/]))"))
        for name, pattern in _patterns(forms.month)
        if not (forms.ascii_only and _FOREIGN.search(pattern))
        and (named or "(?P<name>" not in pattern)
        and (four_digits or r"\d\d" in pattern.partition("(?P<y>")[2] or "(?P<era>" in pattern)
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Forms that no text in ASCII has.
_FOREIGN = re.compile(r"\\u5e74|\\u00e1")
IN_ASCII = Forms(ASCII_NAME, _LEAD, ascii_only=True)
IN_ANY = Forms(MONTH_NAME, _LEAD_OR_CJK, ascii_only=False)

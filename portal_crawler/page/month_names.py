"""Month names: how the portals' languages write months and digits, as data, and the other calendars they use."""

# ruff: noqa: RUF001 - names in other scripts are meant as such

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

# Full names and the abbreviations in use, January to December, by language; the genitive where dates use it. A name of
# two words holds "_". A "_" alone is none: Croatian's
# listopada is October, the Polish one November; which it is the day tells (``page.dates``).
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
# These are read in dates alone: a fingerprint that folded them would be another than that of a template kept on a disk.
_FURTHER = (
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november desember",
    "januari februari maret april mei juni juli agustus september oktober november desember",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "január február március április május június július augusztus szeptember október november december",
    "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna _ studenoga prosinca",
    "siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan _ studenog prosinac",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
    "marraskuuta joulukuuta",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "oca şub mar nis may haz tem ağu eyl eki kas ara",
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου "
    "οκτωβρίου νοεμβρίου δεκεμβρίου",
    "ιανουαριου φεβρουαριου μαρτιου απριλιου μαϊου ιουνιου ιουλιου αυγουστου σεπτεμβριου "
    "οκτωβριου νοεμβριου δεκεμβριου",
    "ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
    "янв фев мар апр май июн июл авг сен окт ноя дек",
    "янв февр март апр мая июня июля авг сент окт нояб дек",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "януари февруари март април май юни юли август септември октомври ноември декември",
    "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "ינואר פברואר מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "يناير فبراير مارس ابريل مايو يونيه يوليه اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
    "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
    "كانون_ثاني شباط اذار نيسان ايار حزيران تموز اب ايلول تشرين_أول تشرين_ثاني كانون_أول",
    "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
    "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    # of the solar Hijri calendar, from Farvardin (March) on: their year tells them apart
    "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
    "فروردين ارديبهشت خرداد تير مرداد شهريور مهر آبان آذر دي بهمن اسفند",
    "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितम्बर अक्तूबर नवम्बर दिसम्बर",
    "জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.",
)
# What case-folding leaves apart and a pattern that ignores case does not: "APR\u0130L" of a Turkish server is April.
_DOTS = str.maketrans({"\u0131": "i", "\u0307": None})


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.casefold().translate(_DOTS).split()))


def _numbered(lists: Iterable[str]) -> dict[str, int]:
    several = (enumerate(names.split(), 1) for names in lists)
    return {
        unicodedata.normalize("NFC", name.replace("_", " ")): number
        for one in several
        for number, name in one
        if name != "_"
    }


MONTHS = _numbered(_NAMES)
"""Numbers of months by the names that are folded where what differs by a date is to be one."""
_WRITTEN = MONTHS | _numbered(_FURTHER)
_BY_KEY = {_key(name): number for name, number in _WRITTEN.items()}


def month_number(name: str) -> int:
    """The number of a month by its name, however it is cased; 0 for what is none.

    >>> month_number("Oct"), month_number("N\u0130SAN"), month_number("Octopus")
    (10, 4, 0)
    """
    return _BY_KEY.get(_key(name), 0)


def _alternatives(names: Iterable[str]) -> str:
    """A pattern for any of some names, the longest that fits. By first letter: tried one after the other, a hundred
    names would cost a hundred comparisons at each character.
    """
    by_letter: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        by_letter.setdefault(name[0], []).append(re.escape(name[1:]))
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())


# Regular expressions for any of those that are folded, for any, and for any in ASCII.
FOLDED_NAME, MONTH_NAME = _alternatives(MONTHS), _alternatives(_WRITTEN)
ASCII_NAME = _alternatives(filter(str.isascii, _WRITTEN))

# Arabic-Indic, Persian, Devanagari, Bengali, Thai and full-width digits, full-width punctuation of dates: one character
# for one, offsets stay.
_ZEROS = (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0xFF10)
_DIGITS = {start + value: str(value) for start in _ZEROS for value in range(10)}
_DIGITS |= {0xFF1A: ":", 0xFF0F: "/", 0xFF0D: "-", 0xFF0E: ".", 0xFF0C: ",", 0x3000: " ", 0xA0: " "}


_HAN_DIGITS = {sign: value for value, signs in enumerate(("〇零○", *"一二三四五六七八九")) for sign in signs}
HAN_DATE = re.compile("[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号號]")
"""A date in Han numerals, as Chinese and Japanese pages write it on solemn occasions: 二〇〇八年五月三日."""


def digits_of_han(date: str) -> tuple[int, int, int]:
    """Year, month and day of a date in Han numerals.

    >>> digits_of_han("二〇〇八年十月二十三日")
    (2008, 10, 23)
    """
    year, month, day = re.split("[年月]", date[:-1])
    return int("".join(str(_HAN_DIGITS[sign]) for sign in year)), _han_number(month), _han_number(day)


def _han_number(text: str) -> int:
    """A number below 100: 三, 十, 十三, 二十三."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(_HAN_DIGITS[sign]) for sign in ones))
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    return 10 * (_HAN_DIGITS[tens] if tens else 1) + (_HAN_DIGITS[ones] if ones else 0)


def ascii_digits(text: str) -> str:
    """The text with every digit (and a date's full-width punctuation) in ASCII, of the same length.

    >>> ascii_digits("\u06f1\u06f3\u06f8\u06f5/\u06f0\u06f6")
    '1385/06'
    """
    return text if text.isascii() else text.translate(_DIGITS)


# The last year before the first, on the Gregorian calendar: of Japan's eras, and of the Republic of China.
_ERAS = {"\u4ee4\u548c": 2018, "\u5e73\u6210": 1988, "\u662d\u548c": 1925, "\u6c11\u570b": 1911, "\u6c11\u56fd": 1911}
ERA = "|".join(_ERAS)


def year_of_era(era: str, year: str) -> int:
    """The Gregorian year of a year of an era, whose first is also written as a word.

    >>> year_of_era("\u5e73\u6210", "20"), year_of_era("\u4ee4\u548c", "\u5143")
    (2008, 2019)
    """
    return _ERAS[era] + (1 if year == "\u5143" else int(year))


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

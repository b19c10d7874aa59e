"""Weekdays: their names in the portals' languages, as data, and a text without one at either end."""

# ruff: noqa: RUF001 - names in other scripts are meant as such

from __future__ import annotations

import re

_NAMES = (
    r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?",
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|(?:mo|di|mi|do|fr|sa|so)(?=\.)",
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo",
    r"(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica",
    r"maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|måndag|mandag|tisdag|tirsdag|onsdag|torsdag|fredag",
    r"lördag|lørdag|söndag|søndag|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela|pondělí|úterý|středa",
    r"čtvrtek|pátek|neděle|luni|marți|miercuri|joi|vineri|sâmbătă|duminică|hétfő|kedd|szerda|csütörtök|péntek|szombat",
    r"vasárnap|pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar|senin|selasa|rabu|kamis|jumat|sabtu|minggu",
    r"понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|понеділок|вівторок|середа|четвер|п.ятниця|субота",
    r"неділя|понеделник|сряда|четвъртък|петък|събота|неделя|δευτέρα|τρίτη|τετάρτη|πέμπτη|παρασκευή|σάββατο|κυριακή",
    r"(?:يوم\s)?(?:ال)?(?:سبت|[أا]حد|[إا]ثنين|ثلاثاء|[أا]ربعاء|خميس|جمعة)|(?:(?:یک|دو|سه|چهار|پنج)[\s\u200c]?)?شنبه|جمعه",
    r"(?:יום\s)?(?:ראשון|שני|שלישי|רביעי|חמישי|שישי|שבת)|(?:सोम|मंगल|बुध|गुरु|शुक्र|शनि|रवि)वार",
    r"วัน(?:จันทร์|อังคาร|พุธ|พฤหัส(?:บดี)?|ศุกร์|เสาร์|อาทิตย์)(?:ที่)?|thứ\s(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\snhật",
    r"(?:星期|礼拜|周|週)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일",
)
# What stands between a weekday and the day: "Saturday the 3rd", "Thứ Bảy, ngày 3", "วันที่ 3".
_BETWEEN = r"(?:the|d\.|den|le|el|ngày|วันที่|ที่)"
_ANY = rf"(?<![^\W\d_])(?:{'|'.join(_NAMES)})\.?"
_LAST = re.compile(rf"(?:{_ANY})?[\s,،(（|-]*(?:(?<!\w){_BETWEEN})?\s*\Z", re.IGNORECASE)
_FIRST = re.compile(rf"\A\s*{_ANY}(?=\W|\Z)[\s,،]*", re.IGNORECASE)


def without_weekday(text: str) -> str:
    """A text without the day of the week with which it begins or ends.

    >>> without_weekday("Xinhua, Saturday, "), without_weekday("Sat"), without_weekday("Sunday Times, ")
    ('Xinhua', '', 'Sunday Times')
    """
    text = text.rstrip(" ,،(（|-")
    ended = _LAST.sub("", text).rstrip(" ,،(（|-")
    begun = _FIRST.match(ended)
    rest = ended[begun.end() :] if begun else ended
    return rest if begun and (not rest or rest[:1].isdigit()) else ended

"""Bylines: people and agencies named around a story: "By X and Y", "(China Daily October 15, 2004)", 记者.

An author note ("The author is a professor at …") describes a person and belongs to the story: it is no byline.
"""

# ruff: noqa: RUF001 - words in other scripts are meant as such

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from portal_crawler.page.places import is_place
from portal_crawler.page.weekdays import without_weekday

# A byline is short; longer lines are sentences.
_MAX_LINE = 160
_MAX_NAME = 60

_BY = re.compile(
    r"(?:\A|[|\u00b7\u2022,;]\s*|\s{2,}|\bwritten\s+|\bposted\s+|\bpublished\s+|\bstory\s+|\breviewed\s+|\d\s+|\A(?:reported|propos\s+recueillis|ein\s+\w+)\s+)"
    r"(?:by|par|von|por|di|de la redacci\u00f3n|text)\s*:?\s+"
    r"(?P<names>[A-Z\u00c0-\u024f\u0400-\u04ff\u201c\"].{1,140})",
    re.IGNORECASE,
)
# Without one of these, in lower case, there is no need to look.
_LIKE_BY = re.compile(r"(?:by|par|von|por|di|redacci\u00f3n|text)[\s:]")
_LABEL = re.compile(
    r"(?:\A|[\s|(\uff08])(?:author|written by|reporter|autor|auteur|autore|yazar|muhabir|haber|tác giả|συντάκτης|"
    r"автор(?:\s+\w{5,6})?|текст|كتبت?|بقلم|الكاتب|نویسنده|خبرنگار|מאת|लेखक|ผู้เขียน|โดย|執筆|著者|取材)s?\s*[:\uff1a\uff1d]\s*(?P<names>\S.{1,140})",
    re.IGNORECASE,
)
# Words for "by" that stand at the beginning of a line, without a colon.
_BY_ALONE = re.compile(
    r"\A(?:מאת|بقلم|โดย|Γράφει\s+[οη])\s+(?P<names>\S.{1,60})\Z"
    r"|\AΤ(?:ου|ης|ων)\s+(?P<greek>(?:[Α-ΩΆ-Ώ][\w.-]+\s?){2,4})\Z"
)
_REPORTER = re.compile(
    r"(?:\A|[\[(|/\s])(?!본지|본보|취재|사진|담당|현장|동료|일부|외신|출입)(?P<names>[가-힣]{2,4}(?:[\s·,]+[가-힣]{2,4}){0,3})"
    r"\s(?:(?:선임|전문|인턴|수습)\s?)?기자(?=[\s=\])|,/]|\Z)"
)
_CJK = re.compile(
    r"(?:\u4f5c\u8005|\u8bb0\u8005|\u8a18\u8005|\u64b0\u6587|\A\W*\u6587(?=[:\uff1a/\uff0f\u3000 ]))"
    r"\s*[:\uff1a/\uff0f\u3000 ]?\s*"
    r"(?P<names>[\u4e00-\u9fff\u00b7]{2,4}(?:[\s\u3000\u3001,\uff0c]+[\u4e00-\u9fff\u00b7]{2,4}){0,4})"
    r"(?=[\s\u3000()\uff08\uff09\]\u3011,\uff0c\uff1b;]|\Z)"
)
# Words among Chinese names behind which others stand than the authors.
_OTHER_WORK = frozenset(("摄影", "攝影", "摄", "图", "圖", "编辑", "編輯", "责编", "供图", "报道", "報道"))
# What somebody is, before the name; the next label of a line.
_OFFICE = re.compile(
    r"\A(?:(?:our|notre|unsere[mnr]|[A-Z][\w'’]+)\s+)?(?:(?:staff|special|senior|political|foreign|own|envoyée?)\s+)?"
    r"(?:writers?|reporters?|correspondents?|correspondante?|spéciale?|Korrespondent(?:en|in)|Redakteur(?:in)?|Mitarbeiter(?:in)?)"
    r"\s+(?=[A-Z\u00c0-\u00de])"
)
_NEXT_LABEL = re.compile(r"[\s,;|]+[^\W\d_]{2,14}\s*[:\uff1a].*\Z", re.DOTALL)
# Where the names of a byline end: another field, a role, an agency, a date.
_END = re.compile(
    r"\s*(?:[|\u2022\u00b7\u22c5\u00bb(\uff08\[]|\s[-\u2013\u2014]\s|\b(?:staff|special|correspondent|reporter|editor|columnist|writer|in|at|on|for|from|via|posted|published|updated|last|"
    r"photos?|photography|min|minutes?|contributor|contributing|senior|associate|posted|edited|reviewed|medically|fact|about|share|bio|profile|"
    r"follow|view)\b|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d|\d).*\Z",
    re.IGNORECASE | re.DOTALL,
)
_SPLIT = re.compile(
    r"\s*(?:,\s*(?:and|&|und|et|y|e)\s+|[,;\u3001\uff0c\u060c/]|\s(?:and|&|und|et|with|avec|y|и|та|και|ve)\s)\s*",
    re.IGNORECASE,
)
_COLON = re.compile(r"[:\uff1a\uff1d]")
_NOT_NAMES = re.compile(
    r"\b(?:comments?|click|print|e-?mail|home|news|the|this|our|your|all rights|copyright|staff|team|admin|redaktion"
    r"|writers|reporters|correspondents"
    r"|http|www|more|reading|subscribe|signing|clicking|using)\b"
    r"|@|https?:|[<>{}=]",
    re.IGNORECASE,
)
# What a program, or a template without a value, writes for an author.
_NO_ONE = re.compile(
    r"\A(?:null|undefined|none|unknown|n/a|nan|webmaster|administrator|frontpage|dreamweaver|wordpress|joomla|drupal)\Z",
    re.IGNORECASE,
)
# Agencies: beside a person they are what the story was written with.
_AGENCY = re.compile(
    r"\A(?:AFP|AP|Associated Press|The Associated Press|Reuters|dpa|UPI|ANSA|EFE|Xinhua|Kyodo|Yonhap|PTI|IANS|TASS|"
    r"RIA Novosti|Interfax|ТАСС|РИА Новости|Интерфакс|新华社|新華社|中新社|연합뉴스|agences?|Agenturen|agencies)\Z"
)
_DEGREE = re.compile(
    r"\A(?:Ph\.?D\.?|M\.?D\.?|MBA|MA|BA|BSc|MSc|RN|RD|CFA|CPA|CFP\S*|Jr\.?|Sr\.?|Esq\.?|DO|JD|"
    r"LMFT|MS|MPH|LLC|Inc\.?)\Z",
    re.IGNORECASE,
)

# Two words, the second with an initial at most: neither is the whole name of a person.
_PART = r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*"
_FAMILY_FIRST = re.compile(rf"\A({_PART}),\s+({_PART}(?:\s[^\W\d_]\.?)?)\Z")

_SOURCE_LABEL = re.compile(
    r"(?:\A|[\s(\uff08|])(?:(?:文章|消息|稿件|信息|新闻|新聞|本文)?(?:来源|來源|稿源|出处)|source|quelle|fuente|fonte|bron|kaynak|nguồn|źródło|"
    r"источник|джерело|πηγή|المصدر|منبع|מקור|ที่มา|स्रोत|출처|出典)"
    r"\s*[:\uff1a]\s*(?P<name>[^|()\uff08\uff09\d]{2,60})",
    re.IGNORECASE,
)
# Where the next field of the line begins.
_NEXT_FIELD = re.compile(
    r"[\s\u3000,\uff0c;]+(?:[^\W\d_]{1,12}\s*[:\uff1a]|(?:本报)?(?:记者|記者|作者|责任编辑|责编|编辑|編輯|通讯员|摄影)(?=[\s\u3000]|\Z)).*\Z",
    re.DOTALL,
)
_BRACKETED = re.compile(r"[(\uff08\[](?P<name>[^()\uff08\uff09\[\]]{2,80}?)[\s,\uff0c;]*\Z")
_TOOLS = re.compile(
    r"\A(?:\d+\s*)?(?:comments?(?:\(s\))?|print|e-?mail|save|share|tools?|[\s|:,\u00b7])+", re.IGNORECASE
)
# What says when: no name begins so. Some words are it only where they are all.
_WHEN = re.compile(
    r"\A(?:(?:page|web|first|originally|article|story|last)\s+){0,2}"
    r"(?:(?:updated|published|posted|modified|created|release\w*|publication|last\s\w+|time|on|at|by|today\s+is|issue|vol)\b"
    r"|(?:veröffentlicht|erstellt|aktualisiert|publié|mise?\s+(?:en|à)|paru|publicad[oa]|pubblicato|opublikowan[oa]|dodano)\b"
    r"|(?:gepubliceerd|geplaatst|publicerad|publisert|udgivet|julkaistu|yayın\w*|giriş|eklenme|güncelle\w*|đăng|cập\s+nhật)\b"
    r"|(?:опубликован|размещен|добавлен|обновлен|δημοσί|ανάρτηση|ενημέρωση|تم\s+النشر|نشر|انتشار|تاریخ|פורסם|עודכן)"
    r"|(?:發|发)(?:布|表)|更新|公開|掲載|配信|投稿|作成|时间|時間|日期|日時|입력|등록|작성|게재|수정|발행|เผยแพร่|โพสต์|प्रकाशित"
    r"|(?:date|data|datum|fecha|tarih|дата(?:\s\w+)?|ημερομηνία|ngày|תאריך)\s*\Z)",
    re.IGNORECASE,
)
_OTHER_CALENDAR = re.compile(r"\d{1,2}\s\D+\d{3,4}(?!\d)")
_AFTER_NAME = re.compile(r",?\s*\b(?:translated|edited|compiled|written)\s+by\b.*\Z", re.IGNORECASE)


def authors_of_line(line: str) -> tuple[str, ...]:
    """The persons that a byline names, or nothing where the line is none.

    >>> authors_of_line("By Li Wei and Anna Schmidt")
    ('Li Wei', 'Anna Schmidt')
    >>> authors_of_line("The author is a professor at the college.")
    ()
    """
    if len(line) > _MAX_LINE:
        return ()
    match = _BY.search(line) if _LIKE_BY.search(line.lower()) else None
    if match is None and _COLON.search(line):
        match = _LABEL.search(line)
    if match is None and not line.isascii():
        if whole := _CJK.search(line) or _REPORTER.search(line):
            names = (name for name in re.split(r"[\s\u3000\u3001,\uff0c·]+", whole["names"]) if name)
            return tuple(takewhile(lambda name: name not in _OTHER_WORK, names))
        alone = _BY_ALONE.match(line)
        return split_names(alone["names"] or alone["greek"]) if alone else ()
    return _without_place(split_names(match["names"]), line) if match else ()


def _without_place(names: tuple[str, ...], line: str) -> tuple[str, ...]:
    """Names without the place or the paper behind them: "Anna Schmidt, Berlin"."""
    if len(names) > 1 and " " in names[-2] and names[-1].isalpha() and f", {names[-1]}" in line:
        return names[:-1]
    return names


def is_agency(name: str) -> bool:
    """Whether a name is that of a news agency."""
    return _AGENCY.match(name) is not None


def given_first(text: str) -> str:
    """What a page declares of its author, as a byline would have it: "Schmidt, Anna" is one person.

    >>> given_first("Schmidt, Anna"), given_first("Anna Schmidt, Li Wei")
    ('Anna Schmidt', 'Anna Schmidt, Li Wei')
    """
    match = _FAMILY_FIRST.match(text.strip())
    if match is None or not all(
        part[0].isupper() and _is_name(part) and not is_agency(part) for part in match.groups()
    ):
        return text
    return f"{match[2]} {match[1]}"


def split_names(text: str) -> tuple[str, ...]:
    """Names out of "X, Y and Z": without roles, degrees and what is no name."""
    text = re.sub(r"\A(?:author|written by|by|von|par|por)\s*:?\s+", "", text.strip(), flags=re.IGNORECASE)
    text = _NEXT_LABEL.sub("", _OFFICE.sub("", text))
    text = _END.sub("", text).strip(" ,.;:\u2013\u2014-")
    names = [name.strip(' ,.;:\u2013-"\u201c\u201d') for name in _SPLIT.split(text)]
    found = tuple(unique(name for name in names if _is_name(name)))
    return tuple(name for name in found if not _AGENCY.match(name)) or found


def unique(names: Iterable[str]) -> Iterator[str]:
    """The names in their order, each once, compared without case."""
    seen: set[str] = set()
    for name in names:
        if name.casefold() not in seen:
            seen.add(name.casefold())
            yield name


def _is_name(name: str) -> bool:
    if (
        not 2 <= len(name) <= _MAX_NAME
        or _NOT_NAMES.search(name)
        or _DEGREE.match(name)
        or _NO_ONE.match(name)
        or len(name.split()) > 5
    ):
        return False
    return any(char.isalpha() for char in name)


def source_before_date(line: str, start: int) -> str | None:
    """The agency or paper that a line names before its date, which begins at ``start``.

    >>> source_before_date("(China Daily October 15, 2004)", 13)
    'China Daily'
    >>> source_before_date("0 Comment(s) Print E-mail Xinhua, March 19, 2009", 34)
    'Xinhua'

    A dateline's place is none.

    >>> source_before_date("London, May 3, 2008", 8)
    """
    lead = line[:start]
    bracketed = _BRACKETED.search(lead)
    name = bracketed["name"] if bracketed else _TOOLS.sub("", lead)
    # A label and what is counted stand before a colon; what stands behind it may be a name.
    name = re.split(r"[:\uff1a]", without_weekday(name.strip(" ,:;|\uff0c\u3000-\u2013\u2014")))[-1]
    name = _AFTER_NAME.sub("", name).strip(" ,;|\uff0c\u3000-\u2013\u2014")
    if not 2 <= len(name) <= 60 or _WHEN.match(name) or len(name.split()) > 7 or not any(map(str.isalpha, name)):
        return None
    return None if _OTHER_CALENDAR.match(name) or is_place(name) else name


def source_of_line(line: str) -> str | None:
    """The agency that a line credits by a label ("Source: X", the same in Chinese), or ``None``."""
    labelled = len(line) <= _MAX_LINE and (":" in line or "\uff1a" in line)
    match = _SOURCE_LABEL.search(line) if labelled else None
    return _NEXT_FIELD.sub("", match["name"]).strip(" ,;.-\u2013\u2014\u3000") or None if match else None

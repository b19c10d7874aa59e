"""Bylines: people and agencies named around a story: "By X and Y", "(China Daily October 15, 2004)", 记者.

An author note ("The author is a professor at …") describes a person and belongs to the story: it is no byline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# A byline is short; longer lines are sentences.
_MAX_LINE = 160
_MAX_NAME = 60

_BY = re.compile(
    r"(?:\A|[|\u00b7\u2022,;]\s*|\s{2,}|\bwritten\s+|\bposted\s+|\bpublished\s+|\bstory\s+|\breviewed\s+|\d\s+)"
    r"(?:by|par|von|por|di|de la redacci\u00f3n|text)\s*:?\s+"
    r"(?P<names>[A-Z\u00c0-\u024f\u0400-\u04ff\u201c\"].{1,140})",
    re.IGNORECASE,
)
# Without one of these, in lower case, there is no need to look.
_LIKE_BY = re.compile(r"(?:by|par|von|por|di|redacci\u00f3n|text)[\s:]")
_LABEL = re.compile(
    r"(?:\A|[\s|])(?:author|written by|reporter|autor|auteur|autore|"
    r"\u0430\u0432\u0442\u043e\u0440)s?\s*:\s*(?P<names>\S.{1,140})",
    re.IGNORECASE,
)
_CJK = re.compile(
    r"(?:\u4f5c\u8005|\u8bb0\u8005|\u8a18\u8005|\u64b0\u6587|\A\W*\u6587(?=[:\uff1a/\uff0f\u3000 ]))"
    r"\s*[:\uff1a/\uff0f\u3000 ]?\s*"
    r"(?P<names>[\u4e00-\u9fff\u00b7]{2,4}(?:[\s\u3000\u3001,\uff0c]+[\u4e00-\u9fff\u00b7]{2,4}){0,4})"
    r"(?=[\s\u3000)\uff09\]\u3011,\uff0c\uff1b;]|\Z)"
)
# Where the names of a byline end: another field, a role, an agency, a date.
_END = re.compile(
    r"\s*(?:[|\u2022\u00b7\u22c5\u00bb(\uff08\[]|\s[-\u2013\u2014]\s|\b(?:staff|special|correspondent|reporter|editor|columnist|writer|in|at|on|for|from|via|posted|published|updated|last|"
    r"photos?|photography|min|minutes?|contributor|contributing|senior|associate|posted|edited|reviewed|medically|fact|about|share|bio|profile|"
    r"follow|view)\b|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d|\d).*\Z",
    re.IGNORECASE | re.DOTALL,
)
_SPLIT = re.compile(
    r"\s*(?:,\s*(?:and|&|und|et|y|e)\s+|[,;\u3001\uff0c/]|\s(?:and|&|und|et|with|y)\s)\s*", re.IGNORECASE
)
_NOT_NAMES = re.compile(
    r"\b(?:comments?|click|print|e-?mail|home|news|the|this|our|your|all rights|copyright|staff|team|admin|redaktion"
    r"|http|www|more|reading|subscribe|signing|clicking|using)\b"
    r"|@|https?:|[<>{}=]",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"\A(?:Ph\.?D\.?|M\.?D\.?|MBA|MA|BA|BSc|MSc|RN|RD|CFA|CPA|CFP\S*|Jr\.?|Sr\.?|Esq\.?|DO|JD|"
    r"LMFT|MS|MPH|LLC|Inc\.?)\Z",
    re.IGNORECASE,
)

_SOURCE_LABEL = re.compile(
    r"(?:\A|[\s(\uff08|])(?:source|quelle|fuente|fonte|\u6765\u6e90|\u4f86\u6e90|\u7a3f\u6e90|"
    r"\u0438\u0441\u0442\u043e\u0447\u043d\u0438\u043a)"
    r"\s*[:\uff1a]\s*(?P<name>[^|()\uff08\uff09\d]{2,60})",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\uff08\[](?P<name>[^()\uff08\uff09\[\]]{2,80}?)[\s,\uff0c;]*\Z")
_TOOLS = re.compile(
    r"\A(?:\d+\s*)?(?:comments?(?:\(s\))?|print|e-?mail|save|share|tools?|[\s|:,\u00b7])+", re.IGNORECASE
)
_WHEN = re.compile(r"\A(?:updated|published|posted|last\s\w+|date|time|on|at|by)\b", re.IGNORECASE)


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
    if match is None and ":" in line:
        match = _LABEL.search(line)
    if match:
        return split_names(match["names"])
    if not line.isascii() and (cjk := _CJK.search(line)):
        return tuple(name for name in re.split(r"[\s\u3000\u3001,\uff0c]+", cjk["names"]) if name)
    return ()


def split_names(text: str) -> tuple[str, ...]:
    """Names out of "X, Y and Z": without roles, degrees and what is no name."""
    text = re.sub(r"\A(?:author|written by|by|von|par|por)\s*:?\s+", "", text.strip(), flags=re.IGNORECASE)
    text = _END.sub("", text).strip(" ,.;:\u2013\u2014-")
    names = [name.strip(' ,.;:\u2013-"\u201c\u201d') for name in _SPLIT.split(text)]
    return tuple(unique(name for name in names if _is_name(name)))


def unique(names: Iterable[str]) -> Iterator[str]:
    """The names in their order, each once, compared without case."""
    seen: set[str] = set()
    for name in names:
        if name.casefold() not in seen:
            seen.add(name.casefold())
            yield name


def _is_name(name: str) -> bool:
    if not 2 <= len(name) <= _MAX_NAME or _NOT_NAMES.search(name) or _DEGREE.match(name) or len(name.split()) > 5:
        return False
    return any(char.isalpha() for char in name)


def source_before_date(line: str, start: int) -> str | None:
    """The agency or paper that a line names before its date, which begins at ``start``.

    >>> source_before_date("(China Daily October 15, 2004)", 13)
    'China Daily'
    >>> source_before_date("0 Comment(s) Print E-mail Xinhua, March 19, 2009", 34)
    'Xinhua'
    """
    lead = line[:start]
    bracketed = _BRACKETED.search(lead)
    name = bracketed["name"] if bracketed else _TOOLS.sub("", lead)
    name = name.strip(" ,:;|\uff0c\u3000-\u2013\u2014")
    if not 2 <= len(name) <= 60 or _WHEN.match(name) or len(name.split()) > 7 or not any(map(str.isalpha, name)):
        return None
    return name


def source_of_line(line: str) -> str | None:
    """The agency that a line credits by a label ("Source: X", the same in Chinese), or ``None``."""
    labelled = len(line) <= _MAX_LINE and (":" in line or "\uff1a" in line)
    match = _SOURCE_LABEL.search(line) if labelled else None
    return match["name"].strip(" ,;.\u3000") or None if match else None

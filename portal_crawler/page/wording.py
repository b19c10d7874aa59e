"""Wording: the standing phrases by which portals mark what is no story: tools, related lists, notices, pagers."""

from __future__ import annotations

import re
from functools import lru_cache

_LINE = re.IGNORECASE | re.VERBOSE

# A line of nothing but the page's tools. There is one way to read each line: two for a word would be 2^n for n.
TOOLS = re.compile(
    r"""\A[\s|:\[\]()/.\u00b7-]*
    (?:(?:tools?|(?:\d+\s*)?comments?(?:\(s\))?|save|print(?:er)?(?:[\s-]*(?:this|version|friendly|page))*+|e-?mail(?:\s+(?:this|to(?!ol|p(?!rint|age))|friend|page|article|story|us|a(?!\+|djust|rticle)))*+
    |share(?:\s+(?:this|on))?|most\s+read|bookmark|text\s+size|(?:adjust\s+)?font\s*size|zoom|larger|smaller|a\+?|send\s+to\s+a\s+friend
    |(?:back|return)(?:\s+to\s+(?:the\s+)?(?:story|article|top))?|top|close(?:\s+window)?|facebook|twitter|delicious|digg|stumbleupon|reddit|google|myspace|rss|page|article|story|version
    |\u6253\u5370(?:\u672c\u9875)?|\u5b57\u53f7|\u5927|\u4e2d|\u5c0f|\u5173\u95ed(?:\u7a97\u53e3)?|\u63a8\u8350(?:\u7ed9\u670b\u53cb)?|\u53d1\u8868\u8bc4\u8bba)
    [\s|:\[\]()/.\u00b7,-]*)+\Z""",
    _LINE,
)  # fmt: skip
# The heading of a list of other stories.
RELATED = re.compile(
    r"""\A\W*(?:related(?:\s+(?:stories|articles|news|links|reading|topics|coverage|content))?|most\s+(?:read|popular|viewed|e-?mailed)|latest(?:\s+(?:news|updates|stories|headlines))?
    |more(?:\s+(?:stories|news|on|from|in|headlines)\b.*)?|see\s+also|also\s+(?:in|read|see)\b.*|top\s+(?:stories|news)|hot\s+(?:news|topics)|photo\s+(?:journal|gallery)|today's\s+headlines
    |recommended|read\s+(?:more|also)|you\s+(?:may|might)\s+(?:also\s+)?like\b.*|editor'?s'?\s+(?:picks?|choice)|in\s+this\s+section|headlines
    |\u76f8\u5173(?:\u65b0\u95fb|\u62a5\u9053|\u9605\u8bfb|\u94fe\u63a5|\u6587\u7ae0)|\u6700\u65b0(?:\u65b0\u95fb|\u6d88\u606f)|\u70ed\u70b9(?:\u65b0\u95fb|\u6392\u884c)?)\W*\Z""",
    _LINE,
)  # fmt: skip
_PROMO = re.compile(
    r"\b(?:advert\w*|sponsor\w*|special\s+offers?|subscri\w+|newsletters?|promotions?|discount|book\s+now)\b",
    re.IGNORECASE,
)
_OF_PROMO = ("advert", "sponsor", "offer", "subscri", "newsletter", "promotion", "discount", "book")
# A sentence that a portal sets under stories and that is not theirs.
NOTICE = re.compile(
    r"""\A[\W_]*(?:(?:the\s+)?(?:views?|opinions?)\s+(?:and\s+\w+\s+)?(?:expressed|here|in\s+this)
    |(?:this|the)\s+(?:article|story|material|text|report)\s+(?:is|was|may|does|cannot|must)\s+(?:not|provided|reprinted|protected|be|only)
    |no\s+part\s+of|reproduction\s+(?:in|of|without)|all\s+rights\s+reserved|disclaimer
    |(?:the\s+)?(?:portal|site|editors?)\s+(?:is|are|takes?|bears?)\s+(?:not|no)\b
    |click\s+here|follow\s+us|sign\s+up|please\s+(?:visit|click|credit|register)|for\s+more\s+(?:news|stories|information),?\s+(?:visit|click|go)
    |(?:editor|editors|responsible\s+editor|web\s+editor|\u8d23\u4efb\u7f16\u8f91|\u7f16\u8f91)\s*[:\uff1a]|source\s*:|\u6765\u6e90\s*[:\uff1a]|\u672c\u7f51\u58f0\u660e|\u672c\u6587\u4ec5\u4ee3\u8868)""",
    _LINE,
)  # fmt: skip
# One that says whose the opinions are: it reads as prose does, and no story has it.
_DISCLAIMER = re.compile(
    r"""\A[\W_]*(?:disclaimer\W{1,4})?(?:(?:the|any|all)\s+)?(?:views?|opinions?)\s+(?:(?:and|or)\s+\w+\s+)?(?:expressed|stated|here|in\s+this)\b
    (?=.{0,240}\b(?:authors?|writers?|columnists?|contributors?|necessarily)\b)
    .{0,240}\b(?:reflect|represent|those\s+of|(?:his|her|their)\s+own)\b
    |\A\W*(?:\u672c\u6587|\u6587\u7ae0|\u6587\u4e2d|\u4ee5\u4e0a)\w{0,6}[\u4ec5\u53ea]\u4ee3\u8868\u4f5c\u8005""",
    _LINE | re.DOTALL,
)  # fmt: skip
_LONGEST_DISCLAIMER = 400
_COPYRIGHT = re.compile(
    r"copyright|\(c\)\s|\u00a9|all\s+rights\s+reserved|\u7248\u6743\u6240\u6709|\u7248\u6b0a\u6240\u6709|\bicp\b|\btel\s*[:.]\s*[\d(+-]|"
    r"\be-?mail\s*:\s*\S{1,64}@|best\s+viewed\s+(?:with|in|at)|this\s+(?:is\s+a|page\s+is\s+a)\s+mirror|mirror\s+(?:of|site)",
    re.IGNORECASE,
)
# Without one of these, in lower case, no text is such a line: found in a tenth of the time.
_OF_COPYRIGHT = (
    *("copyright", "(c)", "\u00a9", "rights", "\u7248\u6743", "\u7248\u6b0a", "icp", "tel", "mail", "viewed"),
    "mirror",
)
FOOTER_LINK = re.compile(
    r"\A\W*(?:about\s*us|site\s*map|feed\s*back|contact\s*(?:us)?|privacy(?:\s+policy)?|terms(?:\s+of\s+\w+)?|help|advertise(?:\s+with\s+us)?|legal|jobs|imprint|disclaimer|"
    r"\u5173\u4e8e\u6211\u4eec|\u8054\u7cfb\u6211\u4eec|\u7f51\u7ad9\u5730\u56fe)\W*\Z",
    re.IGNORECASE,
)  # fmt: skip
# The texts of links that lead to other parts of the same list or story: a number, a word for it, or an arrow among
# signs. A text of signs alone is looked through once: "signs, arrows, signs" would be n^3 ways to read n arrows.
_PAGER_WORDS = (
    r"next(?:\s+page)?|prev(?:ious)?(?:\s+page)?|first(?:\s+page)?|last(?:\s+page)?|page\s+\d+|part\s+\d+"
    r"|[上下]一?[页頁]|[首尾末][页頁]|次(?:へ|の?ページ(?:へ)?)|前(?:へ|の?ページ(?:へ)?)|(?:다음|이전)(?:\s?페이지)?"
    r"|(?:след(?:ующая)?|пред(?:ыдущая)?)\.?(?:\s+страница)?|наступна|попередня|(?:nächste|vorherige)(?:\s+seite)?"
    r"|(?:page\s+)?(?:suivante?|précédente?)|(?:página\s+)?(?:siguiente|anterior|próxima)|(?:pagina\s+)?(?:successiva|precedente)"
    r"|(?:następna|poprzednia)(?:\s+strona)?|(?:sonraki|önceki)(?:\s+sayfa)?|trang\s+(?:sau|trước)|επόμενη|προηγούμενη"
    r"|صفحه\s+(?:بعد|قبل)ی?|بعدی|قبلی|(?:الصفحة\s+)?(?:التالي|السابق)ة?|(?:העמוד\s+)?(?:הבא|הקודם)|หน้า(?:ถัดไป|ก่อนหน้า)|ถัดไป"
)
PAGER_WORD = re.compile(rf"[\W\d]+|\bof\b|\bpage\b|(?<![^\W\d_])(?:{_PAGER_WORDS})(?![^\W\d_])", re.IGNORECASE)
"""What stands in a line of page numbers, and nothing else does."""
PAGER_LINK = re.compile(
    r"\A(?:(?=\W*+\Z)[^<>\u00bb\u00ab]*+[<>\u00bb\u00ab]\W*+"
    rf"|\W*+(?:\d{{1,3}}|{_PAGER_WORDS})\W*+)\Z",
    re.IGNORECASE,
)  # fmt: skip
# Longer texts are no page numbers but for the signs around them; they are not kept.
_PAGER_TEXT = 80
NEXT_LINK = re.compile(r"\A\W*(?:next|prev|first|last|>|<|\u00bb|\u00ab|\u4e0b|\u4e0a|\u9996|\u5c3e)", re.IGNORECASE)
_COMMENTS = re.compile(
    r"\b(?:view\s+all\s+comments?|post\s+(?:a|your)\s+comments?|add\s+(?:a|your)\s+comments?|pet\s+name|your\s+comments?|comments?\Z)",
    re.IGNORECASE,
)
_OF_COMMENTS = ("comment", "pet")
_NOT_FOUND = re.compile(
    r"\b(?:(?:page|file|article|document|story|address)\b[^.]{0,60}\b(?:not|no\s+longer|could\s*n.t\s+be|cannot\s+be|does\s+n.t)\s*(?:be\s+)?(?:found|exist|available)"
    # the number alone says nothing: 404 people came, and 404,741 visitors
    r"|(?:error|http|status)\W{0,3}404\b|404\W{0,3}(?:error|not\b|page\b|file\b)"
    r"|(?<![^\n])404[ \t]*(?:[|:\u2013\u2014]|-\s|\n|\Z)"
    r"|(?:sorry|apolog\w+)[^.]{0,80}\b(?:find|found|exist|removed|moved|available)"
    r"|(?:has\s+been|was|been)\s+(?:removed|deleted|moved)\b)"
    r"|\u9875\u9762\u4e0d\u5b58\u5728|\u627e\u4e0d\u5230",
    re.IGNORECASE,
)  # fmt: skip
_OF_NOT_FOUND = (
    *("found", "exist", "available", "404", "find", "deleted", "moved"),
    *("\u9875\u9762\u4e0d\u5b58\u5728", "\u627e\u4e0d\u5230"),
)
_SENTENCE = re.compile(r"[.!?\u2026\u3002\uff01\uff1f][\"'\u201d\u2019)\]\u300d\uff09]*(?:\s|\Z)|[\u3002\uff0c\uff1b]")
_SENTENCE_ENDS = tuple(".!?\u2026\u3002\uff01\uff1f:\uff1a")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")


def is_copyright(text: str) -> bool:
    """Whether a text has the words of a copyright or contact line.

    >>> is_copyright("\u00a9 2004 Portal. All rights reserved."), is_copyright("Tel: 86-10-5561")
    (True, True)
    """
    return any(map(text.lower().__contains__, _OF_COPYRIGHT)) and bool(_COPYRIGHT.search(text))


@lru_cache(4_096)
def is_copyright_line(text: str) -> bool:
    """The same of a short text, which is looked at several times, and stands on other pages of its portal."""
    return is_copyright(text)


def is_offer(text: str) -> bool:
    """Whether a text has the words of an offer.

    >>> is_offer("Subscribe to our newsletter"), is_offer("Talks open")
    (True, False)
    """
    return any(map(text.lower().__contains__, _OF_PROMO)) and bool(_PROMO.search(text))


def asks_for_comments(text: str) -> bool:
    """Whether a text is that of a form for comments.

    >>> asks_for_comments("Post a comment"), asks_for_comments("Your name")
    (True, False)
    """
    return any(map(text.lower().__contains__, _OF_COMMENTS)) and bool(_COMMENTS.search(text))


def says_not_found(text: str) -> bool:
    """Whether a text says that a page is not there.

    >>> says_not_found("Sorry, the page cannot be found."), says_not_found("404 people came")
    (True, False)
    """
    return any(map(text.lower().__contains__, _OF_NOT_FOUND)) and bool(_NOT_FOUND.search(text))


def is_pager_link(text: str) -> bool:
    """Whether a link's text is the number of a page, or says that it leads one page on or back.

    >>> is_pager_link("Next page"), is_pager_link("Next week's talks")
    (True, False)
    """
    return _is_pager_link(text) if len(text) <= _PAGER_TEXT else bool(PAGER_LINK.match(text))


@lru_cache(4_096)  # a portal's menus are the same on all its pages
def _is_pager_link(text: str) -> bool:
    return bool(PAGER_LINK.match(text))


def is_disclaimer(text: str) -> bool:
    """Whether a text says whose the opinions are on the page.

    >>> is_disclaimer("The views expressed here are those of the author and do not reflect our position.")
    True
    >>> is_disclaimer("The views expressed at the meeting differed.")
    False
    """
    return len(text) <= _LONGEST_DISCLAIMER and bool(_DISCLAIMER.match(text))


def weight(text: str) -> int:
    """The length of a text in Latin characters; an ideograph says about as much as three of them.

    >>> weight("Beijing \u5317\u4eac")
    14
    """
    return len(text) if text.isascii() else len(text) + 2 * len(_CJK.findall(text))


def is_prose(text: str, length: int, link_chars: int) -> bool:
    """Whether a text is running prose: long enough, with the end of a sentence, and mostly no link.

    :param length: its ``weight``.
    """
    own = len(text) - link_chars
    if link_chars * 2 > len(text) or length < 50:
        return False
    return (length >= 70 and bool(_SENTENCE.search(text))) or (length >= 160 and own > 100)


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return text.rstrip("\"'\u201d\u2019)]\u300d\uff09").endswith(_SENTENCE_ENDS)

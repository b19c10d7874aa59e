"""Language: which one a text is written in, by its script and its commonest words; ``None`` where that is unsure.

Enough to tell the languages of news portals apart and to catch a wrong declaration (an English page under
``gb2312`` and ``lang="zh"``), not a general identifier. No dependency, no model.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from portal_crawler.page.common_words import COMMON_WORDS

# Characters of a text that are looked at: more does not change the answer.
_SAMPLE = 4_000
# Words of a profile among all words: running text of one of these languages has 0.25-0.45, another language under 0.12.
_LEAST_SHARE = 0.12
_LEAST_WORDS = 5

_SCRIPTS: dict[str, re.Pattern[str]] = {
    "kana": re.compile(r"[\u3040-\u30ff]+"),
    "hangul": re.compile(r"[\uac00-\ud7af]+"),
    "han": re.compile(r"[\u3400-\u9fff]+"),
    "cyrillic": re.compile(r"[\u0400-\u052f]+"),
    "arabic": re.compile(r"[\u0620-\u06d3\u06fa-\u06ff\ufb50-\ufdff]+"),
    "greek": re.compile(r"[\u0370-\u03ff]+"),
    "hebrew": re.compile(r"[\u05d0-\u05ea]+"),
    "thai": re.compile(r"[\u0e01-\u0e4e]+"),
    "devanagari": re.compile(r"[\u0900-\u0963]+"),
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f]+"),
}
# A script that only one language of the web's news uses widely.
_OF_SCRIPT = {
    "hangul": "ko",
    "greek": "el",
    "hebrew": "he",
    "thai": "th",
    "devanagari": "hi",
    "kana": "ja",
    "han": "zh",
}

_WORD = re.compile(r"[^\W\d_]+")

_SHAPE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?(?:-[A-Za-z0-9]{2,8})*\Z")
# What old pages wrote into lang and Content-Language instead of a tag.
_NAMED = {
    "english": "en",
    "chinese": "zh",
    "gb2312": "zh",
    "gbk": "zh",
    "utf-8": "",
    "cn": "zh",
    "jp": "ja",
    "kr": "ko",
    "iw": "he",
    "in": "id",
}


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """``tag`` is a BCP 47 primary language, ``confidence`` 0-1."""

    tag: str
    confidence: float


def detect_language(text: str) -> LanguageGuess | None:
    """The language of a text, or ``None`` where it is too short or like none that is known.

    >>> detect_language("The minister said that the talks were open and that a treaty is near.").tag
    'en'
    """
    sample = text[:_SAMPLE]
    shares = _script_shares(sample)
    if not shares:
        return None
    # One kana in ten Han characters is Japanese; a Chinese text has none.
    if shares.get("kana", 0) >= 0.05 and shares.get("kana", 0) * 12 > shares.get("han", 0):
        return LanguageGuess("ja", min(1.0, 0.5 + shares["kana"] * 2))
    if shares.get("han", 0) > 0.3:
        return LanguageGuess("zh", min(1.0, 0.4 + shares["han"]))
    script = max(shares, key=lambda name: shares[name])
    if shares[script] < 0.5:
        return None
    if tag := _OF_SCRIPT.get(script):
        return LanguageGuess(tag, shares[script])
    return _by_words(sample, COMMON_WORDS[script])


def language_tag(declared: str | None) -> str | None:
    """A declared language as a BCP 47 tag in its recommended case, or ``None`` where it is none.

    >>> language_tag("en_us"), language_tag("zh-hans-cn"), language_tag("text/html")
    ('en-US', 'zh-Hans-CN', None)
    """
    if not declared:
        return None
    name = declared.strip().split(",")[0].split(";")[0].strip().replace("_", "-")
    name = _NAMED.get(name.lower(), name)
    if not _SHAPE.match(name):
        return None
    first, *rest = name.split("-")
    return "-".join([first.lower(), *(_cased(part) for part in rest)])


def settle_language(declared: str | None, text: str) -> tuple[str | None, str]:
    """The language of a text, given what its page declares, and where the answer comes from.

    A declaration that the text bears out keeps its region (``en-GB``); one that it contradicts is overruled.
    """
    tag = language_tag(declared)
    guess = detect_language(text)
    if guess is None:
        return (tag, "declared") if tag else (None, "")
    if tag is None:
        return guess.tag, "text"
    if tag.split("-")[0] == guess.tag:
        return tag, "declared, text agrees"
    # A language that no profile knows (cy, eu) is believed; one that is known would have been recognised.
    known = tag.split("-")[0] in _KNOWN
    return (guess.tag, f"text, against the declared {tag}") if known or guess.confidence >= 0.8 else (tag, "declared")


_KNOWN = frozenset(_OF_SCRIPT.values()) | frozenset(tag for words in COMMON_WORDS.values() for tag in words)


def _script_shares(sample: str) -> dict[str, float]:
    if sample.isascii():
        return {"latin": 1.0} if _SCRIPTS["latin"].search(sample) else {}
    counts = {name: sum(map(len, pattern.findall(sample))) for name, pattern in _SCRIPTS.items()}
    letters = sum(counts.values())
    return {name: count / letters for name, count in counts.items() if count} if letters else {}


def _by_words(sample: str, profiles: dict[str, frozenset[str]]) -> LanguageGuess | None:
    words = _WORD.findall(sample.lower())
    if len(words) < _LEAST_WORDS:
        return None
    counts = Counter(words)
    ranked = sorted(
        ((sum(counts[word] for word in known & counts.keys()), tag) for tag, known in profiles.items()), reverse=True
    )
    (best, tag), (second, _) = ranked[0], ranked[1]
    share = best / len(words)
    # Two languages within a third of each other (Spanish and Portuguese headlines) are not told apart.
    if share < _LEAST_SHARE or best < 3 or second * 1.3 > best:
        return None
    return LanguageGuess(tag, min(1.0, 0.5 + share))


def _cased(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()

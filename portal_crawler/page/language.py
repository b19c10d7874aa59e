"""Language: which one a text is written in, by its script and its commonest words; ``None`` where that is unsure.

Enough to tell the languages of news portals apart and to catch a wrong declaration (an English page under
``gb2312`` and ``lang="zh"``), not a general identifier. No dependency, no model.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from portal_crawler.page.characters import letter_runs
from portal_crawler.page.common_words import COMMON_WORDS, TELLING_LETTERS

# Characters of a text that are looked at: more does not change the answer.
_SAMPLE = 4_000
# Words of a profile among all words: running text of one of these languages has 0.25-0.45, another language under 0.12.
_LEAST_SHARE = 0.12
_LEAST_WORDS = 5
# So many letters of its own a language has in a word, on an average, at least.
_LETTERS_A_WORD = 0.1

# Ranges of code points, end included, by script; what lies in none is no letter that decides.
_SCRIPTS: dict[str, tuple[tuple[int, int], ...]] = {
    "kana": ((0x3040, 0x30FF),),
    "hangul": ((0xAC00, 0xD7AF),),
    "han": ((0x3400, 0x9FFF),),
    "cyrillic": ((0x0400, 0x052F),),
    "arabic": ((0x0620, 0x06D3), (0x06FA, 0x06FF), (0xFB50, 0xFDFF)),
    "greek": ((0x0370, 0x03FF),),
    "hebrew": ((0x05D0, 0x05EA),),
    "thai": ((0x0E01, 0x0E4E),),
    "devanagari": ((0x0900, 0x0963),),
    "bengali": ((0x0980, 0x09E3),),
    "gujarati": ((0x0A81, 0x0AE3),),
    "tamil": ((0x0B82, 0x0BE3),),
    "telugu": ((0x0C00, 0x0C63),),
    "kannada": ((0x0C80, 0x0CE3),),
    "malayalam": ((0x0D00, 0x0D63),),
    "sinhala": ((0x0D81, 0x0DF3),),
    "lao": ((0x0E81, 0x0EDF),),
    "tibetan": ((0x0F40, 0x0FBC),),
    "burmese": ((0x1000, 0x103F),),
    "georgian": ((0x10A0, 0x10FF),),
    "ethiopic": ((0x1200, 0x137C),),
    "khmer": ((0x1780, 0x17D3),),
    "armenian": ((0x0531, 0x0587),),
    "latin": ((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F)),
}
_SCRIPT_OF = np.zeros(0x10000, np.uint8)
for _number, _ranges in enumerate(_SCRIPTS.values(), 1):
    for _first, _last in _ranges:
        _SCRIPT_OF[_first : _last + 1] = _number
_LATIN = re.compile("[A-Za-z]")
# A script that only one language of the web's news uses widely.
_OF_SCRIPT = {
    "hangul": "ko",
    "greek": "el",
    "hebrew": "he",
    "thai": "th",
    "devanagari": "hi",
    "bengali": "bn",
    "gujarati": "gu",
    "tamil": "ta",
    "telugu": "te",
    "kannada": "kn",
    "malayalam": "ml",
    "sinhala": "si",
    "lao": "lo",
    "tibetan": "bo",
    "burmese": "my",
    "georgian": "ka",
    "ethiopic": "am",
    "khmer": "km",
    "armenian": "hy",
    "kana": "ja",
    "han": "zh",
}

UNMARKED = frozenset({"th", "lo", "km", "my", "bo", "dz"})
"""Languages that part neither words by spaces nor sentences by a mark of Latin, Chinese or Arabic script."""
# Languages that are written so much alike that a declaration of one of them is believed.
_ALIKE = {
    "hi": frozenset({"mr", "ne", "sa", "mai", "bho", "kok", "doi", "new"}),
    "he": frozenset({"yi", "lad"}),
    "zh": frozenset({"yue", "wuu", "nan", "hak", "lzh", "cmn", "gan"}),
    "am": frozenset({"ti"}),
    "bn": frozenset({"as", "mni"}),
    "bo": frozenset({"dz"}),
    "my": frozenset({"shn", "mnw"}),
    "id": frozenset({"ms", "jv", "su", "min"}),
    "sv": frozenset({"da", "nb", "nn", "no", "fo", "is"}),
    "da": frozenset({"nb", "nn", "no"}),
    "nb": frozenset({"da", "nn", "no"}),
    "ru": frozenset({"be", "uk"}),
    "bg": frozenset({"mk"}),
    "sr": frozenset({"mk", "bs", "cnr"}),
    "fa": frozenset({"prs", "ps", "tg", "glk", "mzn"}),
    "ur": frozenset({"pa", "pnb", "sd", "ks"}),
}
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
    # Many languages are written in Latin letters, and some of them share their commonest words.
    judges = (_by_letters, _by_words) if script == "latin" else (_by_words, _by_letters)
    return judges[0](sample, script) or judges[1](sample, script)


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
    if tag.split("-")[0] == guess.tag or tag.split("-")[0] in _ALIKE.get(guess.tag, ()):
        return tag, "declared, text agrees"
    # A language that no profile knows (cy, eu) is believed; one that is known would have been recognised.
    known = tag.split("-")[0] in _KNOWN
    return (guess.tag, f"text, against the declared {tag}") if known or guess.confidence >= 0.8 else (tag, "declared")


_KNOWN = frozenset(_OF_SCRIPT.values()) | frozenset(tag for words in COMMON_WORDS.values() for tag in words)


def _tags_of(script: str) -> dict[str, tuple[str, ...]]:
    """The languages that have each of the common words of a script."""
    found: dict[str, tuple[str, ...]] = {}
    for tag, known in COMMON_WORDS[script].items():
        for word in known:
            found[word] = (*found.get(word, ()), tag)
    return found


_TAGS_OF = {script: _tags_of(script) for script in COMMON_WORDS}


def _script_shares(sample: str) -> dict[str, float]:
    if sample.isascii():
        return {"latin": 1.0} if _LATIN.search(sample) else {}
    points = np.frombuffer(sample.encode("utf-32-le", "replace"), np.uint32)
    counts = np.bincount(_SCRIPT_OF[np.minimum(points, 0xFFFF)], minlength=len(_SCRIPTS) + 1)[1:].tolist()
    letters = sum(counts)
    return {name: count / letters for name, count in zip(_SCRIPTS, counts, strict=True) if count}


def _by_words(sample: str, script: str) -> LanguageGuess | None:
    words = letter_runs(sample.lower())
    if len(words) < _LEAST_WORDS:
        return None
    counts = Counter(words)
    tally = dict.fromkeys(COMMON_WORDS[script], 0)
    tags_of = _TAGS_OF[script]
    for word in counts.keys() & tags_of.keys():
        for tag in tags_of[word]:
            tally[tag] += counts[word]
    ranked = sorted(((count, tag) for tag, count in tally.items()), reverse=True)
    (best, tag), (second, _) = ranked[0], ranked[1]
    share = best / len(words)
    # Two languages within a third of each other (Spanish and Portuguese headlines) are not told apart.
    if share < _LEAST_SHARE or best < 3 or second * 1.3 > best:
        return None
    return LanguageGuess(tag, min(1.0, 0.5 + share))


def _by_letters(sample: str, script: str) -> LanguageGuess | None:
    """The language whose own letters a text holds many of; of a long one that holds none, Arabic by its article."""
    if sample.isascii():
        return None
    # To see that a letter is nowhere takes a fifteenth of counting it.
    held = [tag for tag, letters in TELLING_LETTERS[script] if any(letter in sample for letter in letters)]
    if not held and script != "arabic":
        return None
    words = letter_runs(sample)
    if len(words) < _LEAST_WORDS:
        return None
    for tag, letters in TELLING_LETTERS[script]:
        if tag in held and sum(map(sample.count, letters)) >= _LETTERS_A_WORD * len(words):
            return LanguageGuess(tag, 0.6)
    if script != "arabic":
        return None
    article = sum(word.lstrip("\u0648\u0628").startswith("\u0627\u0644") for word in words)
    return LanguageGuess("ar", 0.6) if article >= _LETTERS_A_WORD * len(words) else None


def _cased(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()

"""Language: which one a text is written in, by its script and its commonest words; ``None`` where that is unsure.

Enough to tell the languages of news portals apart and to catch a wrong declaration (an English page under
``gb2312`` and ``lang="zh"``), not a general identifier. No dependency, no model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Characters of a text that are looked at: more does not change the answer.
_SAMPLE = 4_000
# Words of a profile among all words: running text of one of these languages has 0.25-0.45, another language under 0.12.
_LEAST_SHARE = 0.12
_LEAST_WORDS = 5

_SCRIPTS: dict[str, re.Pattern[str]] = {
    "kana": re.compile(r"[\u3040-\u30ff]"),
    "hangul": re.compile(r"[\uac00-\ud7af]"),
    "han": re.compile(r"[\u3400-\u9fff]"),
    "cyrillic": re.compile(r"[\u0400-\u052f]"),
    "arabic": re.compile(r"[\u0620-\u06d3\u06fa-\u06ff\ufb50-\ufdff]"),
    "greek": re.compile(r"[\u0370-\u03ff]"),
    "hebrew": re.compile(r"[\u05d0-\u05ea]"),
    "thai": re.compile(r"[\u0e01-\u0e4e]"),
    "devanagari": re.compile(r"[\u0900-\u0963]"),
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f]"),
}
# A script that only one language of the web's news uses widely.
_OF_SCRIPT = {"hangul": "ko", "greek": "el", "hebrew": "he", "thai": "th", "devanagari": "hi", "kana": "ja", "han": "zh"}

# The commonest words of running text, function words in the main; each is a word of as few of the others as can be.
_WORDS: dict[str, dict[str, frozenset[str]]] = {
    "latin": {
        tag: frozenset(words.split())
        for tag, words in {
            "en": "the of and to in a is that for on with as was by it from at he his be are has have said will an its not but they this which",
            "fr": "le la les des et de du un une en est que qui dans pour par sur au aux ce pas plus avec ne se sont il elle ont sa ses",
            "de": "der die das und in den von zu mit ist auf des im nicht ein eine dem sich auch es an als f\u00fcr wird sie hat bei nach aus zum werden",
            "es": "el la los las de y en que del un una por con para se su al es como m\u00e1s fue lo ha sus pero son este est\u00e1 tambi\u00e9n",
            "pt": "o a os as de e do da dos das em no na que um uma para com por se n\u00e3o mais foi ao como \u00e9 s\u00e3o sua seu pelo tamb\u00e9m",
            "it": "il la i gli le di e che del della dei in un una per con non si \u00e8 da al sono pi\u00f9 nel alla ha anche come lo delle",
            "nl": "de het een van en in is dat op te zijn met voor niet aan er om ook als bij maar door naar uit worden werd heeft",
            "pl": "w i na z do si\u0119 nie jest \u017ce o to jak za po od przez dla co s\u0105 by\u0142 oraz tym ale jego ma tak",
            "sv": "och i att det som en p\u00e5 \u00e4r av f\u00f6r med den till har inte om ett han de var fr\u00e5n vid",
            "tr": "ve bir bu i\u00e7in ile da de olarak \u00e7ok daha gibi olan sonra kadar ne en o olduğu taraf\u0131ndan",
            "vi": "v\u00e0 c\u1ee7a c\u00e1c c\u00f3 trong \u0111\u01b0\u1ee3c cho v\u1edbi m\u1ed9t l\u00e0 \u0111\u00e3 kh\u00f4ng nh\u1eefng n\u00e0y \u0111\u1ebfn t\u1eeb khi",
            "id": "yang dan di dari untuk dengan pada ini itu dalam tidak akan ke juga oleh sebagai telah adalah",
        }.items()
    },
    "cyrillic": {
        tag: frozenset(words.split())
        for tag, words in {
            "ru": "\u0438 \u0432 \u043d\u0435 \u043d\u0430 \u0447\u0442\u043e \u0441 \u043f\u043e \u043a\u0430\u043a \u0438\u0437 \u0443 \u0437\u0430 \u043e\u0442 \u043e \u0434\u043b\u044f \u044d\u0442\u043e \u0442\u0430\u043a \u0436\u0435 \u043a \u0431\u044b\u043b \u0438\u043b\u0438 \u0435\u0433\u043e",
            "uk": "\u0456 \u0442\u0430 \u0432 \u0443 \u043d\u0430 \u0449\u043e \u043d\u0435 \u0437 \u0434\u043e \u0432\u0456\u0434 \u0437\u0430 \u043f\u0440\u043e \u044f\u043a \u0446\u0435 \u0434\u043b\u044f \u0454 \u0439\u043e\u0433\u043e \u0430\u0431\u043e",
            "bg": "\u0438 \u043d\u0430 \u0437\u0430 \u0432 \u0441\u0435 \u0434\u0430 \u043e\u0442 \u0435 \u0441 \u0447\u0435 \u0441\u0430 \u043f\u043e \u043d\u0435 \u043a\u043e\u0439\u0442\u043e \u0441\u044a\u0441 \u043a\u0430\u0442\u043e \u0442\u043e\u0432\u0430",
        }.items()
    },
    "arabic": {
        tag: frozenset(words.split())
        for tag, words in {
            "ar": "\u0641\u064a \u0645\u0646 \u0639\u0644\u0649 \u0625\u0644\u0649 \u0623\u0646 \u0639\u0646 \u0645\u0639 \u0627\u0644\u062a\u064a \u0627\u0644\u0630\u064a \u0647\u0630\u0627 \u0647\u0630\u0647 \u0628\u0639\u062f \u0644\u0627 \u0642\u062f \u0628\u064a\u0646 \u0643\u0627\u0646",
            "fa": "\u0648 \u062f\u0631 \u0628\u0647 \u0627\u0632 \u06a9\u0647 \u0627\u06cc\u0646 \u0631\u0627 \u0628\u0627 \u0627\u0633\u062a \u0628\u0631\u0627\u06cc \u0622\u0646 \u0628\u0631 \u062a\u0627 \u0634\u062f \u0645\u06cc \u06cc\u06a9 \u062e\u0648\u062f \u0634\u062f\u0647",
            "ur": "\u06a9\u06d2 \u06a9\u06cc \u0645\u06cc\u06ba \u06a9\u0627 \u06c1\u06d2 \u0633\u06d2 \u0627\u0648\u0631 \u06a9\u0648 \u067e\u0631 \u0646\u06d2 \u06c1\u06cc\u06ba \u06a9\u06c1 \u0627\u0633",
        }.items()
    },
}
_WORD = re.compile(r"[^\W\d_]+")

_SHAPE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?(?:-[A-Za-z0-9]{2,8})*\Z")
# What old pages wrote into lang and Content-Language instead of a tag.
_NAMED = {"english": "en", "chinese": "zh", "gb2312": "zh", "gbk": "zh", "utf-8": "", "cn": "zh", "jp": "ja", "kr": "ko", "iw": "he", "in": "id"}


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
    # One kana in ten Han characters is Japanese; a Chinese text has none. Both weigh more than the letters of names beside them.
    if shares.get("kana", 0) >= 0.05 and shares.get("kana", 0) * 12 > shares.get("han", 0):
        return LanguageGuess("ja", min(1.0, 0.5 + shares["kana"] * 2))
    if shares.get("han", 0) > 0.3:
        return LanguageGuess("zh", min(1.0, 0.4 + shares["han"]))
    script = max(shares, key=lambda name: shares[name])
    if shares[script] < 0.5:
        return None
    if tag := _OF_SCRIPT.get(script):
        return LanguageGuess(tag, shares[script])
    return _by_words(sample, _WORDS[script])


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


_KNOWN = frozenset(_OF_SCRIPT.values()) | frozenset(tag for words in _WORDS.values() for tag in words)


def _script_shares(sample: str) -> dict[str, float]:
    if sample.isascii():
        return {"latin": 1.0} if _SCRIPTS["latin"].search(sample) else {}
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS.items()}
    letters = sum(counts.values())
    return {name: count / letters for name, count in counts.items() if count} if letters else {}


def _by_words(sample: str, profiles: dict[str, frozenset[str]]) -> LanguageGuess | None:
    words = _WORD.findall(sample.lower())
    if len(words) < _LEAST_WORDS:
        return None
    ranked = sorted(((sum(word in known for word in words), tag) for tag, known in profiles.items()), reverse=True)
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

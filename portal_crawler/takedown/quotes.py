"""Quotes: the sentences that are a story's own, and whether another page holds one of them. Pure.

A sentence that another story's text has too is not the story's own: an agency's stock line, a quotation that both
report. A page is compared without its markup, its marks and its spaces, so that it is found however it was set; and
once more with its markup, in whose attributes and remarks a sentence may stand.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from portal_crawler.dedup.text_hash import normal_text

# Shorter sentences are anybody's: of letters, and of scripts whose characters are words.
_LEAST_LETTERS = 25
_LEAST_IDEOGRAPHS = 10
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# Behind a mark that ends a sentence, and one that closes with it; the full stops of Chinese need no space behind them.
_END = re.compile(r"(?<=[.!?\u2026])\s+|(?<=[.!?\u2026][\"'\u201d\u2019\u00bb)\]])\s+|(?<=[\u3002\uff01\uff1f])|\n+")
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z!?][^<>]*>|<!\[CDATA\[|\]\]>", re.DOTALL)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def own_sentences(texts: Iterable[str]) -> set[str]:
    """The sentences of texts that are long enough to be told apart, in the form in which they are looked for.

    >>> sorted(own_sentences(["Yes. The ferry to Linhe runs again since Monday."]))
    ['theferrytolinherunsagainsincemonday']
    """
    found = (packed(sentence) for text in texts for sentence in _END.split(text))
    return {one for one in found if _is_long(one)}


def packed(text: str) -> str:
    """A text without marks and spaces, its case folded."""
    return normal_text(text).replace(" ", "")


def page_text(source: str) -> str:
    """All that a page's source shows or holds, in the form in which sentences are looked for.

    Escapes of markup are undone twice over: a feed escapes what its items' markup escapes; those of JSON once.

    >>> page_text("<p title='of the pier'>The <b>fer</b>ry &amp;amp; the quay</p>").split()
    ['theferrythequay', 'ptitleofthepierthebferbryampthequayp']
    """
    if "\\u" in source:
        source = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), source)
    shown = source
    for _ in range(2):
        shown = html.unescape(_TAG.sub("", shown))
    return f"{packed(_TAG.sub('', shown))}\n{packed(html.unescape(source))}"


def holds(text: str, sentences: Iterable[str]) -> bool:
    """Whether a text holds one of the sentences, or is a long part of one."""
    shown = packed(text)
    return any(one in shown or (_is_long(shown) and shown in one) for one in sentences)


def _is_long(sentence: str) -> bool:
    least = _LEAST_IDEOGRAPHS if _IDEOGRAPH.search(sentence) else _LEAST_LETTERS
    return len(sentence) >= least

"""Markup: text of a portal or a person within Markdown and YAML, where it must mean nothing. No input or output."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from portal_crawler.records.clean import clean_text

_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}
_MARKUP = re.compile(r"([\\`*_{}\[\]()#!|~$])")
_AT_START = re.compile(r"\A(\d*)([-+.](?=\s))")
# Direction overrides and what else is not seen, yet changes what is read (Unicode 16, 23.2).
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
# Characters that PyYAML takes for a line's end, or not at all.
_NO_YAML = re.compile("[\u2028\u2029\ufeff\ufffe\uffff]")
_NUMBER = re.compile(r"[\d,.]+%?\Z")
_MOST = 120


def markdown_text(text: str, most: int = _MOST) -> str:
    r"""A text as it may stand in a line or a table's cell of Markdown, cut at ``most`` characters.

    >>> print(markdown_text("<b>[x](javascript:1)|*"))
    &lt;b&gt;\[x\]\(javascript:1\)\|\*
    >>> print(markdown_text("1. - x"), markdown_text("- 0.1.0"), markdown_text("0.1.0"))
    1\. - x \- 0.1.0 0.1.0
    """
    text = " ".join(_UNSEEN.sub("", clean_text(text)).split())
    text = text if len(text) <= most else f"{text[: most - 1]}…"
    text = _AT_START.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", text))
    return "".join(_HTML.get(character, character) for character in text)


def yaml_text(text: str) -> str:
    r"""A text as a double-quoted scalar of YAML, on one line: a string of JSON is one.

    >>> print(yaml_text('a: "b"\n'))
    "a: \"b\"\n"
    """
    told = json.dumps(clean_text(text), ensure_ascii=False)
    return _NO_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", told)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table of Markdown; the cells are markup already. A column of numbers is aligned to the right."""
    marks = tuple("---:" if rows and all(_NUMBER.match(row[at]) for row in rows) else "---" for at in range(len(head)))
    lines = [head, marks, *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)

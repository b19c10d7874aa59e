"""Words: everything that the dashboard says, in its languages: one table, ``words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "zh")


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """Key -> language -> text, with ``{name}`` where a value goes."""
    return tomllib.loads(files("portal_crawler.web").joinpath("words.toml").read_text(encoding="utf-8"))


def say(language: str, key: str, **values: Any) -> str:
    """A text in a language.

    :raises KeyError: at a key that the table has not.
    """
    text = table()[key][language]
    return text.format(**values) if values else text


def say_or(language: str, key: str, other: str) -> str:
    """A text where the table has it, else ``other``: for words that come from data, such as a page's kind."""
    row = table().get(key)
    return row[language] if row else other


def language_for(wish: str, usual: str, accepted: str) -> str:
    """The language of a page: the reader's own choice, else that of the start, else what the browser asks for first.

    >>> language_for("", "", "fr, zh-CN;q=0.8, en;q=0.9")
    'en'
    """
    for one in (wish, usual):
        if one in LANGUAGES:
            return one
    asked = []
    for place, part in enumerate(accepted.split(",")[:20]):
        tag, _, parameters = part.strip().partition(";")
        quality = parameters.strip().removeprefix("q=") if parameters else "1"
        known = tag.partition("-")[0].lower()
        if known in LANGUAGES:
            asked.append((-_number(quality), place, known))
    return min(asked)[2] if asked else LANGUAGES[0]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0

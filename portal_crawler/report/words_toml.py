"""Words: what our pages say, in English and Chinese, from one table (``words.toml``)."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "zh")
_NAMES = {"en": "en", "zh": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language; call it with a key and the values that the text has gaps for."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """A text with its gaps filled.

        :raises KeyError: where there is no such text, or a gap without a value.
        """
        return self.texts[key].format(**values)

    def known(self, prefix: str, name: str) -> str:
        """The text of a name that may be one of ours (a kind, a role, a state); any other is shown as it is."""
        return self.texts.get(f"{prefix}.{name}", name)

    @property
    def tag(self) -> str:
        """The language as HTML's ``lang`` has it (BCP 47)."""
        return _NAMES[self.language]


@cache
def table() -> dict[str, dict[str, str]]:
    """Every text: key -> language -> text."""
    parsed = tomllib.loads(files("portal_crawler.report").joinpath("words.toml").read_text(encoding="utf-8"))
    return {f"{part}.{key}": texts for part, keys in parsed.items() for key, texts in keys.items()}


def words_of(language: str) -> Words:
    """The texts of a language.

    :raises KeyError: where it is none of ``LANGUAGES``.
    """
    return Words(language, {key: texts[language] for key, texts in table().items()})


def language_of(environment: Mapping[str, str] = os.environ) -> str:
    """The language that a person's locale asks for (POSIX: LC_ALL, LC_MESSAGES, LANG, the first that is set); English
    where it is none of ours.

    >>> language_of({"LANG": "zh_CN.UTF-8"}), language_of({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
    ('zh', 'en')
    """
    asked = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return next((name for name in LANGUAGES if asked.startswith(name)), "en")

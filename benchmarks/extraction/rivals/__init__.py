"""Rivals: other programs that read a page's main text, each called as its documentation says, with fair settings.

One module each, imported only when it runs: ``text(html, url)`` gives the text, "" where it finds none. What takes text
only is given what our own charset decision makes of the bytes. The extra ``rivals`` installs them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version

Text = Callable[[bytes, str], str]

# Module -> distribution. The last is no extractor but a parse and its text: the least that reading can cost.
DISTRIBUTIONS = {
    "trafilatura_default": "trafilatura",
    "trafilatura_recall": "trafilatura",
    "readability_lxml": "readability-lxml",
    "resiliparse_main": "resiliparse",
    "newspaper_article": "newspaper4k",
    "justext_english": "jusText",
    "boilerpy_article": "boilerpy3",
    "goose_article": "goose3",
    "lxml_bare": "lxml",
}


@dataclass(slots=True)
class Rival:
    """One rival. ``failures`` counts the pages on which it raised; they score as empty text."""

    name: str
    text: Text
    version: str
    failures: int = 0

    def read(self, html: bytes, url: str) -> str:
        """Its text of a page, "" where it raises: that is counted."""
        try:
            return self.text(html, url) or ""
        except Exception:  # noqa: BLE001 - whatever it raises is its result for this page
            self.failures += 1
            return ""


def version_of(name: str) -> str:
    """The version that is installed. Raises PackageNotFoundError where none is."""
    return version(DISTRIBUTIONS[name])


def load(name: str) -> Rival:
    """Import one rival. Raises ModuleNotFoundError where its distribution is not installed."""
    return Rival(name, import_module(f"rivals.{name}").text, version_of(name))

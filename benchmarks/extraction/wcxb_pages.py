"""Pages of the Web Content eXtraction Benchmark (Murrough Foley, 2026, CC-BY-4.0), read from a folder of it."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import orjson

_WORD = re.compile(r"\w+")
# Second-level domains under which names are registered, as far as the pages have them.
_SECOND = frozenset(("co", "com", "org", "gov", "ac", "net"))


@dataclass(frozen=True, slots=True)
class GoldPage:
    """``text`` is what a person took for the page's content, ``kind`` the benchmark's type of page; ``title``,
    ``author`` and ``date`` (YYYY-MM-DD) are "" where it knows none.
    """

    number: str
    url: str
    kind: str
    text: str
    html: bytes
    title: str = ""
    author: str = ""
    date: str = ""

    @property
    def domain(self) -> str:
        """The registered domain, near enough; of a page without address its own number."""
        labels = (urlsplit(self.url).hostname or self.number).split(".")
        return ".".join(labels[-3:] if len(labels) > 2 and labels[-2] in _SECOND else labels[-2:])

    def fold(self, folds: int) -> int:
        """The part of the data that all pages of its domain fall into."""
        return zlib.crc32(self.domain.encode()) % folds


def words(text: str) -> list[str]:
    """The words of a text as the benchmark counts them."""
    return _WORD.findall(text.lower())


def word_f1(got: str, gold: str) -> float:
    """The benchmark's measure: F1 over multisets of words, 0-1."""
    one, other = Counter(words(got)), Counter(words(gold))
    both = (one & other).total()
    return 2 * both / (one.total() + other.total()) if both else 0.0


def gold_pages(folder: Path) -> Iterator[GoldPage]:
    """The pages that have a gold text.

    :param folder: holds ``gold.jsonl.gz`` and ``html/<id>.html.gz``.
    """
    for line in gzip.decompress((folder / "gold.jsonl.gz").read_bytes()).splitlines():
        gold = orjson.loads(line)
        if gold["main_content"]:
            html = gzip.decompress((folder / "html" / f"{gold['id']}.html.gz").read_bytes())
            said = [gold[name] or "" for name in ("title", "author", "publish_date")]
            yield GoldPage(gold["id"], gold["url"] or "", gold["page_type"], gold["main_content"], html, *said)

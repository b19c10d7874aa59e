"""Metadata on a folder of WCXB: title, day and authors, ours and trafilatura's on the same pages.

    python benchmarks/extraction/metadata.py --data FOLDER [--worst title|date|authors]

A title is right where it is the gold's, compared without case, spaces and the form of quotes and dashes, or where the
two differ by the site's name at one end. A date is right where the day is, authors where the set of names is, academic
titles apart. Counted
are the pages of which the gold knows the field; "silent" are those on which the gold is silent and so is the reader.
Needs the extra ``rivals``.
"""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trafilatura
from scores import OURS, score
from wcxb_pages import GoldPage, gold_pages

from portal_crawler.extraction import extract
from portal_crawler.page.bylines import split_names
from portal_crawler.page.headline import without_site

FIELDS = ("title", "date", "authors")
_TITLES = re.compile(r"\b(?:dr|prof|ph\.?d|m\.?d|r\.?d|mph|msc?|dvm)\b\.?")
_RIVAL = "trafilatura"
_QUOTES, _DASHES = "\u2018\u2019\u00b4`\u201c\u201d\u201e\u00ab\u00bb", "\u2013\u2014\u2010\u2011\u2212"
_MARKS = str.maketrans(_QUOTES + _DASHES, "'" * 4 + '"' * 5 + "-" * 5)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of one page; "" and nothing where nothing is."""

    title: str
    date: str
    authors: frozenset[str]


def plain(text: str) -> str:
    """A text without case, odd spaces and the form of its quotes and dashes."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_MARKS).casefold().split())


def names_of(text: str) -> frozenset[str]:
    """The names of a line of authors, as the gold has them."""
    return names(split_names(text) or re.split(r"\s*[,;&]\s*|\s+and\s+", text))


def names(found: Iterable[str]) -> frozenset[str]:
    """Names without academic titles."""
    bare = (_TITLES.sub(" ", plain(name)) for name in found)
    return frozenset(" ".join(name.split()) for name in bare if name.strip())


def gold_of(page: GoldPage) -> Facts:
    return Facts(page.title, page.date, names_of(page.author))


def ours(page: GoldPage) -> Facts:
    found = extract(page.html, page.url or None)
    day = found.published.isoformat()[:10] if found.published else ""
    return Facts(found.title, day, names(found.authors))


def rivals(page: GoldPage) -> Facts:
    found: Any = trafilatura.bare_extraction(page.html, url=page.url or None, with_metadata=True)
    if found is None:
        return Facts("", "", frozenset())
    return Facts(found.title or "", found.date or "", names((found.author or "").split(";")))


def same_title(one: str, gold: str) -> bool:
    """Whether two titles are equal, up to the site's name."""
    forms = [{plain(text), plain(without_site(text))} for text in (one, gold)]
    return bool(forms[0] & forms[1])


def judged(found: Facts, gold: Facts) -> dict[str, tuple[bool, bool]]:
    """Of each field whether the gold knows it, and whether it was found: where it does not, that nothing was."""
    return {
        "title": (bool(gold.title), same_title(found.title, gold.title)),
        "date": (bool(gold.date), found.date == gold.date),
        "authors": (bool(gold.authors), found.authors == gold.authors),
    }


def _read(page: GoldPage) -> tuple[Facts, Facts]:
    return ours(page), rivals(page)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--worst", choices=FIELDS)
    options = parser.parse_args()
    rows: Mapping[tuple[str, str, str], list[float]] = defaultdict(list)
    pages = list(gold_pages(options.data))
    with ProcessPoolExecutor(options.processes) as pool:
        for page, found in zip(pages, pool.map(_read, pages, chunksize=4), strict=True):
            gold = gold_of(page)
            for reader, facts in zip((OURS, _RIVAL), found, strict=True):
                for field, (known, right) in judged(facts, gold).items():
                    for group in ("all", page.kind):
                        rows[group, field if known else f"{field} silent", reader].append(float(right))
            _complain(options.worst, page, found[0], gold)
    _print(rows)
    return 0


def _complain(field: str | None, page: GoldPage, found: Facts, gold: Facts) -> None:
    if field and judged(found, gold)[field] == (True, False):
        print(f"{page.number} {page.kind}: {getattr(found, field)!r} for {getattr(gold, field)!r}")


def _print(rows: Mapping[tuple[str, str, str], list[float]]) -> None:
    print(f"{'':<30} {'pages':>6} {OURS:>17} {_RIVAL:>17}")
    order: Callable[[tuple[str, str]], tuple[bool, int]] = lambda key: (key[0] != "all", -len(rows[(*key, OURS)]))  # noqa: E731
    for group, field in sorted({key[:2] for key in rows}, key=order):
        values = [rows[group, field, reader] for reader in (OURS, _RIVAL)]
        if len(values[0]) >= 20:
            print(f"{group + ' ' + field:<30} {len(values[0]):>6} {score(values[0])} {score(values[1])}")


if __name__ == "__main__":
    sys.exit(main())

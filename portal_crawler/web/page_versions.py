"""Page versions: one address in every crawl of the shelf that has it, in the order of time, with what changed."""

from __future__ import annotations

import difflib
import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from portal_crawler.catalog.catalog_sqlite import Catalog
from portal_crawler.catalog.lookups_sqlite import story_at
from portal_crawler.errors import PortalCrawlerError
from portal_crawler.report.text_edits import text_edits
from portal_crawler.web.catalog_keeper import NotReadyError
from portal_crawler.web.crawl_shelf import ShelvedCrawl
from portal_crawler.web.desk import Desk

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+\s*|\s+")


@dataclass(frozen=True, slots=True)
class ChangedText:
    """A run of words: ``same``, ``added`` or ``taken``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """The page in one crawl; ``edits`` tell its text's changed paragraphs against the version before, each in runs.

    ``title`` and ``words`` are ``None`` where it holds no story there.
    """

    crawl: ShelvedCrawl
    page: dict[str, Any]
    title: str | None
    words: int | None
    same_text: bool | None
    edits: tuple[tuple[ChangedText, ...], ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """What was found; ``waiting`` are crawls whose catalogs are being made, ``broken`` such that cannot be read."""

    found: tuple[Version, ...]
    waiting: tuple[str, ...]
    broken: tuple[str, ...]


def page_versions(desk: Desk, key: int, url_key: str) -> Versions:
    """The versions of an address over all crawls of the desk, the oldest first."""
    told, waiting, broken = [], [], []
    for crawl in desk.shelf.crawls():
        try:
            with desk.keeper.open(crawl.folder, patience=0) as catalog:
                if (one := _in_crawl(catalog, key, url_key)) is not None:
                    told.append((crawl, *one))
        except NotReadyError:
            waiting.append(crawl.name)
        except (PortalCrawlerError, sqlite3.DatabaseError, OSError):  # its own pages say what is wrong
            broken.append(crawl.name)
    told.sort(key=lambda one: (one[1]["fetched_at"], one[0].name))
    found: list[Version] = []
    before: dict[str, Any] | None = None
    for crawl, page, story in told:
        same = None if before is None or story is None else story["text_digest"] == before["text_digest"]
        edits = _edits(before, story) if same is False and before is not None and story is not None else ()
        title, words = (story["title"], story["word_count"]) if story else (None, None)
        found.append(Version(crawl, page, title, words, same, edits))
        before = story or before
    return Versions(tuple(found), tuple(waiting), tuple(broken))


def _in_crawl(catalog: Catalog, key: int, url_key: str) -> tuple[dict[str, Any], dict[str, Any] | None] | None:
    page = catalog.page(key)
    if page is None or page["url_key"] != url_key:
        return None
    return page, story_at(catalog, key)


def _edits(before: dict[str, Any], after: dict[str, Any]) -> tuple[tuple[ChangedText, ...], ...]:
    return tuple(changed_runs(one.before or "", one.after or "") for one in text_edits(before["text"], after["text"]))


def changed_runs(before: str, after: str) -> tuple[ChangedText, ...]:
    """A paragraph as it was and as it is, word by word.

    >>> [(run.kind, run.text) for run in changed_runs("14 boats", "15 boats")]
    [('taken', '14 '), ('added', '15 '), ('same', 'boats')]
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    runs: list[ChangedText] = []
    for tag, i, j, m, n in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(ChangedText("same", "".join(old[i:j])))
            continue
        runs += [
            ChangedText(kind, text)
            for kind, text in (("taken", "".join(old[i:j])), ("added", "".join(new[m:n])))
            if text
        ]
    return tuple(runs)

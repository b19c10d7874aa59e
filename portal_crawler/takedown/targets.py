"""Targets: which pages go with the addresses that were named: the same story, wherever it stands.

Reads the lines of crawls' folders, a folder at a time, until nothing is added any more. Memory is that of what goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal_crawler.dedup.fingerprints import Sketch
from portal_crawler.errors import UsageError
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, PAGES, STORIES
from portal_crawler.records.tombstone import comparable, is_copy
from portal_crawler.sites.profile_toml import load_profile
from portal_crawler.takedown.quotes import own_sentences, packed
from portal_crawler.urls import UrlRules, url_key

# Below, two pages have the same text or bytes by chance: a notice, a page that says that there is none.
_LEAST_WORDS = 20
_REDIRECTS = range(300, 400)
_PROFILE = "profile.toml"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page that goes: where and how it was found."""

    folder: Path
    url: str
    url_key: str
    kind: str
    title: str | None


@dataclass(slots=True)
class Story:
    """One address that was named, and what goes with it. ``copies`` says whether the copies do too."""

    url: str
    copies: bool = True
    keys: dict[str, None] = field(default_factory=dict)
    ids: dict[str, None] = field(default_factory=dict)
    texts: dict[str, None] = field(default_factory=dict)
    payloads: dict[str, None] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    captions: dict[str, None] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How much is known of it: it grows until all is."""
        return len(self.keys) + len(self.ids) + len(self.texts) + len(self.payloads)

    def unknown(self, looked_at: int) -> UsageError:
        """That it is in none of so many crawls."""
        where = "the crawl that was looked at" if looked_at == 1 else f"any of the {looked_at} crawls looked at"
        cure = "check the address, or name the crawl that has it with --in"
        return UsageError(self.url, f"is no page of {where}", cure)

    def takes(self, key: str, text: str | None = None, payload: str | None = None) -> bool:
        """Whether a page belongs to it."""
        if key in self.keys:
            return True
        return self.copies and (text in self.texts or payload in self.payloads)


def find_stories(urls: Sequence[str], folders: Sequence[Path], *, copies: bool) -> list[Story]:
    """What goes with each address, over all folders.

    :raises UsageError: where an address is none.
    """
    stories = []
    for url in dict.fromkeys(urls):
        story = Story(url, copies)
        for folder in folders:
            _named(story, folder)
        size, firm = -1, None
        while size != story.size:
            size = story.size
            for folder in folders:
                _grow(story, folder)
            if size == story.size and copies:  # nothing more by addresses and digests: what is left takes longer
                firm = firm or [sketch for text in story.bodies.values() if (sketch := comparable(text)) is not None]
                _grow_near(story, folders, firm)
        for folder in folders:
            story.pages += _pages(story, folder)
        stories.append(story)
    return stories


def sentences_of(stories: Sequence[Story], folders: Sequence[Path]) -> set[str]:
    """The sentences that only these stories have, of all the stories of the folders."""
    own = own_sentences(text for story in stories for text in (*story.bodies.values(), *story.captions))
    gone = {key for story in stories for key in story.keys}
    for folder in folders if own else ():
        for line in _lines(folder / STORIES):
            record = line["article"]
            if record["url_key"] not in gone:
                text = packed("\n".join((record["text"], *record["captions"])))
                own = {one for one in own if one not in text}
    return own


def rules_of(folder: Path) -> UrlRules:
    """By which rules a crawl keys its addresses."""
    path = folder / _PROFILE
    return UrlRules(frozenset(load_profile(path, to_crawl=False).urls.drop_params)) if path.exists() else UrlRules()


def _named(story: Story, folder: Path) -> None:
    """The key of the address, and of where it redirects to."""
    rules = rules_of(folder)
    key = url_key(story.url, rules)
    if key is None:
        raise UsageError(story.url, "is no http or https address", "write it in full: http://www.example.org/a.htm")
    story.keys[key] = None
    before = 0
    while before != len(story.keys):
        before = len(story.keys)
        for page in _lines(folder / PAGES):
            if page["url_key"] in story.keys and page["status"] in _REDIRECTS:
                target = url_key(page["final_url"], rules)
                if target:
                    story.keys[target] = None


def _grow(story: Story, folder: Path) -> None:
    """Take up what a folder says of the story and of its copies."""
    for line in _lines(folder / STORIES):
        record = line["article"]
        known = record["text_digest"] if record["word_count"] >= _LEAST_WORDS else None
        if story.takes(record["url_key"], known, record["payload_digest"]):
            _take(story, record)
            _read(story, record)
    for record in _lines(folder / ARTICLES):
        if story.takes(record["url_key"]) or (story.copies and record["id"] in story.ids):
            _take(story, record)
            _read(story, record)
    for record in _lines(folder / DUPLICATES):
        if story.takes(record["url_key"]) or (story.copies and record["of"] in story.ids):
            story.keys[record["url_key"]] = story.ids[record["id"]] = None
            if story.copies:
                story.ids[record["of"]] = None


def _grow_near(story: Story, folders: Sequence[Path], firm: Sequence[Sketch]) -> None:
    """Take up near copies that no crawl knows as such: of a crawl that is not settled, or of another one.

    :param firm: the texts that are known otherwise. What is near to a near copy is none: so it would go on and on.
    """
    for folder in folders if firm else ():
        for line in _lines(folder / STORIES):
            record = line["article"]
            if record["url_key"] in story.keys or record["word_count"] < _LEAST_WORDS:
                continue
            sketch = comparable(record["text"])
            if sketch is not None and any(is_copy(sketch, other) for other in firm):
                _take(story, record)


def _read(story: Story, record: Record) -> None:
    story.bodies[record["id"]] = record["text"]
    story.captions |= dict.fromkeys(record["captions"])


def _take(story: Story, record: Record) -> None:
    story.keys[record["url_key"]] = story.ids[record["id"]] = None
    if record["word_count"] >= _LEAST_WORDS:
        story.texts[record["text_digest"]] = None
        if record["payload_digest"]:
            story.payloads[record["payload_digest"]] = None


def _pages(story: Story, folder: Path) -> Iterator[Page]:
    for page in _lines(folder / PAGES):
        if page["url_key"] in story.keys:
            yield Page(folder, page["url"], page["url_key"], page["kind"], page["title"])


def _lines(path: Path) -> Iterator[Record]:
    return (record for _, _, record in read_lines(path)) if path.exists() else iter(())

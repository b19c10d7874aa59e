"""Compared stories: two stories of a crawl side by side, what the rule of near-duplicates makes of their texts, and
what the dataset says of them: related addresses, a third page and the profile have a say in that too.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from portal_crawler.dedup.fingerprints import sketch_of, tokens_of
from portal_crawler.dedup.near_counting_sqlite import counts_in
from portal_crawler.dedup.near_rule import Evidence, NearVerdict, evidence_of, verdict_of
from portal_crawler.dedup.near_schema_sqlite import is_usable
from portal_crawler.dedup.story_counts import StoryCounts
from portal_crawler.errors import UsageError
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.sinks import ARTICLES, KNOWN, STORIES
from portal_crawler.report.story_standing import InDataset, in_dataset
from portal_crawler.report.text_edits import TextEdit, text_edits


@dataclass(frozen=True, slots=True)
class Told:
    """One of the two stories."""

    id: str
    url: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of two texts, each with the word before it: those of both, and those of one alone."""

    both: tuple[str, ...]
    one: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedStories:
    """Two stories, what they have in common, and what the rule makes of it: ``None`` of two stories apart.

    ``dataset`` is what the crawl says of them, where it was settled.
    """

    one: Told
    other: Told
    evidence: Evidence
    verdict: NearVerdict | None
    numbers: Numbers
    dataset: InDataset | None = None

    def same_paragraphs(self) -> int:
        """How many paragraphs are word for word in both."""
        one, other = self.one.text.split("\n\n"), self.other.text.split("\n\n")
        matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
        return sum(block.size for block in matcher.get_matching_blocks())

    def edits(self) -> list[TextEdit]:
        """The paragraphs that differ, from the first text to the second."""
        return text_edits(self.one.text, self.other.text)


def compared_stories(folder: Path, one: str, other: str) -> ComparedStories:
    """Compare two story pages of a settled crawl.

    :param one: the address of one, or its id.
    :raises UsageError: where the crawl has no such story.
    """
    found: dict[str, Told] = {}
    for record in _records(folder):
        for name in ({one, other} & {record["id"], record["url"]}) - found.keys():
            found[name] = Told(record["id"], record["url"], record["title"], record["text"])
    for name in (one, other):
        if name not in found:
            raise UsageError(
                name, f"is no story of {folder}", "give an id or a url of articles.jsonl or duplicates.jsonl"
            )
    first, second = found[one], found[other]
    return replace(compared(first, second, _story_counts(folder)), dataset=in_dataset(folder, first.url, second.url))


def _records(folder: Path) -> Iterator[dict[str, Any]]:
    """Every story page, then the articles: one of several parts has an id of its own."""
    for _, _, line in read_lines(folder / STORIES):
        yield line["article"]
    for _, _, article in read_lines(folder / ARTICLES):
        yield article


def compared(one: Told, other: Told, counts: StoryCounts) -> ComparedStories:
    """Compare two texts. ``counts`` says which fingerprints few stories have."""
    first, second = (sketch_of(told.text, told.title) for told in (one, other))
    evidence, verdict = evidence_of(first, second, counts), verdict_of(first, second, counts)
    return ComparedStories(one, other, evidence, verdict, _numbers(one.text, other.text))


def _story_counts(folder: Path) -> StoryCounts:
    """Which fingerprints few stories have: those that the crawl was settled by, or of its articles alone."""
    if is_usable(folder / KNOWN):
        return counts_in(folder / KNOWN)
    counts = StoryCounts(sum(1 for _ in read_lines(folder / ARTICLES)))
    for _, _, article in read_lines(folder / ARTICLES):
        counts.add(sketch_of(article["text"]).prints)
    return counts


def _numbers(one: str, other: str) -> Numbers:
    first, second = dict.fromkeys(_told_numbers(one)), dict.fromkeys(_told_numbers(other))
    return Numbers(
        tuple(number for number in first if number in second),
        tuple(number for number in first if number not in second),
        tuple(number for number in second if number not in first),
    )


def _told_numbers(text: str) -> Iterator[str]:
    tokens = tokens_of(text)
    for place, token in enumerate(tokens):
        if "0" <= token[0] <= "9":
            yield f"{tokens[place - 1]} {token}" if place else token

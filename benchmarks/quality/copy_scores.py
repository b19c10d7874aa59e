"""Copy scores: how the pages of a crawl of the demo portal were folded into stories, against the portal's own gold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CopyScores:
    """What became of the groups of pages that the gold holds to be one story.

    ``groups`` of several stories (edited versions of one), of which ``equal`` are one article with all their pages and
    no other; ``swallowed`` are groups whose every page was folded into another group's article, ``mixed`` articles with
    pages of several groups; ``copies`` and ``folded`` count the further pages of a story by what they are in the gold.
    """

    groups: int
    equal: int
    unequal: tuple[str, ...]
    swallowed: tuple[str, ...]
    mixed: tuple[str, ...]
    copies: Counter[str] = field(default_factory=Counter)
    folded: Counter[str] = field(default_factory=Counter)


def copy_scores(articles: Iterable[Record], duplicates: Iterable[Record], gold: Mapping[str, Record]) -> CopyScores:
    """Score the settled files of a crawl.

    :param gold: the manifest's lines of story pages by their keys.
    """
    article_of = {record["url_key"]: record["id"] for record in articles}
    kept = {identifier: key for key, identifier in article_of.items()}
    article_of |= {record["url_key"]: record["of"] for record in duplicates}
    pages: dict[int, set[str]] = defaultdict(set)
    stories: dict[int, set[int]] = defaultdict(set)
    held: dict[str, set[str]] = defaultdict(set)
    for key in article_of.keys() & gold.keys():
        pages[gold[key]["near_dup_group"]].add(key)
        stories[gold[key]["near_dup_group"]].add(gold[key]["story_id"])
        held[article_of[key]].add(key)
    several = [group for group in sorted(pages) if len(stories[group]) > 1]
    equal = [group for group in several if pages[group] in held.values()]
    standing = {gold[kept[article]]["near_dup_group"] for article in held if kept[article] in gold}
    copies, folded = Counter[str](), Counter[str]()
    for key in article_of.keys() & gold.keys():
        kind = _kind(gold[key])
        if kind is not None:
            copies[kind] += 1
            folded[kind] += any(other != key and gold[other]["near_dup_group"] == gold[key]["near_dup_group"]
                                for other in held[article_of[key]])  # fmt: skip
    return CopyScores(
        groups=len(several),
        equal=len(equal),
        unequal=tuple(min(pages[group]) for group in several if group not in equal),
        swallowed=tuple(min(pages[group]) for group in sorted(pages) if group not in standing),
        mixed=tuple(min(keys) for keys in held.values() if len({gold[key]["near_dup_group"] for key in keys}) > 1),
        copies=copies,
        folded=folded,
    )


def _kind(line: Record) -> str | None:
    """What a further page of a story is: a print version, or another address of the page; ``None`` of the first."""
    if line["kind"] == "print":
        return "print"
    return "other address" if line["alias_of"] else None

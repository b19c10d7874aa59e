"""Relation record: what a kept article is to another one, as a line of ``relations.jsonl``. No input or output.

Copies that are not kept are lines of ``duplicates.jsonl``; here stand relations that take nothing away, and those to
articles of earlier crawls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal_crawler.records.schema import SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class Relation:
    """``id`` and ``url`` are the article's, ``of`` and ``of_url`` the other's, ``of_crawl`` the name of the earlier
    crawl that has that one, or ``None``. ``kept`` is the id of the one that stands for both, ``None`` where they are
    two.
    """

    id: str
    url: str
    kind: str
    similarity: float | None
    reason: str
    of: str
    of_url: str
    of_crawl: str | None = None
    kept: str | None = None


def relation_record(relation: Relation) -> dict[str, Any]:
    """The line of a relation."""
    return {
        "schema_version": SCHEMA_VERSION,
        "id": relation.id,
        "url": relation.url,
        "kind": relation.kind,
        "similarity": None if relation.similarity is None else round(relation.similarity, 4),
        "reason": relation.reason,
        "of": relation.of,
        "of_url": relation.of_url,
        "of_crawl": relation.of_crawl,
        "kept": relation.kept,
    }

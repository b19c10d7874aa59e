"""Duplicate record: a copy or a part of a story as a line of ``duplicates.jsonl``. Contains no input or output."""

from __future__ import annotations

from typing import Any

from portal_crawler.records.schema import SCHEMA_VERSION
from portal_crawler.verdict import CopyKind

_FROM_ARTICLE = ("fetched_at", "text_digest", "warc_file", "warc_offset", "warc_record_id")


def duplicate_record(
    copy: dict[str, Any], of: str, kind: CopyKind, similarity: float, reason: str, of_crawl: str | None = None
) -> dict[str, Any]:
    """The record of a copy.

    :param copy: the article record of the copy's own page.
    :param of: the id of the article that is kept.
    :param of_crawl: the name of the earlier crawl that has that article, where this one has it not.
    :param similarity: how much of the shorter text stands in the other, 0-1.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "id": copy["id"],
        "url": copy["url"],
        "url_key": copy["url_key"],
        "of": of,
        "of_crawl": of_crawl,
        "kind": kind.value,
        "similarity": round(similarity, 4),
        "reason": reason,
        **{name: copy[name] for name in _FROM_ARTICLE},
    }

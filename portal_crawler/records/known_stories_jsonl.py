"""Known stories: what an interrupted crawl has written, by text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal_crawler.dedup.story_groups import exact_key
from portal_crawler.records.jsonl import read_lines
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, STORIES


def known_stories(folder: Path) -> Iterator[tuple[str, str]]:
    """Every text of the crawl so far, as (exact key, id of the article that holds it), from its committed files."""
    if not (folder / STORIES).exists():
        return
    articles = {record["id"] for record in _records(folder / ARTICLES)}
    kept = {record["id"]: record["of"] for record in _records(folder / DUPLICATES)}
    by_page = {record["url_key"]: record["id"] for record in _records(folder / ARTICLES)}
    for _, _, line in read_lines(folder / STORIES):
        page = line["article"]
        key = exact_key(page["text_digest"], page["word_count"], page["title"])
        found = kept.get(page["id"]) or (page["id"] if page["id"] in articles else by_page.get(page["url_key"]))
        if key and found:
            yield key, found


def _records(path: Path) -> Iterator[dict[str, str]]:
    return (record for _, _, record in read_lines(path)) if path.exists() else iter(())

"""Dedup: stamps each story page with its verdict, as far as one pass can tell. It drops nothing.

Two pages with the same text are one story at once. What addresses relate is settled at the end of the crawl, when all
pages are there (``portal_crawler.records.assemble``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

from scrapy.crawler import Crawler

from pipelines.door import reading_of
from portal_crawler.dedup.story_groups import exact_key
from portal_crawler.dedup.text_hash import story_id, text_digest, word_count
from portal_crawler.page.article import Article
from portal_crawler.reading import PageReading
from portal_crawler.records.article_record import story_of, story_text
from portal_crawler.records.first_stories_sqlite import FirstStories
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, STORIES, outputs_of
from portal_crawler.verdict import CopyKind, Verdict, VerdictKind


class DedupPipeline:
    """Stamps NEW or, where the crawl before read another text at the address, REVISED on the first page of a text, and
    SAME on every further one.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._stories = FirstStories()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of a crawler."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Learn what the crawl has written so far."""
        outputs = outputs_of(self._crawler)
        for name in (STORIES, ARTICLES, DUPLICATES):
            outputs.jsonl(name)  # opening cuts off what a kill left behind the last commit
        self._stories.learn(outputs.folder)

    def close_spider(self) -> None:
        """Let go what is needed while pages come."""
        self._stories.close()

    def process_item(self, item: Any) -> Any:
        """The item with its verdict."""
        reading = reading_of(item)
        story = story_of(reading) if reading is not None else None
        if reading is None or story is None:
            return item
        return replace(reading, verdict=self._verdict(reading, story))

    def _verdict(self, reading: PageReading, story: Article) -> Verdict:
        text = story_text(story)
        digest = text_digest(text)
        record_id = story_id(reading.url_key, digest)
        key = exact_key(digest, word_count(text), story.title)
        first = self._stories.first(key, record_id) if key else record_id
        earlier = reading.capture.earlier_story
        if first == record_id and earlier not in (None, record_id):
            return Verdict(VerdictKind.REVISED, earlier, reason="the crawl before read another text here")
        if first == record_id:
            return Verdict(VerdictKind.NEW, reason="no page with this text came before")
        return Verdict(VerdictKind.SAME, first, CopyKind.EXACT, 1.0, "same text as a page that came before")

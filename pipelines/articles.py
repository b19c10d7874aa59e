"""Articles: keeps every story page, and writes each text once to articles.jsonl as the crawl goes on.

``work/stories.jsonl`` holds every story page, copies too. From it ``articles.jsonl`` and ``duplicates.jsonl`` are made
anew when the crawl ends.
"""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from pipelines.door import reading_of
from portal_crawler.records.article_record import story_of, story_record
from portal_crawler.records.duplicate_record import duplicate_record
from portal_crawler.records.jsonl import JsonlFile
from portal_crawler.records.sinks import ARTICLES, DUPLICATES, STORIES, outputs_of
from portal_crawler.urls import UrlRules
from portal_crawler.verdict import CopyKind, VerdictKind


class ArticlesPipeline:
    """Writes articles.jsonl, duplicates.jsonl and work/stories.jsonl."""

    stories: JsonlFile
    articles: JsonlFile
    duplicates: JsonlFile
    rules: UrlRules

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of a crawler."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Open the outputs."""
        outputs = outputs_of(self._crawler)
        self.rules = UrlRules(frozenset(outputs.profile.urls.drop_params))
        self.stories, self.articles, self.duplicates = (outputs.jsonl(name) for name in (STORIES, ARTICLES, DUPLICATES))

    def process_item(self, item: Any) -> Any:
        """Write the story of a page, if it has one."""
        reading = reading_of(item)
        story = story_of(reading) if reading is not None else None
        if reading is None or story is None:
            return item
        record = story_record(reading, story, self.rules)
        self.stories.append(record)
        verdict = reading.verdict
        if verdict is not None and verdict.kind is VerdictKind.SAME and verdict.of is not None:
            kind = verdict.copy or CopyKind.EXACT
            copy = duplicate_record(record["article"], verdict.of, kind, verdict.similarity, verdict.reason)
            self.duplicates.append(copy)
        else:
            self.articles.append(record["article"])
        return item

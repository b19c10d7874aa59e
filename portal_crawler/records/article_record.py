"""Article record: one story page as a line of ``articles.jsonl``. Contains no input or output."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from portal_crawler import __version__
from portal_crawler.archive.warc_date import warc_date
from portal_crawler.capture import Capture
from portal_crawler.dedup.story_groups import StoryPage
from portal_crawler.dedup.text_hash import story_id, text_digest, text_shape, word_count
from portal_crawler.page.kind import PageKind
from portal_crawler.records.clean import clean_text
from portal_crawler.records.schema import SCHEMA_VERSION
from portal_crawler.records.times import iso_day_or_time
from portal_crawler.template.template_json import text_of_rows
from portal_crawler.urls import NO_RULES, UrlRules, host_of, url_key
from portal_crawler.verdict import VerdictKind

if TYPE_CHECKING:  # who settles what was read reads nothing, and need not load the reading
    from portal_crawler.page.article import Article
    from portal_crawler.reading import PageReading

# Stands where a capture has no time of its own (a page read from a file).
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def story_of(reading: PageReading) -> Article | None:
    """The story of a page of kind article that has any text; ``None`` of every other page."""
    article = reading.article if reading.is_article else None
    return article if article is not None and any(article.paragraphs) else None


def record_kind(reading: PageReading) -> PageKind:
    """The kind under which a page is recorded: one judged an article whose story has no text is no article."""
    return PageKind.OTHER if reading.is_article and story_of(reading) is None else reading.kind.kind


def fetched_at(capture: Capture) -> str:
    """When the page was fetched, as JSON has it: the WARC-Date of its records."""
    return warc_date(capture.fetched_at or _NO_TIME)


def warc_fields(capture: Capture) -> dict[str, Any]:
    """Where the exchange stands in the archive; ``null`` in every field where it stands nowhere."""
    place = capture.warc
    return {
        "warc_file": place.file if place else None,
        "warc_offset": place.offset if place else None,
        "warc_record_id": place.record_id if place else None,
    }


def story_text(article: Article) -> str:
    """The article's text as it is recorded and hashed."""
    return clean_text(article.text)


def article_record(reading: PageReading, article: Article) -> dict[str, Any]:
    """The record of one story page, its aliases not yet known."""
    capture = reading.capture
    text = story_text(article)
    digest = text_digest(text)
    record_id = story_id(reading.url_key, digest)
    return {
        "schema_version": SCHEMA_VERSION,
        "id": record_id,
        "url": capture.url,
        "url_key": reading.url_key,
        "canonical_url": reading.metadata.canonical,
        "site": host_of(capture.url),
        "section": article.section,
        "title": clean_text(article.title),
        "text": text,
        "lead": clean_text(next(filter(None, article.paragraphs), "")) or None,
        "authors": list(article.authors),
        "source": article.source,
        "published": iso_day_or_time(article.published),
        "modified": iso_day_or_time(article.modified),
        "language": reading.metadata.language,
        "word_count": word_count(text),
        "captions": list(article.captions),
        "fetched_at": fetched_at(capture),
        "status": capture.status,
        "text_digest": digest,
        "payload_digest": capture.payload_digest or None,
        **warc_fields(capture),
        **revision_fields(record_id, capture.earlier_story),
        "aliases": [],
        "kind_confidence": reading.kind.confidence,
        "extractor": {
            "version": __version__,
            "model": reading.model,
            "template_id": reading.template_id,
            "profile": reading.profile,
        },
    }


def revision_fields(record_id: str, earlier_story: str | None) -> dict[str, Any]:
    """Whether a story has another text than the crawl before read at its address."""
    revised = earlier_story is not None and earlier_story != record_id
    return {
        "verdict": VerdictKind.REVISED.value if revised else VerdictKind.NEW.value,
        "revision_of": earlier_story if revised else None,
    }


def story_record(reading: PageReading, article: Article, rules: UrlRules = NO_RULES) -> dict[str, Any]:
    """The line of ``work/stories.jsonl``: the article's record with what relates the page to other pages."""
    keys = [url_key(url, rules) for url in article.pager]
    return {
        "article": article_record(reading, article),
        "canonical_key": url_key(reading.metadata.canonical, rules) if reading.metadata.canonical else None,
        "pager": [key for key in keys if key],
        "part": article.part,
        "translations": [
            [language, key] for language, url in reading.metadata.translations if (key := url_key(url, rules))
        ],
        "earlier_story": reading.capture.earlier_story,
        "sketch": _sketch(reading),
    }


def _sketch(reading: PageReading) -> dict[str, str] | None:
    """What the page teaches of its portal's template."""
    sketch = reading.sketch
    return {"path": sketch.path, "texts": text_of_rows(sketch.rows)} if sketch is not None else None


def story_page(number: int, line: dict[str, Any]) -> StoryPage:
    """What the grouping needs of a line of ``work/stories.jsonl``."""
    record = line["article"]
    return StoryPage(
        number=number,
        url=record["url"],
        url_key=record["url_key"],
        digest=record["text_digest"],
        title=record["title"],
        words=record["word_count"],
        published=record["published"] or "",
        canonical_key=line["canonical_key"],
        pager=tuple(line["pager"]),
        part=line["part"],
        shape=text_shape(record["text"]),
    )


def joined_record(parts: list[dict[str, Any]], aliases: list[str], earlier_story: str | None) -> dict[str, Any]:
    """The record of a story from the records of its parts in reading order: the first one's, with the text of all.

    :param earlier_story: the id under which the crawl before has the story.
    """
    text = "\n\n".join(part["text"] for part in parts)
    first = parts[0]
    digest = text_digest(text)
    record_id = story_id(first["url_key"], digest)
    known = {field: next((part[field] for part in parts if part[field]), first[field]) for field in _FROM_ANY_PART}
    return {
        **first,
        **known,
        **revision_fields(record_id, earlier_story),
        "id": record_id,
        "text": text,
        "captions": [caption for part in parts for caption in part["captions"]],
        "word_count": word_count(text),
        "text_digest": digest,
        "aliases": aliases,
    }


# What a story on several pages may say on any of them: the source line often closes the last one.
_FROM_ANY_PART = ("authors", "source", "published", "modified", "section")

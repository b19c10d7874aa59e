"""Page record: one response as a line of ``pages.jsonl``. Contains no input or output."""

from __future__ import annotations

from typing import Any

from portal_crawler.archive.warc_date import warc_date
from portal_crawler.dedup.text_hash import text_digest
from portal_crawler.reading import PageReading
from portal_crawler.records.article_record import fetched_at, record_kind, story_of, story_text, warc_fields
from portal_crawler.records.schema import SCHEMA_VERSION


def page_record(reading: PageReading) -> dict[str, Any]:
    """The record of one response, whatever its status and kind."""
    capture, charset, story = reading.capture, reading.charset, story_of(reading)
    return {
        "schema_version": SCHEMA_VERSION,
        "url": capture.url,
        "url_key": reading.url_key,
        "final_url": capture.final_url or capture.url,
        "via": capture.via,
        "depth": capture.depth,
        "status": capture.answered,
        "kind": record_kind(reading).value,
        "kind_confidence": reading.kind.confidence,
        "title": reading.metadata.title or None,
        "charset_declared": charset.declared if charset else None,
        "charset_used": charset.used if charset else None,
        "charset_source": charset.source if charset else None,
        "links": len(reading.links),
        "robots": list(reading.directives),
        "problems": [*capture.problems, *reading.problems],
        "payload_digest": capture.payload_digest or None,
        "text_digest": text_digest(story_text(story)) if story else None,
        **warc_fields(capture),
        "revisit": capture.revisit.profile.value if capture.revisit else None,
        "original_url": capture.revisit.url if capture.revisit else None,
        "original_date": warc_date(capture.revisit.date) if capture.revisit else None,
        "fetched_at": fetched_at(capture),
    }

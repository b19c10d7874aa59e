"""Withdrawal: whether an answer brings back what was taken down at another address."""

from __future__ import annotations

from portal_crawler.capture import Capture
from portal_crawler.dedup.text_hash import text_digest
from portal_crawler.reading import PageReading
from portal_crawler.records.article_record import story_of, story_text
from portal_crawler.records.tombstone import Withdrawn

_OK = 200


def same_bytes(withdrawn: Withdrawn, capture: Capture) -> str:
    """The rule by which an answer is not kept that has the very bytes of a page that was taken down, or ""."""
    gone = withdrawn.of_payload(capture.payload_digest) if capture.status == _OK else None
    return f"has the bytes of {gone.url}, {gone.rule}" if gone else ""


def same_story(withdrawn: Withdrawn, reading: PageReading) -> str:
    """The rule by which a page is not kept whose story is one that was taken down, or a near copy of it, or ""."""
    story = story_of(reading) if withdrawn else None
    if story is None:
        return ""
    text = story_text(story)
    gone = withdrawn.of_text(text, text_digest(text))
    return f"has the text of {gone.url}, {gone.rule}" if gone else ""

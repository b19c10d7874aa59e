"""Visit log: how a crawl asks again, what an answer repeats of the crawl before, what is noted for the next one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from portal_crawler.archive.exchange import Exchange
from portal_crawler.archive.http_message import HttpResponse
from portal_crawler.archive.response_capture import revisit_of, unchanged
from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord, record_at
from portal_crawler.archive.warc_write import OPEN
from portal_crawler.capture import Capture
from portal_crawler.dedup.text_hash import story_id, text_digest
from portal_crawler.frontier.revisit import first_seen, visited
from portal_crawler.frontier.visits_sqlite import ContentPlace, Visit, Visits
from portal_crawler.reading import PageReading
from portal_crawler.records.article_record import record_kind, story_of, story_text
from portal_crawler.settings import DOWNLOAD_MAXSIZE

# Shorter payloads are kept each time: a revisit record would hardly be smaller, and a short page is often an error's.
LEAST_PAYLOAD = 1024


@dataclass(slots=True)
class _InHand:
    """What is known of an address between its request and its page."""

    before: Visit | None
    asked: bool = False
    etag: str | None = None
    last_modified: str | None = None
    repeatable: bool = False


class VisitLog:
    """The visits of a running crawl. Use from one thread.

    :param visits: those of its ledger; the ledger's transactions hold what is noted.
    :param folder: the crawl's folder.
    :param again: whether the crawl goes on from an earlier one.
    :param most: bytes of an unpacked body, at most.
    :param archived: whether it keeps an archive, where an unchanged answer can be recorded.
    """

    def __init__(
        self, visits: Visits, folder: Path, *, again: bool, archived: bool, most: int = DOWNLOAD_MAXSIZE
    ) -> None:
        self._most = most
        self._visits, self._folder, self._again, self._archived = visits, folder, again, archived
        self._in_hand: dict[str, _InHand] = {}
        self._whole: set[str] = set()  # addresses whose old content could not be read: they are asked for in full

    def conditions(self, key: str) -> dict[str, str]:
        """The request headers that ask an address whether it changed (RFC 9110 sections 13.1.2 and 13.1.3).

        None for an address whose earlier content cannot be opened, so that no answer leaves the page without its bytes.
        """
        hand = self._in_hand[key] = _InHand(self._visits.get(key) if self._again else None)
        before = hand.before
        if before is None or before.content is None or not self._archived or key in self._whole:
            return {}
        asked = {"If-None-Match": before.etag, "If-Modified-Since": before.last_modified}
        headers = {name: value for name, value in asked.items() if value}
        if headers and not self._is_there(before.content):
            return {}
        hand.asked = bool(headers)
        return headers

    def compared(self, key: str, capture: Capture, exchange: Exchange, message: HttpResponse) -> Capture | None:
        """The capture of an answer, with what it repeats of the crawl before.

        :returns: ``None`` where the server says that nothing changed, but the old content cannot be read: the address
            is then to be asked for again, and is asked for in full.
        """
        hand = self._in_hand.setdefault(key, _InHand(None))
        before = hand.before
        hand.etag, hand.last_modified = _header(message, b"etag"), _header(message, b"last-modified")
        large = len(message.payload) >= LEAST_PAYLOAD
        hand.repeatable = self._archived and message.status == 200 and large and exchange.truncated is None
        if before is None:
            return capture
        capture = replace(capture, earlier_story=before.story)
        not_modified = hand.asked and message.status == 304
        same = hand.repeatable and before.digest == capture.payload_digest
        if before.content is None or not (not_modified or same):
            return capture
        original = self._original(before.content)
        if not_modified and isinstance(original, Damage):
            self._whole.add(key)
            return None
        if isinstance(original, Damage):
            return capture
        if not_modified:
            hand.etag, hand.last_modified = hand.etag or before.etag, hand.last_modified or before.last_modified
            capture = unchanged(capture, original, self._most)
        return replace(capture, revisit=revisit_of(original, not_modified))

    def done(self, reading: PageReading, found: int) -> None:
        """Note a page's visit.

        :param found: addresses that it showed and that nobody had seen before.
        """
        capture, key, kind = reading.capture, reading.url_key, record_kind(reading)
        hand = self._in_hand.pop(key, None) or _InHand(None)
        before, story = hand.before, story_of(reading)
        digest = text_digest(story_text(story)) if story else None
        at = (capture.fetched_at or datetime.now(UTC)).timestamp()
        changed = before is not None and (
            before.text != digest if before.text or digest else before.digest != capture.payload_digest
        )
        history = before.history if before else first_seen(at, _day(story.published if story else None))
        visit = Visit(
            url_key=key,
            kind=kind,
            status=capture.status,
            digest=capture.payload_digest,
            text=digest,
            story=story_id(key, digest) if digest else None,
            etag=hand.etag,
            last_modified=hand.last_modified,
            content=_content(capture, hand),
            history=visited(history, at, changed, kind, found),
        )
        self._visits.put(visit)

    def let_go(self, key: str) -> None:
        """An address became no page this time."""
        self._in_hand.pop(key, None)

    def _path(self, place: ContentPlace) -> Path:
        path = self._folder / place.crawl / place.file
        return path if path.exists() else path.with_name(path.name + OPEN)

    def _is_there(self, place: ContentPlace) -> bool:
        path = self._path(place)
        return path.exists() and path.stat().st_size > place.offset

    def _original(self, place: ContentPlace) -> ReadRecord | Damage:
        path = self._path(place)
        if not path.exists():
            return Damage(place.file, place.offset, "is missing")
        record = record_at(path, place.offset, name=place.file)
        if isinstance(record, ReadRecord) and record.header("WARC-Record-ID") != place.record_id:
            return Damage(place.file, place.offset, "holds another record")
        return record


def _content(capture: Capture, hand: _InHand) -> ContentPlace | None:
    """Where the next crawl finds what an unchanged answer would repeat."""
    if capture.revisit is not None:
        return hand.before.content if hand.before else None
    place = capture.warc
    return ContentPlace("", place.file, place.offset, place.record_id) if place and hand.repeatable else None


def _header(message: HttpResponse, name: bytes) -> str | None:
    value = message.header(name)
    return value.decode("latin-1") if value else None


def _day(published: date | datetime | None) -> float | None:
    """A story's date in seconds since the epoch."""
    if published is None:
        return None
    if isinstance(published, datetime):
        return published.replace(tzinfo=published.tzinfo or UTC).timestamp()
    return datetime(published.year, published.month, published.day, tzinfo=UTC).timestamp()

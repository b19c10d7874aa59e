"""Tombstone: what is kept of a page that was taken down, so that it is known again and never comes back.

A tombstone holds addresses, digests and fingerprints, and no word of the text. Contains no input or output.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from portal_crawler.archive.warc_date import read_warc_date
from portal_crawler.dedup.fingerprints import Sketch, sketch_of
from portal_crawler.dedup.near_rule import containment_of
from portal_crawler.records.schema import SCHEMA_VERSION
from portal_crawler.records.times import iso_time

# Tokens, hash of all of them, hash of all but the numbers, how many fingerprints; these follow, and hashes of numbers.
_HEAD = struct.Struct("<IQQI")
_NONE = np.array([], np.uint32)
# Below, two texts share what any two may: a dateline, a closing line.
_LEAST_TOKENS = 20
# A text that is shorter by more is a passage of another one, not a copy of it.
_LEAST_RATIO = 0.5
# Fingerprints that a near copy shares. More than deduplication asks for, which also knows how rare each is: stories of
# one template share four of five.
_LEAST_SHARED = 0.9


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One page that was taken down, with the copies of its story.

    ``url`` is the address that was named, ``url_keys`` are the keys of all pages that were taken with it.
    ``payload_digests`` and ``text_digests`` are of their bodies and texts, ``sketches`` what ``packed_sketch`` makes of
    the texts. ``also_removed`` are the keys of pages that quoted it: their captures are gone, they are not banned. The
    names of files are relative to the crawl's folder.
    """

    url: str
    url_keys: tuple[str, ...]
    ts: datetime
    reason: str
    by: str | None = None
    article_ids: tuple[str, ...] = ()
    payload_digests: tuple[str, ...] = ()
    text_digests: tuple[str, ...] = ()
    sketches: tuple[str, ...] = ()
    also_removed: tuple[str, ...] = ()
    records_removed: int = 0
    files_rewritten: tuple[str, ...] = ()
    files_removed: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """Why an address is not fetched, in words: ``taken down on 2026-11-28: REASON``."""
        return f"taken down on {self.ts:%Y-%m-%d}: {self.reason}"

    def record(self) -> dict[str, Any]:
        """As a line of ``takedowns.jsonl`` has it."""
        return {
            "schema_version": SCHEMA_VERSION,
            "url": self.url,
            "url_keys": list(self.url_keys),
            "article_ids": list(self.article_ids),
            "payload_digests": list(self.payload_digests),
            "text_digests": list(self.text_digests),
            "sketches": list(self.sketches),
            "also_removed": list(self.also_removed),
            "ts": iso_time(self.ts),
            "reason": self.reason,
            "by": self.by,
            "records_removed": self.records_removed,
            "files_rewritten": list(self.files_rewritten),
            "files_removed": list(self.files_removed),
        }


_LISTS = (
    *("url_keys", "article_ids", "payload_digests", "text_digests", "sketches", "also_removed"),
    *("files_rewritten", "files_removed"),
)


def tombstone_of(record: dict[str, Any]) -> Tombstone:
    """The tombstone of a line.

    :raises ValueError: where a field is missing or is not what it should be.
    """
    try:
        when = read_warc_date(record["ts"])
        lists = {name: tuple(map(str, record[name])) for name in _LISTS}
        count = int(record["records_removed"])
        told = (str(record["url"]), str(record["reason"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"is no tombstone ({error!r})") from error
    if when is None:
        raise ValueError(f"ts is {record['ts']}, not a time")
    url, reason = told
    return Tombstone(url=url, reason=reason, ts=when, by=record.get("by"), records_removed=count, **lists)


def packed_sketch(text: str) -> str:
    """The fingerprints of a text, as a tombstone keeps them; "" of a text that is too short to be known by them."""
    sketch = comparable(text)
    if sketch is None:
        return ""
    head = _HEAD.pack(sketch.tokens, sketch.whole, sketch.frame, len(sketch.prints))
    return base64.b64encode(head + np.concatenate((sketch.prints, sketch.numbers)).astype("<u4").tobytes()).decode()


def _unpacked(packed: str) -> Sketch:
    data = base64.b64decode(packed)
    tokens, whole, frame, count = _HEAD.unpack_from(data)
    hashes = np.frombuffer(data, "<u4", offset=_HEAD.size).astype(np.uint32)
    return Sketch(hashes[:count], hashes[count:], _NONE, tokens, whole, frame, _NONE)


class Withdrawn:
    """All that was taken down, as far as a crawl knows of it."""

    def __init__(self, tombstones: Iterable[Tombstone] = ()) -> None:
        self.tombstones = tuple(tombstones)
        self._keys = {key: one for one in self.tombstones for key in one.url_keys}
        self._payloads = {digest: one for one in self.tombstones for digest in one.payload_digests}
        self._texts = {digest: one for one in self.tombstones for digest in one.text_digests}
        self._sketches = [(_unpacked(packed), one) for one in self.tombstones for packed in one.sketches]

    def __bool__(self) -> bool:
        return bool(self.tombstones)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all addresses that were taken down."""
        return tuple(self._keys)

    def rule_of(self, url_key: str) -> str:
        """The rule by which an address is not fetched, or ""."""
        found = self._keys.get(url_key)
        return found.rule if found else ""

    def of_key(self, url_key: str) -> Tombstone | None:
        """The tombstone of an address, by its key."""
        return self._keys.get(url_key)

    def of_payload(self, digest: str) -> Tombstone | None:
        """The tombstone of the page with the same bytes."""
        return self._payloads.get(digest)

    def of_text(self, text: str, digest: str) -> Tombstone | None:
        """The tombstone of a story with the same text, or of one that it is a near copy of.

        :param digest: the text's ``text_digest``.
        """
        if not self.tombstones or (found := self._texts.get(digest)):
            return found if self.tombstones else None
        sketch = comparable(text) if self._sketches else None
        if sketch is None:
            return None
        return next((one for other, one in self._sketches if is_copy(sketch, other)), None)


NOTHING_WITHDRAWN = Withdrawn()


def comparable(text: str) -> Sketch | None:
    """The fingerprints of a text; ``None`` of one that is too short to be known by them."""
    sketch = sketch_of(text)
    return sketch if sketch.tokens >= _LEAST_TOKENS else None


def is_copy(one: Sketch, other: Sketch) -> bool:
    """Whether one text is a copy of the other: of the same words, or a near copy.

    A near copy has nine of ten of the shorter text's fingerprints and all of its numbers, and is at least half as long
    as the other one. Texts that differ in a number are stories of their own (a weather report of another day).
    """
    if one.whole == other.whole:
        return True
    shorter, longer = sorted((one, other), key=lambda sketch: sketch.tokens)
    return bool(
        shorter.tokens >= _LEAST_RATIO * longer.tokens
        and np.isin(shorter.numbers, longer.numbers).all()
        and containment_of(one, other) >= _LEAST_SHARED
    )

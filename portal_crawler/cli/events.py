"""Events: what ``--progress json`` writes to stderr, a JSON object a line. The table is the reference and the schema.

Pure: what happened and when comes in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# Type of a field -> what JSON Schema has for it.
_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "text or null": {"type": ["string", "null"]},
    "time": {"type": "string", "format": "date-time"},
    "count": {"type": "integer", "minimum": 0},
    "count or null": {"type": ["integer", "null"], "minimum": 0},
    "number": {"type": "number", "minimum": 0},
    "true or false": {"type": "boolean"},
    "object": {"type": "object"},
}


@dataclass(frozen=True, slots=True)
class EventField:
    """One field of an event: its name, its type in words, what it means."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event, with the fields that it has besides ``event`` and ``at``."""

    name: str
    meaning: str
    fields: tuple[EventField, ...]


_ALL = (
    EventField("event", "text", "the kind of event"),
    EventField("at", "time", "when it was written, UTC"),
)
EVENTS = (
    EventKind(
        "begin",
        "a crawl, or a probe's sample, begins to fetch; of `crawl`, `demo` and `probe`",
        (
            EventField("folder", "text", "the crawl's folder"),
            EventField("profile", "text", "name of the profile"),
            EventField("resumed", "true or false", "whether it goes on with what an earlier run left"),
            EventField("limit", "count or null", "pages (of a probe: requests) at most; `null` for no limit"),
        ),
    ),
    EventKind(
        "progress",
        "where it stands, every ten seconds; of `crawl`, `demo`, `probe` and `build`",
        (
            EventField("pages", "count", "pages done: fetched, skipped after fetching, or failed"),
            EventField("queued", "count", "addresses that wait or are in hand"),
            EventField("articles", "count", "pages that hold a story"),
            EventField("failed", "count", "pages given up"),
            EventField("seconds", "number", "since this run began"),
            EventField("before", "count", "pages that were done before this run"),
            EventField("pages_per_minute", "number", "speed of this run"),
        ),
    ),
    EventKind(
        "end",
        "fetching has ended and the dataset is settled; of `crawl`, `demo` and `probe`",
        (
            EventField("folder", "text", "the crawl's folder"),
            EventField("exit_code", "count", "what the command ends with, as in exit-codes.md"),
            EventField("finish_reason", "text or null", "as in `crawl.json`: `finished`, `limit of pages`, …"),
            EventField("counts", "object", "as in `crawl.json`"),
        ),
    ),
    EventKind("message", "a line for people; of every command", (EventField("text", "text", "the line"),)),
    EventKind(
        "error",
        "what ends the command early, with the cure; the last line",
        (
            EventField("text", "text", "what is wrong, where, and what to do"),
            EventField("exit_code", "count", "what the command ends with"),
        ),
    ),
)


def event(name: str, at: datetime, /, **fields: Any) -> dict[str, Any]:
    """An event as it is written.

    :param at: an aware time.

    >>> event("message", datetime(2026, 11, 28, 12, tzinfo=UTC), text="hello")
    {'event': 'message', 'at': '2026-11-28T12:00:00.000Z', 'text': 'hello'}
    """
    stamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"event": name, "at": stamp, **fields}


def fields_of(kind: EventKind) -> tuple[EventField, ...]:
    """All fields of a kind of event."""
    return (*_ALL, *kind.fields)


def events_schema() -> dict[str, Any]:
    """JSON Schema of one line."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "portal-crawler --progress json: one line",
        "oneOf": [_schema_of(kind) for kind in EVENTS],
    }


def _schema_of(kind: EventKind) -> dict[str, Any]:
    fields = fields_of(kind)
    properties = {one.name: {**_TYPES[one.type], "description": one.meaning} for one in fields}
    properties["event"] = {"const": kind.name, "description": kind.meaning}
    return {
        "type": "object",
        "properties": properties,
        "required": [one.name for one in fields],
        "additionalProperties": False,
    }

"""Record: one article as a dataset has it. Contains no input or output."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

from portal_crawler.dataset.fields import RECORDS
from portal_crawler.records.clean import clean_value
from portal_crawler.records.jsonl import dumps
from portal_crawler.records.times import iso_time

_MONTH = re.compile(r"(?!0000)\d{4}-(?:0[1-9]|1[0-2])(?=-)")
# The shard of records whose day is not known.
UNKNOWN = "unknown"
_EXTRACTOR = {"version": "version", "model": "model", "template": "template_id", "profile": "profile"}


def dataset_record(article: dict[str, Any], crawl: str, split: str, cluster: str) -> dict[str, Any]:
    """The record of an article, its fields in the order of ``RECORDS``; text as it may stand in any form."""
    article = clean_value(article)
    told = article | {"crawl": crawl, "split": split, "cluster": cluster}
    for name in ("published", "modified"):
        told[name], told[f"{name}_at"] = day_and_time(article[name])
    for name, key in _EXTRACTOR.items():
        told[f"extractor_{name}"] = article["extractor"].get(key)
    return {field.name: told[field.name] for field in RECORDS.fields}


def day_and_time(told: str | None) -> tuple[str | None, str | None]:
    """The day and the time of a field that says either.

    >>> day_and_time("2004-10-15"), day_and_time("2004-10-15T23:30:00Z")
    (('2004-10-15', None), ('2004-10-15', '2004-10-15T23:30:00Z'))
    """
    if told is None or "T" not in told:
        return told, None
    return told[:10], told


def shard_of(published: str | None) -> str:
    """The shard of a record: the month of its day. What is no month can be no file's name.

    >>> shard_of("2005-10-03"), shard_of("../../etc"), shard_of(None)
    ('2005-10', 'unknown', 'unknown')
    """
    found = _MONTH.match(published or "")
    return found[0] if found else UNKNOWN


def record_digest(article: dict[str, Any]) -> str:
    """What tells one reading of an article from another: of its line, whatever dataset it stands in."""
    return f"sha256:{hashlib.sha256(dumps(article)).hexdigest()}"


def moment(told: str) -> datetime:
    """A time of a record, aware, in UTC."""
    return datetime.fromisoformat(told).astimezone(UTC)


def told_moment(value: datetime) -> str:
    """The same as it is written."""
    return iso_time(value)

"""Skip record: an address that was not fetched, and the rule that decided, as a line of ``skipped.jsonl``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal_crawler.records.schema import SCHEMA_VERSION
from portal_crawler.records.times import iso_time


def skip_record(
    url: str,
    reason: str,
    at: datetime,
    *,
    url_key: str | None = None,
    via: str | None = None,
    depth: int | None = None,
    rule: str | None = None,
) -> dict[str, Any]:
    """The record of one skipped address.

    :param reason: one word: ``offsite``, ``robots``, ``trap``, ``budget``, ``too_large`` and so on.
    :param rule: the rule as the profile (or robots.txt) has it.
    :param at: when that was decided, aware.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "url": url,
        "url_key": url_key,
        "via": via,
        "depth": depth,
        "reason": reason,
        "rule": rule,
        "ts": iso_time(at),
    }

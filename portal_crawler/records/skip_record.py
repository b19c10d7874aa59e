"""Skip record: an address that gave no document, and the rule or trouble behind it, as a line of ``skipped.jsonl``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal_crawler.records.schema import SCHEMA_VERSION
from portal_crawler.records.times import iso_time


class Bin(StrEnum):
    """Where the reconciliation counts the address of a line.

    SKIPPED: a rule kept it from being asked for. FAILED: it was asked for and given up. FETCHED: it was answered and
    has its line in ``pages.jsonl``, but the answer is no document.
    """

    SKIPPED = "skipped"
    FAILED = "failed"
    FETCHED = "fetched"


def bin_of(record: Mapping[str, Any]) -> str:
    """Where the address of a line is counted; early versions, which did not say, wrote of skipped addresses alone."""
    return str(record.get("bin") or Bin.SKIPPED)


def skip_record(
    url: str,
    reason: str,
    at: datetime,
    *,
    url_key: str | None = None,
    via: str | None = None,
    depth: int | None = None,
    rule: str | None = None,
    counted: Bin = Bin.SKIPPED,
) -> dict[str, Any]:
    """The record of one address.

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
        "bin": counted.value,
        "ts": iso_time(at),
    }

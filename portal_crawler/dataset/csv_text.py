"""CSV: records as lines of RFC 4180, UTF-8, each ended by CR LF; line breaks of a text stand within quotes. Pure.

Text is always quoted and made safe for spreadsheets; ``null`` is nothing between two commas. A list is JSON.
"""

from __future__ import annotations

import json
from typing import Any

from portal_crawler.dataset.fields import RECORDS
from portal_crawler.dataset.formula_guard import guarded
from portal_crawler.records.schema import Field

_END = "\r\n"
# Types whose values are written by this program: no page can put a formula there.
_BARE = frozenset(["integer", "share", "time", "day"])


def csv_head() -> str:
    """The first line: the names."""
    return ",".join(field.name for field in RECORDS.fields) + _END


def csv_line(record: dict[str, Any]) -> str:
    """One record."""
    return ",".join(_cell(field, record[field.name]) for field in RECORDS.fields) + _END


def _cell(field: Field, value: Any) -> str:
    if value is None:
        return ""
    if field.type in _BARE:
        return str(value)
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
    return '"' + guarded(text).replace('"', '""') + '"'

"""The door of the pipelines: whatever kind of item a spider yields, the reading in it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from itemadapter import ItemAdapter

from portal_crawler.reading import PageReading

_FIELDS = tuple(field.name for field in fields(PageReading))
_NEEDED = frozenset(["capture", "url_key", "kind"])


def reading_of(item: Any) -> PageReading | None:
    """The reading that an item is or holds field by field (a dict, an attrs class, a Scrapy item); else ``None``.

    A pipeline lets an item without a reading pass untouched.
    """
    if isinstance(item, PageReading):
        return item
    if not ItemAdapter.is_item(item):
        return None
    adapter = ItemAdapter(item)
    if not adapter.keys() >= _NEEDED:
        return None
    return PageReading(**{name: adapter[name] for name in _FIELDS if name in adapter})

"""Editorial: whether somebody set a link by hand, into what its page is about. One decision, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal_crawler.page.editorial import NO_LINKS


def is_editorial(record: Mapping[str, Any]) -> bool:
    """Whether a link is an editor's, as its line of ``links.jsonl`` says (``portal_crawler.page.editorial`` decides).

    Lines that an earlier version wrote say nothing of it: there the role decides, and whether it is a link for readers.

    :raises KeyError: where a field is missing.

    >>> is_editorial({"editorial": True, "role": "other", "element": "a"})
    True
    >>> is_editorial({"role": "body", "element": "a"}), is_editorial({"role": "body", "element": "canonical"})
    (True, False)
    """
    told = record.get("editorial")
    if told is not None:
        return bool(told)
    return record["role"] == "body" and record["element"] not in NO_LINKS

"""Exact index: under which record a text was first seen in this crawl. Contains no input or output."""

from __future__ import annotations

import hashlib

# Half of SHA-256: two texts in a billion billion share it, and the settled dataset compares whole digests anyway.
_KEY_BYTES = 16


class ExactIndex:
    """Texts by their exact key (``story_groups.exact_key``), about 200 bytes of memory each."""

    def __init__(self) -> None:
        self._ids: dict[bytes, bytes] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def first(self, key: str, record_id: str) -> str:
        """The id under which the text is known; ``record_id``, which it then is, where it is new.

        >>> index = ExactIndex()
        >>> index.first("t:1", "aa"), index.first("t:1", "bb")
        ('aa', 'aa')
        """
        short = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:_KEY_BYTES]
        return self._ids.setdefault(short, bytes.fromhex(record_id)).hex()

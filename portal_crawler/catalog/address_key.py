"""Address key: 64 bits that stand for a SURT key in the catalog's tables, and its form in the dashboard's addresses.

Of a million addresses two share their 64 bits with a chance of 3 in 100 million; who reads a record by such a key
compares the record's own key.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b

_HEX = re.compile(r"[0-9a-f]{16}\Z")


@lru_cache(maxsize=65_536)
def address_key(url_key: str) -> int:
    """The number of a SURT key, signed as SQLite's integers are.

    >>> address_key("test,portal,www)/")
    -4521030424517678012
    """
    digest = blake2b(url_key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def shown_key(key: int) -> str:
    """The 16 hex digits of a key: the same in every crawl, and so in every link to a page of the dashboard.

    >>> shown_key(-1)
    'ffffffffffffffff'
    """
    return f"{key & 0xFFFF_FFFF_FFFF_FFFF:016x}"


def read_key(shown: str) -> int | None:
    """The key that 16 hex digits say; ``None`` where they are none.

    >>> read_key("ffffffffffffffff"), read_key("../etc")
    (-1, None)
    """
    if not _HEX.match(shown):
        return None
    return int.from_bytes(bytes.fromhex(shown), "big", signed=True)

"""Near columns: how texts, their keys and what was decided of them stand in the columns of an index. Pure."""

from __future__ import annotations

import re

import numpy as np

from portal_crawler.dedup.fingerprints import Prints, Sketch
from portal_crawler.dedup.near_rule import NearKind, NearVerdict

_HEX = re.compile("[0-9a-f]{32}")
BITS_64 = 1 << 64
"""What is added to a signed number of 64 bits, as SQLite has them, to have it unsigned: by the remainder."""


def columns_of(verdict: NearVerdict | None) -> tuple[str | None, float | None, str | None]:
    """Kind, similarity and reason."""
    return (str(verdict.kind), verdict.similarity, verdict.reason) if verdict else (None, None, None)


def verdict_in(kind: str | None, similarity: float, reason: str) -> NearVerdict | None:
    """What was decided, from these columns."""
    return NearVerdict(NearKind(kind), similarity, reason) if kind else None


def hashes_in(blob: bytes) -> Prints:
    """The hashes of 32 bits that a column holds."""
    return np.frombuffer(blob, np.uint32)


def keys_of(prints: Prints) -> list[int]:
    """The keys under which fingerprints are found: signed, since SQLite keeps them in four bytes then."""
    found: list[int] = prints.view(np.int32).tolist()
    return found


def whole_key_of(sketch: Sketch) -> int:
    """The key of a text's words."""
    return signed(sketch.whole) >> 32


def signed(number: int) -> int:
    """A number of 64 bits as SQLite has it.

    >>> signed(2**64 - 1), signed(5)
    (-1, 5)
    """
    return number - BITS_64 if number >= BITS_64 // 2 else number


def packed(identifier: str) -> bytes | str:
    """An id as the tables have it: one of 32 hexadecimal digits in half the room."""
    return bytes.fromhex(identifier) if _HEX.fullmatch(identifier) else identifier


def unpacked(identifier: bytes | str) -> str:
    """An id of the tables."""
    return identifier.hex() if isinstance(identifier, bytes) else identifier

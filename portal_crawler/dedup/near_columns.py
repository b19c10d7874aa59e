"""Near columns: how texts, their keys and what was decided of them stand in the columns of an index. Pure."""

from __future__ import annotations

import re

import numpy as np

from portal_crawler.dedup.fingerprints import Prints, Sketch
from portal_crawler.dedup.near_frequent import features_of
from portal_crawler.dedup.near_meeting import LEAST_KEYS, whole_key
from portal_crawler.dedup.near_rule import NearKind, NearVerdict
from portal_crawler.dedup.story_counts import StoryCounts

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
    """The key of a text's words, signed as those of fingerprints are."""
    return signed(whole_key(sketch) << 32) >> 32


def posted_keys(sketch: Sketch, counts: StoryCounts) -> list[int]:
    """The keys under which later texts find a story, ascending."""
    rare = counts.rare(sketch.prints)
    numbers = counts.rare(np.concatenate((sketch.numbers, sketch.pairs)))
    keys = (*keys_of(rare[rare % 2 == 0]), *keys_of(np.sort(rare)[:LEAST_KEYS]), *keys_of(numbers))
    return sorted({*keys, whole_key_of(sketch)} if sketch.tokens else set(keys))


def shifted_keys(sketch: Sketch, before: StoryCounts, now: StoryCounts) -> tuple[list[int], list[int]]:
    """The keys under which a story is no longer found when more is frequent, and those under which it is found instead:
    of its least fingerprints, the next ones.
    """
    rare, still = before.rare(sketch.prints), now.are_rare(sketch.prints)
    features = features_of(sketch)
    gone = keys_of(features[before.are_rare(features) & ~now.are_rare(features)])
    least = np.sort(sketch.prints[still])[:LEAST_KEYS]
    last = np.sort(rare)[:LEAST_KEYS][-1:]
    come = keys_of(least[(least % 2 == 1) & (least > last)]) if len(last) else []
    return [key for key in gone if key != whole_key_of(sketch)], come


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

"""Bands: keys under which texts that share much of their fingerprints meet. Contains no input or output.

MinHash (Broder: "On the resemblance and containment of documents", 1997), in bands of two (Leskovec, Rajaraman, Ullman:
"Mining of Massive Datasets", 3.4): two texts of which 0.4 is the same miss each other once in 33 times, of which 0.6 is
once in 7,500.
"""

from __future__ import annotations

import hashlib

import numpy as np

from portal_crawler.dedup.fingerprints import Prints

_BANDS, _ROWS = 20, 2
_HALF = np.uint64(32)


def _drawn(name: str) -> np.ndarray[tuple[int, int], np.dtype[np.uint64]]:
    """Constants of the hash functions, one a row: the same on every machine and in every version."""
    digests = (hashlib.sha256(f"{name} {number}".encode()).digest()[:8] for number in range(_BANDS * _ROWS))
    return np.array([[int.from_bytes(digest)] for digest in digests], np.uint64)


# x -> (ax + b) mod 2^64, its upper half (Dietzfelbinger: "Universal hashing and k-wise independence", 1996).
_FACTORS, _SUMMANDS = _drawn("factor") | np.uint64(1), _drawn("summand")


def band_keys(prints: Prints) -> list[int]:
    """The keys of a text, signed numbers of 64 bits: the first five bits tell the band.

    >>> one, other = np.arange(100, dtype=np.uint32), np.arange(10, 110, dtype=np.uint32)
    >>> len(band_keys(one)), len(set(band_keys(one)) & set(band_keys(other))) > 3
    (20, True)
    """
    if not len(prints):
        return []
    least = ((prints.astype(np.uint64)[None, :] * _FACTORS + _SUMMANDS) >> _HALF).min(axis=1)
    bands = least.reshape(_BANDS, _ROWS)
    mixed = (bands[:, 0] << _HALF | bands[:, 1]) >> np.uint64(5)
    keys: list[int] = (mixed | np.arange(_BANDS, dtype=np.uint64) << np.uint64(59)).view(np.int64).tolist()
    return keys


def overlap(one: Prints, other: Prints) -> tuple[float, float]:
    """How much of two texts is the same, 0-1: of the fingerprints of either, and of those of the shorter one.

    >>> overlap(np.arange(10, dtype=np.uint32), np.arange(5, dtype=np.uint32))
    (0.5, 1.0)
    """
    first, second = set(one.tolist()), set(other.tolist())
    both = len(first & second)
    return both / max(1, len(first | second)), both / max(1, min(len(first), len(second)))

"""Shared keys: which keys more than one of some texts has, in a bit for all that share their last bits. Pure.

A Bloom filter of one hash (Bloom: "Space/time trade-offs in hash coding with allowable errors", CACM 1970): a key that
is shared is always told as such, and some that are not are told too.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from portal_crawler.dedup.fingerprints import Prints

# For each text. Of a million that repeat nothing, a million keys are shared by chance: one in sixteen is taken for one.
_BITS_EACH = 16
_LEAST_BITS, _MOST_BITS = 1 << 16, 1 << 32  # keys have 32 bits
# Fuller than this, so many keys are shared, or taken for such, that to ask costs more than it saves.
_FULL = 0.6


class SharedKeys:
    """Those of so many ``texts``: fill with ``add``, then ask.

    >>> shared = SharedKeys(100)
    >>> shared.add(np.array([7, 9], np.uint32))
    >>> shared.among(np.array([6, 7, 9, 7 + _LEAST_BITS], np.uint32)).tolist(), shared.are_most
    ([False, True, True, True], False)
    """

    def __init__(self, texts: int) -> None:
        bits = min(_MOST_BITS, max(_LEAST_BITS, 1 << (_BITS_EACH * texts - 1).bit_length()))
        self._last = np.uint32(bits - 1)
        self._bits = np.zeros(bits // 8, np.uint8)

    def add(self, keys: Prints) -> None:
        """These are shared."""
        at = keys & self._last
        np.bitwise_or.at(self._bits, at >> 3, np.left_shift(1, at & 7).astype(np.uint8))

    @property
    def are_most(self) -> bool:
        """Whether most keys are shared, or taken for such."""
        return int.from_bytes(self._bits, "little").bit_count() > _FULL * 8 * len(self._bits)

    def among(self, keys: Prints) -> npt.NDArray[np.bool_]:
        """Of each, whether it may be shared."""
        at = keys & self._last
        found: npt.NDArray[np.bool_] = (self._bits[at >> 3] >> (at & 7)) & 1 == 1
        return found

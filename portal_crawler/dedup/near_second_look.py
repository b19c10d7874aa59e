"""Second look: which texts may be decided otherwise when all is decided once more in the same order. Pure.

The first time, fingerprints become frequent one by one; the second time, they are frequent from the first text on. So a
text asks under fewer keys, and meets none that it did not meet before, but for stories that are found under a key which
they did not have. If none that it met had enough in common with it to be compared at all, which no count changes, it is
decided as before: it is a story, like none before it.
"""

from __future__ import annotations

from array import array
from itertools import repeat

import numpy as np

from portal_crawler.dedup.fingerprints import Prints, Sketch, distinct
from portal_crawler.dedup.near_frequent import CountsAt, Frequent, features_of
from portal_crawler.dedup.near_meeting import LONG, whole_key

# New keys that are kept, of four bytes each: beyond, any text may meet one. And those that are not yet in order.
_MOST, _UNORDERED = 1 << 19, 1 << 10


class FirstLook:
    """What is noted while all is decided for the first time, text by text."""

    def __init__(self) -> None:
        self.open = bytearray()
        self._cells, self._since = array("I"), array("I")

    def note(self, became: Prints, *, is_open: bool) -> None:
        """Note of the next text which cells it made frequent, and whether other counts might decide otherwise."""
        self._cells.extend(became.tolist())
        self._since.extend(repeat(len(self.open), len(became)))
        self.open.append(is_open)

    def frequent(self, size: int) -> Frequent:
        """The cells that became frequent, of a table of ``size``."""
        cells, since = (np.array(numbers, np.int64) for numbers in (self._cells, self._since))
        order = np.argsort(cells)
        return Frequent(size, cells[order], since[order])


class SecondLook:
    """What a second look at the texts has to decide.

    >>> text = Sketch(np.array([3, 8], np.uint32), *[np.zeros(0, np.uint32)] * 2, 9, 7 << 32, 0, np.zeros(0, np.uint32))
    >>> look = SecondLook(Frequent(64, np.array([8]), np.array([5])), bytearray(7))
    >>> [look.is_late(text, place) for place in (5, 6)], look.is_due(text, 6)
    ([True, False], False)
    >>> look.add_keys([3])
    >>> look.is_due(text, 6)
    True
    """

    def __init__(self, frequent: Frequent, is_open: bytearray) -> None:
        self._frequent, self._open = frequent, is_open
        self._keys, self._unordered = np.empty(0, np.uint32), set[int]()

    def counts(self, place: int) -> CountsAt:
        """What was frequent when the text at a place had been decided for the first time, and was counted."""
        return CountsAt(self._frequent, place, after=True)

    def is_late(self, sketch: Sketch, place: int) -> bool:
        """Whether a fingerprint of the text at ``place`` became frequent by it or by a later one."""
        known = self._frequent
        if not len(known.cells):
            return False
        cells = features_of(sketch) & np.uint32(known.size - 1)
        found = np.minimum(np.searchsorted(known.cells, cells), len(known.cells) - 1)
        return bool(np.any((known.cells[found] == cells) & (known.since[found] >= place)))

    def is_due(self, sketch: Sketch, place: int) -> bool:
        """Whether the text at ``place`` may be decided otherwise."""
        if self._open[place] or len(self._keys) > _MOST:
            return True
        features = features_of(sketch)
        return self._is_new(np.append(features, np.uint32(whole_key(sketch)))) or (
            len(features) > LONG and self._asks_less(features, place)
        )

    def _asks_less(self, features: Prints, place: int) -> bool:
        """Whether a text was long and is no more: it is compared with all that it meets then."""
        before = CountsAt(self._frequent, place).are_rare(features).sum()
        now = CountsAt(self._frequent, len(self._open)).are_rare(features).sum()
        return bool(before > LONG >= now)

    def _is_new(self, keys: Prints) -> bool:
        """Whether a story has one of these keys that it did not have before."""
        if not self._unordered.isdisjoint(keys.tolist()):
            return True
        if not len(self._keys):
            return False
        found = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return bool(np.any(self._keys[found] == keys))

    def add_keys(self, keys: list[int]) -> None:
        """A story is found under these keys that it did not have before."""
        self._unordered.update(key % (1 << 32) for key in keys)
        if len(self._unordered) > _UNORDERED and len(self._keys) <= _MOST:
            new = np.fromiter(self._unordered, np.uint32, len(self._unordered))
            self._keys = distinct(np.append(self._keys, new))
            self._unordered.clear()

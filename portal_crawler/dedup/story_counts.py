"""Story counts: which fingerprints few stories have. Contains no input or output."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from portal_crawler.dedup.fingerprints import Prints, distinct

# Stories that may have a fingerprint which still tells something: what a template, a site's boilerplate or a much used
# agency paragraph says has more. A copy weighs less than a story: one story may have 46, but where the members of a
# template were held to be copies of the first, there is an end to it.
_STORIES, _STORY, _COPY = 12, 4, 1
_RARE = _STORIES * _STORY + 2
# A story of 400 words has 88 fingerprints.
_CELLS_EACH = 64
_LEAST_CELLS = 1 << 20


class StoryCounts:
    """How many stories and copies have a fingerprint, in a byte for all that share its last bits.

    There are 64 to 128 bytes for each of ``most`` stories. A byte then stands for 1.4 fingerprints of a story of 400
    words at most, on average, and one in 10^7 is held to be frequent that is not (Poisson).

    >>> counts = StoryCounts(100)
    >>> for _ in range(13):
    ...     counts.add(np.array([7, 8, 8], np.uint32))
    ...     counts.add(np.array([6], np.uint32), copy=True)
    >>> counts.rare(np.array([6, 7], np.uint32)).tolist()
    [6]
    """

    def __init__(self, most: int) -> None:
        self._cells = np.zeros(max(_LEAST_CELLS, 1 << (_CELLS_EACH * most).bit_length()), np.uint8)

    @property
    def most(self) -> int:
        """The stories for which there is room."""
        return len(self._cells) // _CELLS_EACH

    def add(self, prints: Prints, *, copy: bool = False) -> None:
        """One more story, or copy of one, has these fingerprints."""
        cells = distinct(prints % len(self._cells))
        cells = cells[self._cells[cells] <= _RARE]  # more than that need not be known
        self._cells[cells] += _COPY if copy else _STORY

    def are_rare(self, prints: Prints) -> npt.NDArray[np.bool_]:
        """Of each, whether few stories have it."""
        found: npt.NDArray[np.bool_] = self._cells[prints % len(self._cells)] <= _RARE
        return found

    def rare(self, prints: Prints) -> Prints:
        """Those that few stories have, in their order."""
        few: Prints = prints[self.are_rare(prints)]
        return few

"""Story counts: which fingerprints few stories have. Contains no input or output."""

from __future__ import annotations

import numpy as np

from portal_crawler.dedup.fingerprints import Prints

# Stories that may have a fingerprint which still tells something: what a template, a site's boilerplate or a much used
# agency paragraph says has more.
RARE = 12
_CELLS = 1 << 26


class StoryCounts:
    """How many stories have a fingerprint, up to one more than ``RARE``, in one cell of 2^26 by its value (64 MB).

    With a million stories of 88 fingerprints a cell has 1.3 of them on average, and one in 10^8 is held to be frequent
    that is not (Poisson).

    >>> counts = StoryCounts()
    >>> for _ in range(RARE + 1):
    ...     counts.add(np.array([7, 8, 8], np.uint32))
    >>> counts.rare(np.array([6, 7], np.uint32)).tolist()
    [6]
    """

    def __init__(self) -> None:
        self._cells = np.zeros(_CELLS, np.uint8)

    def clear(self) -> None:
        """Forget all stories."""
        self._cells = np.zeros(_CELLS, np.uint8)

    def add(self, prints: Prints) -> None:
        """One more story has these fingerprints."""
        cells = np.unique(prints % _CELLS)
        self._cells[cells] += self._cells[cells] <= RARE

    def rare(self, prints: Prints) -> Prints:
        """Those that few stories have, in their order."""
        few: Prints = prints[self._cells[prints % _CELLS] <= RARE]
        return few

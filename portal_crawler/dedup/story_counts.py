"""Story counts: which fingerprints few stories have. Contains no input or output."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from portal_crawler.dedup.fingerprints import Prints, distinct

# Stories that may have a fingerprint which still tells something: what a template, a site's boilerplate or a much used
# agency paragraph says has more. A copy weighs less than a story: one story may have 46, but where the members of a
# template were held to be copies of the first, there is an end to it.
_STORIES, STORY, COPY = 12, 4, 1
RARE = _STORIES * STORY + 2
# A story of 400 words has 88 fingerprints.
_CELLS_EACH = 64
_LEAST_CELLS, _MOST_CELLS = 1 << 20, 1 << 32  # fingerprints have 32 bits
# A fingerprint of fewer texts than these is rare whatever they are.
_CROWD = RARE // STORY + 1

Cells = npt.NDArray[np.uint32]


def cells_for(stories: int) -> int:
    """The cells in which the fingerprints of so many stories are counted: a power of two."""
    return min(_MOST_CELLS, max(_LEAST_CELLS, 1 << (_CELLS_EACH * stories).bit_length()))


def are_crowds(texts: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Of cells that so many texts have, whether they may become frequent."""
    return texts >= _CROWD


def _cells_of(prints: Prints, size: int) -> Cells:
    """The cell of each, by its last bits."""
    found: Cells = prints & np.uint32(size - 1)
    return found


class StoryCounts:
    """How many stories and copies have a fingerprint, in a byte for all that share its last bits.

    There are 64 to 128 bytes for each of ``most`` stories, up to 2^32. A byte then stands for 1.4 fingerprints of a
    story of 400 words at most, on average, and one in 10^7 is held to be frequent that is not (Poisson).

    >>> counts = StoryCounts(100)
    >>> for _ in range(13):
    ...     became = counts.add(np.array([7, 8, 8], np.uint32)), counts.add(np.array([6], np.uint32), copy=True)
    >>> [cells.tolist() for cells in became]
    [[7, 8], []]
    >>> counts.rare(np.array([6, 7], np.uint32)).tolist()
    [6]
    """

    def __init__(self, most: int) -> None:
        self._cells = np.zeros(cells_for(most), np.uint8)

    @property
    def most(self) -> int:
        """The stories for which there is room."""
        return len(self._cells) // _CELLS_EACH

    @property
    def size(self) -> int:
        """The number of cells."""
        return len(self._cells)

    def add(self, prints: Prints, *, copy: bool = False) -> Cells:
        """One more story, or copy of one, has these fingerprints. The cells that are frequent from now on."""
        cells = distinct(_cells_of(prints, len(self._cells)))
        cells = cells[self._cells[cells] <= RARE]  # more than that need not be known
        self._cells[cells] += COPY if copy else STORY
        return cells[self._cells[cells] > RARE]

    def are_rare(self, prints: Prints) -> npt.NDArray[np.bool_]:
        """Of each, whether few stories have it."""
        found: npt.NDArray[np.bool_] = self._cells[_cells_of(prints, len(self._cells))] <= RARE
        return found

    def rare(self, prints: Prints) -> Prints:
        """Those that few stories have, in their order."""
        few: Prints = prints[self.are_rare(prints)]
        return few


class CrowdedCounts(StoryCounts):
    """The same counts of texts that are all known before the first is counted: of the cells, ascending, that enough of
    them have (``are_crowds``). All others are rare, and need no room: on a portal some hundred bytes a story become
    less than one.

    >>> counts = CrowdedCounts(64, np.array([7], np.uint32))
    >>> for number in range(13):
    ...     before = counts.rare(np.array([7, 40 + number], np.uint32)).tolist()
    ...     became = counts.add(np.array([7, 40 + number], np.uint32)).tolist()
    >>> before, became, counts.rare(np.array([7, 40], np.uint32)).tolist()
    ([7, 52], [7], [40])
    """

    def __init__(self, size: int, cells: Cells) -> None:
        self._size, self._known = size, cells
        self._sums = np.zeros(len(cells), np.uint8)

    @property
    def most(self) -> int:
        """No text beside those that were known has room."""
        return 0

    @property
    def size(self) -> int:
        """The number of cells, counted or not."""
        return self._size

    def add(self, prints: Prints, *, copy: bool = False) -> Cells:
        """One more story, or copy of one, has these fingerprints. The cells that are frequent from now on."""
        places, known = self._places(distinct(_cells_of(prints, self._size)))
        places = places[known]
        places = places[self._sums[places] <= RARE]
        self._sums[places] += COPY if copy else STORY
        return self._known[places[self._sums[places] > RARE]]

    def are_rare(self, prints: Prints) -> npt.NDArray[np.bool_]:
        """Of each, whether few stories have it."""
        places, known = self._places(_cells_of(prints, self._size))
        few: npt.NDArray[np.bool_] = ~known
        few[known] = self._sums[places[known]] <= RARE
        return few

    def _places(self, cells: Prints) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """Where each stands among the cells that are counted, and whether it does."""
        if not len(self._known):
            return np.zeros(len(cells), np.intp), np.zeros(len(cells), np.bool_)
        places = np.minimum(np.searchsorted(self._known, cells), len(self._known) - 1)
        return places, self._known[places] == cells

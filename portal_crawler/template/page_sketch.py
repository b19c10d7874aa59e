"""Page sketch: what one page tells of its portal's template: for each text what it is, where it stands, and how likely
it is the page's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal_crawler.page.block_features import BlockFeatures
from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.own_text import MOST_WEIGHT, Standing, taken
from portal_crawler.template.fingerprint import Places, container_of, hash_of, path_of, text_key

# One text: its fingerprint, its place and that of what it stands in, its weight in characters, how likely it is the
# page's own, and its standing (``own_text.Standing``).
ROW = np.dtype(
    [("text", "<u8"), ("place", "<u4"), ("within", "<u4"), ("weight", "<u2"), ("own", "<f2"), ("standing", "u1")]
)
Rows = NDArray[np.void]
Numbers = NDArray[np.floating[Any]]
# A page with less of its own text, in characters, teaches nothing.
_LEAST = 200
_SURE = 0.5


@dataclass(frozen=True)
class PageSketch:
    """``rows`` have the fields of ``ROW``, one a text in the page's order; ``path`` names the innermost elements of the
    place of its story.
    """

    rows: Rows
    path: str = ""

    @property
    def _own(self) -> NDArray[np.bool_]:
        mine: NDArray[np.bool_] = self.rows["own"] >= _SURE
        return mine

    @property
    def taken(self) -> NDArray[np.bool_]:
        """Which texts are taken by the page alone."""
        return taken(self.rows["own"], self.rows["weight"], self.rows["standing"], None)

    @property
    def teaches(self) -> bool:
        """Whether the page has text enough of its own."""
        return bool(self.rows["weight"][self._own].sum(dtype=np.int64) >= _LEAST)

    @cached_property
    def layout(self) -> int:
        """The place in which most of the page's own text stands: the key of its layout."""
        held = self.mass_within(self._own)
        return max(held, key=lambda place: (held[place], place), default=0)

    @cached_property
    def body(self) -> int:
        """The fingerprint of the page's own text: the same under every address of it."""
        return hash_of(" ".join(map(str, self.rows["text"][self._own].tolist())))

    def mass_within(self, share: NDArray[Any]) -> dict[int, float]:
        """The weight of the texts in each place, each counted for a share."""
        places, numbers = np.unique(self.rows["within"], return_inverse=True)
        sums = np.bincount(numbers, self.rows["weight"] * share.astype(np.float64))
        return dict(zip(places.tolist(), sums.tolist(), strict=True))

    @cached_property
    def texts(self) -> frozenset[int]:
        """The fingerprints of its texts."""
        return frozenset(self.rows["text"].tolist())

    @cached_property
    def shares(self) -> dict[int, float]:
        """For each place, the share of the text in it that is the page's own."""
        places, numbers = np.unique(self.rows["place"], return_inverse=True)
        whole = np.bincount(numbers, self.rows["weight"].astype(np.float64))
        own = np.bincount(numbers, self.rows["weight"] * self.rows["own"].astype(np.float64))
        return dict(zip(places.tolist(), (own / np.maximum(whole, 1)).tolist(), strict=True))


def sketch_page(tree: BlockTree, found: BlockFeatures, own: Numbers, standings: Sequence[Standing]) -> PageSketch:
    """The sketch of a page.

    :param own: how likely each text is the page's own, by the page alone, 0-1.
    :param standings: what its rules say of each.
    """
    places, around = Places(), Places()
    slots = [tree.slots[row] for row in found.slots]
    boxes = [container_of(slot) for slot in slots]
    rows = np.zeros(len(slots), ROW)
    rows["place"] = [places.of_slot(slot) for slot in slots]
    rows["within"] = [around.of_box(box) for box in boxes]
    rows["text"] = [text_key(slot.text, place) for slot, place in zip(slots, rows["place"].tolist(), strict=True)]
    rows["weight"] = np.minimum(found.weights, MOST_WEIGHT)
    rows["own"] = own
    rows["standing"] = standings
    sketch = PageSketch(rows)
    story = next((box for box, key in zip(boxes, rows["within"].tolist(), strict=True) if key == sketch.layout), None)
    return PageSketch(rows, path_of(story) if story is not None else "")

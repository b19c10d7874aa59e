"""Testimony: what is known of a page's texts from other pages of its portal. The reading asks; a template answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from portal_crawler.page.block_features import BlockFeatures
from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.own_text import Standing
from portal_crawler.page.roles import Reason

Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Testimony:
    """``odds[i]`` are log odds to add to those of text ``i`` being the page's own, ``heard(i)`` says what they are made
    of: of few texts that is asked.
    """

    odds: Numbers
    heard: Callable[[int], tuple[Reason, ...]]


class Witness(Protocol):
    """Knows other pages of a portal."""

    def testify(
        self, tree: BlockTree, found: BlockFeatures, own: Numbers, standings: Sequence[Standing]
    ) -> Testimony | None:
        """What it knows of a page's texts; ``None`` where it knows no page that is laid out alike.

        :param own: how likely each text is the page's own, by the page alone.
        :param standings: what the rules say of each.
        """
        ...

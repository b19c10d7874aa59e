"""Editorial: whether somebody set a link into what the page is about, by a small learned model.

The role of the block alone does not reach it: a story's block may hold tools and tags, and a list beside it may be the
page's matter. The model sees what is known of the link's text, of the texts and links around it, and of the page
(``link_features``). Trained by ``benchmarks/graph/train_links.py``; the model card is ``docs/reference/model-card.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from portal_crawler.page.link_features import PageEvidence, Target, link_features, texts_of

Numbers = NDArray[np.floating[Any]]

# What leads to another address without anybody having written a link for readers.
NO_LINKS = frozenset(["canonical", "redirect", "meta_refresh", "feed", "sitemap", "frame"])
_CLIP = 6.0
# The word of a template or a selector on a link's text, as log odds: it outweighs nearly all else.
_OVERRULED = 6.0


class Judgement(NamedTuple):
    """Whether a link is an editor's, and how sure that is: 0.5 for a guess to 1."""

    editorial: bool
    confidence: float


# Of what is a link to programs alone, and where nothing was read.
NO_LINK, UNKNOWN = Judgement(False, 1.0), Judgement(False, 0.5)


class LinkModel:
    """Small networks with one hidden layer, which vote: each a mapping of its arrays. ``identifier`` names the file's
    content.
    """

    def __init__(self, arrays: dict[str, NDArray[np.float32]], names: tuple[str, ...], identifier: str = "") -> None:
        self.names, self.identifier = names, identifier
        self._mean, self._scale = arrays["mean"], 1 / arrays["deviation"]
        self._inner, self._inner_bias = arrays["inner.weight"], arrays["inner.bias"]
        self._outer, self._bias = arrays["outer.weight"], float(arrays["outer.bias"])

    def probabilities(self, values: Numbers, heard: Numbers | float = 0.0) -> Numbers:
        """How likely each link is an editor's.

        :param values: their features, one row each (``link_features``).
        :param heard: log odds from elsewhere, to be added.
        """
        inputs = np.clip((values - self._mean) * self._scale, -_CLIP, _CLIP)
        hidden = np.maximum(inputs @ self._inner + self._inner_bias, 0)
        likely: Numbers = 1 / (1 + np.exp(-(hidden @ self._outer + self._bias + heard)))
        return likely


def judge_links(page: PageEvidence, targets: Sequence[Target], model: LinkModel) -> list[Judgement]:
    """The judgement of each link of a page that shows a text.

    :param targets: in document order.
    """
    if not targets:
        return []
    occurrences = [page.tree.occurrences[one.occurrence] for one in targets]
    heard = 0.0 if page.overruled is None else _OVERRULED * page.overruled[texts_of(page.found, occurrences)]
    likely = model.probabilities(link_features(page, targets), heard)
    elements = [one.element for one in occurrences]
    return [
        NO_LINK if element in NO_LINKS else Judgement(one >= 0.5, max(one, round(1 - one, 3)))
        for one, element in zip(np.round(likely.astype(np.float64), 3).tolist(), elements, strict=True)
    ]

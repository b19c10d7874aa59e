"""Link features: what each link of a page weighs, in numbers, for the learned model. Judges nothing.

No number needs spaces between words, a word of any language or the name of a class. The features, in their order, are
the model's contract: what is added or changed here needs a model trained anew (``benchmarks/graph/train_links.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from portal_crawler.page.anchor_spans import anchor_spans
from portal_crawler.page.block_features import BlockFeatures
from portal_crawler.page.block_network import PAGE_TYPES
from portal_crawler.page.blocks import BlockTree, Occurrence
from portal_crawler.page.roles import Role

Numbers = NDArray[np.floating[Any]]

# What is known of the text that a link stands in, by the names of its features. Names of classes are not among them.
_OF_TEXT = (
    *("log_weight", "log_own", "link_share", "log_prose", "log_links", "log_link_mean", "ends_sentence", "comma_rate"),
    *("repeats", "hidden", "images", "heading_level", "log_since_heading", "place", "below_title", "core50_in"),
    *("core75_in", "core50_below", "core_up", "core_down", "path_count", "path_links", "path_mean", "label_count"),
    *("label_links", "label_mean", "links_1", "links_2", "slots_2", "density_2", "links_4", "share_4", "tag_p"),
    *("tag_li", "tag_td", "in_article", "in_main", "in_nav", "in_header", "in_footer", "in_aside", "in_table"),
    *("in_ul", "in_figure", "page_links", "page_prose", "page_paragraphs", "page_paragraph_mean", "page_slots"),
)
_ROLES = (
    *(Role.BODY, Role.TITLE, Role.RELATED, Role.NAVIGATION, Role.HEADER, Role.FOOTER),
    *(Role.BYLINE, Role.CAPTION, Role.COMMENTS, Role.PROMO),
)
_ROLE_NUMBERS = {role: number for number, role in enumerate(_ROLES)}
# So many texts, and so many links, on either side are a link's neighbours.
_TEXTS_AROUND, _LINKS_AROUND = (1, 3), (1, 4)
_OF_LINK = ("length", "share", "behind", "visible", "placed", "same_target")
NAMES = (
    *_OF_TEXT,
    *("own", "own_odds", "network", "network_odds", "own_before", "own_after", "own_path", "own_label", "own_page"),
    *(f"own_texts_{count}" for count in _TEXTS_AROUND),
    *("own_target", *(f"own_links_{count}" for count in _LINKS_AROUND), "own_all_links"),
    *(f"role_{role}" for role in _ROLES),
    *("role_body_links", "role_body_label"),
    *_OF_LINK,
    "log_all_links",
    "story",
    *(f"type_{name}" for name in PAGE_TYPES),
)


class Target(NamedTuple):
    """Where a link leads: ``occurrence`` is its index in ``BlockTree.occurrences``, ``key`` the SURT key of ``url``."""

    occurrence: int
    url: str
    key: str


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """What is known of a page before its links are judged: the features of its texts, how likely each is its own (by
    all that the page shows, and by the network alone), the probabilities of its type, the roles of its occurrences.

    ``overruled`` tells which texts the portal's other pages, or a profile's selectors, gave to the page's own (1) or
    took from it (-1). That is no feature, for the training pages know none. Of a template nothing else plays a part, so
    that a page which it reads as before need not be read again for its links.
    """

    tree: BlockTree
    found: BlockFeatures
    own: Numbers
    network: Numbers
    types: Numbers
    roles: Sequence[Role]
    story: bool
    overruled: NDArray[np.int8] | None = None


def link_features(page: PageEvidence, targets: Sequence[Target]) -> Numbers:
    """The features of links, one row each.

    :param targets: at least one, in document order.
    """
    size = len(targets)
    occurrences = [page.tree.occurrences[one.occurrence] for one in targets]
    at = texts_of(page.found, occurrences)
    values = np.empty((len(NAMES), size), np.float32)
    columns = _columns(page.found.names)
    values[: len(columns)] = page.found.values.T[columns][:, at]
    row = len(columns)
    own = page.own.astype(np.float32)
    said = page.network.astype(np.float32)[at]
    roles = np.fromiter((_ROLE_NUMBERS.get(page.roles[one.occurrence], len(_ROLES)) for one in targets), int, size)
    keys = _numbered([one.key for one in targets])
    for group in (
        _of_texts(page.found, own, at, said),
        _of_neighbours(own[at], keys),
        roles == np.arange(len(_ROLES))[:, None],
        _of_roles((roles == 0).astype(np.float32), page.found.labels[at]),
        _of_anchors(page, occurrences, keys),
        _of_page(page, size),
    ):
        values[row : row + len(group)] = group
        row += len(group)
    return values.T


def texts_of(found: BlockFeatures, occurrences: Sequence[Occurrence]) -> NDArray[np.intp]:
    """The row of the text that each link stands in; of one without, that of the text before it."""
    slots = [0 if one.slot is None else one.slot for one in occurrences]
    return np.maximum(np.searchsorted(found.slots, slots, side="right") - 1, 0)


@lru_cache(4)
def _columns(names: tuple[str, ...]) -> list[int]:
    return [names.index(name) for name in _OF_TEXT]


def _numbered(names: Iterable[str]) -> NDArray[np.intp]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names])


def _of_texts(found: BlockFeatures, own: Numbers, at: NDArray[np.intp], said: Numbers) -> list[Numbers]:
    last = len(own) - 1
    around = [own[np.maximum(at - 1, 0)], own[np.minimum(at + 1, last)]]
    mass = own * found.weights
    masses, weights = _sums(mass), _sums(found.weights)
    alike = (found.paths, found.labels)
    groups = [(np.bincount(group, own) / np.maximum(np.bincount(group), 1))[group[at]] for group in alike]
    share = np.full(len(at), mass.sum() / max(1.0, float(found.weights.sum())))
    windows = [_around(masses, at, count) / (_around(weights, at, count) + 1) for count in _TEXTS_AROUND]
    return [own[at], _odds(own[at]), said, _odds(said), *around, *groups, share, *windows]


def _odds(likely: Numbers) -> Numbers:
    sure = np.minimum(np.maximum(likely, 1e-3), 1 - 1e-3)
    odds: Numbers = np.log(sure / (1 - sure))
    return odds


def _sums(numbers: Numbers) -> Numbers:
    """The sum of the numbers before each place, and of all."""
    sums = np.zeros(len(numbers) + 1)
    np.cumsum(numbers, dtype=np.float64, out=sums[1:])
    return sums


def _around(sums: Numbers, at: NDArray[np.intp], count: int) -> Numbers:
    """The sum of so many numbers before and behind each place, its own included."""
    summed: Numbers = sums[np.minimum(at + count + 1, len(sums) - 1)] - sums[np.maximum(at - count, 0)]
    return summed


def _means_around(numbers: Numbers, counts: Sequence[int]) -> list[Numbers]:
    at, sums, size = np.arange(len(numbers)), _sums(numbers), len(numbers)
    return [
        _around(sums, at, count) / (np.minimum(at + count + 1, size) - np.maximum(at - count, 0)) for count in counts
    ]


def _of_neighbours(own: Numbers, keys: NDArray[np.intp]) -> list[Numbers]:
    best = np.zeros(int(np.max(keys)) + 1, np.float32)
    np.maximum.at(best, keys, own)
    return [best[keys], *_means_around(own, _LINKS_AROUND), np.full(len(own), own.mean())]


def _of_roles(body: Numbers, labels: NDArray[np.int64]) -> list[Numbers]:
    return [*_means_around(body, (4,)), (np.bincount(labels, body) / np.maximum(np.bincount(labels), 1))[labels]]


def _of_anchors(page: PageEvidence, occurrences: Sequence[Occurrence], keys: NDArray[np.intp]) -> list[Numbers]:
    blocks = page.tree.blocks
    anchors = [(one.block, one.text) for one in occurrences]
    texts = {block: blocks[block].text for block, _ in anchors if block is not None}
    sizes = np.array([0 if block is None else len(texts[block]) for block, _ in anchors], np.float32)
    lengths = np.array([len(text) for _, text in anchors], np.float32)
    spans = np.array([span or (-1, -1) for span in anchor_spans(anchors, texts)], np.float32)
    numbers = np.array([-1 if block is None else block for block, _ in anchors])
    placed = spans[:, 1] >= 0
    follows = np.append((numbers[1:] == numbers[:-1]) & placed[1:], False)
    next_starts = np.where(follows, np.append(spans[1:, 0], 0), sizes)
    return [
        np.log1p(lengths),
        lengths / (sizes + 1),
        np.log1p(np.where(placed, np.maximum(next_starts - spans[:, 1], 0), 0)),
        numbers >= 0,
        placed,
        np.log(np.bincount(keys)[keys]),
    ]


def _of_page(page: PageEvidence, size: int) -> Numbers:
    facts = np.array([np.log1p(size), page.story, *page.types], np.float32)
    return np.repeat(facts[:, None], size, axis=1)

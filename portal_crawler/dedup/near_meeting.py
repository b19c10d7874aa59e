"""Near meeting: which texts are compared with which, of all texts at once: those that share rare fingerprints. Pure.

The keys are those of ``near_index_sqlite``, which takes its numbers from here.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from portal_crawler.dedup.fingerprints import Sketch
from portal_crawler.dedup.near_frequent import CountsAt, Frequent, Ints, features_of, rank_among_equals, rank_in
from portal_crawler.dedup.near_rule import SAME_TOKENS

# Texts that a text is compared with, the least keys of a story, the keys of a long text, and the keys that are looked
# up together.
COMPARED, LEAST_KEYS, LONG, AT_ONCE = 8, 16, 32, 100
# The number of a batch of keys of which the text's words are the only one.
_WHOLE = 255


def whole_key(sketch: Sketch) -> int:
    """The key under which texts of the same words meet; short ones, of the same words and headline: captions that say
    "Photo" are stories of their own, and would all be compared with each other.
    """
    return key_of_words(sketch.tokens, sketch.whole, sketch.title.tobytes())


def key_of_words(tokens: int, whole: int, title: bytes) -> int:
    """The same of a text's columns; ``whole`` may be signed."""
    words = whole >> 32 & 0xFFFFFFFF
    return words if tokens >= SAME_TOKENS else words ^ zlib.crc32(title)


def queries(place: int, sketch: Sketch, frequent: Frequent) -> tuple[Ints, Ints, int]:
    """The keys by which a text finds others with the number of each one's batch, and how many must meet."""
    keys = CountsAt(frequent, place).rare(features_of(sketch)).astype(np.int64)
    batches = np.arange(len(keys)) // AT_ONCE
    pairs = np.unique(np.stack((keys, batches)), axis=1) if len(keys) else np.empty((2, 0), np.int64)
    found = np.append(pairs[0], whole_key(sketch)), np.append(pairs[1], _WHOLE)
    return found[0].astype(np.int64), found[1].astype(np.int64), 1 + (len(keys) > LONG)


def postings(place: int, sketch: Sketch, frequent: Frequent) -> Ints:
    """The keys under which a text that stands for its story is found, each once."""
    counts = CountsAt(frequent, place, after=not frequent.settled)
    rare = counts.rare(sketch.prints)
    numbers = counts.rare(np.concatenate((sketch.numbers, sketch.pairs)))
    keys = np.concatenate((rare[rare % 2 == 0], np.sort(rare)[:LEAST_KEYS], numbers)).astype(np.int64)
    return np.unique(np.append(keys, whole_key(sketch)) if sketch.tokens else keys)


def met(asked: tuple[Ints, Ints, Ints], posted: tuple[Ints, Ints]) -> tuple[Ints, Ints, Ints, Ints]:
    """Which texts meet under some keys: the places of the later and of the earlier one, how often, and whether they
    have the same words.

    :param asked: key, place and batch of queries; ``posted``: key and place of postings. All of one key are here.
    """
    keys, places, batches = asked
    order = np.lexsort((posted[1], posted[0]))
    under, stories = posted[0][order], posted[1][order]
    starts, ends = np.searchsorted(under, keys), np.searchsorted(under, keys, side="right")
    many = ends - starts
    later, whole = np.repeat(places, many), np.repeat(batches == _WHOLE, many)
    earlier = stories[np.repeat(starts, many) + rank_in(many)]
    kept = earlier < later
    return summed(later[kept], earlier[kept], np.where(whole[kept], 0, 1), whole[kept])


def summed(later: Ints, earlier: Ints, hits: Ints, whole: Any) -> tuple[Ints, Ints, Ints, Ints]:
    """One row for each pair of texts."""
    if not len(later):
        return later, earlier, hits, np.asarray(whole, np.int64)
    order = np.lexsort((earlier, later))
    later, earlier = later[order], earlier[order]
    first = np.append(True, (later[1:] != later[:-1]) | (earlier[1:] != earlier[:-1]))
    starts = np.flatnonzero(first)
    sums = np.add.reduceat(hits[order], starts)
    same = np.maximum.reduceat(np.asarray(whole, np.int64)[order], starts)
    return later[starts], earlier[starts], sums, same


def compared(later: Ints, earlier: Ints, hits: Ints, whole: Ints, least: Ints) -> tuple[Ints, Ints, Ints]:
    """The pairs of texts to compare, in the order in which an index would, those of the same words first: place of the
    later and of the earlier one, and whether they have the same words.

    :param least: how often must meet, by the places of the later ones.
    """
    later, earlier, hits, whole = summed(later, earlier, hits, whole)
    same = whole > 0
    often = hits >= np.maximum(least[later], 1) if len(later) else same
    order = np.lexsort((earlier[often], -hits[often], later[often]))
    others = later[often][order], earlier[often][order]
    kept = rank_among_equals(others[0]) < COMPARED
    ones = np.concatenate((later[same], others[0][kept]))
    return (
        ones,
        np.concatenate((earlier[same], others[1][kept])),
        (np.arange(len(ones)) < np.count_nonzero(same)).astype(np.int64),
    )

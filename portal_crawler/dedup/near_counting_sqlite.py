"""Near counting: how many stories of an index have a fingerprint, counted anew from its texts."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np

from portal_crawler.database_sqlite import open_to_read
from portal_crawler.dedup.fingerprints import Prints
from portal_crawler.dedup.near_columns import hashes_in
from portal_crawler.dedup.near_rule import NearKind
from portal_crawler.dedup.story_counts import StoryCounts


def count_text(counts: StoryCounts, features: Prints, kind: str | None) -> Prints:
    """Count the fingerprints of a text of a kind; the cells that are frequent from now on."""
    if kind == NearKind.EXACT:
        return features[:0]
    return counts.add(features, copy=kind not in (None, NearKind.TEMPLATE_SIBLING))


def counts_as_decided(database: sqlite3.Connection, most: int) -> StoryCounts:
    """The counts of all texts, by what was decided of them, with room for so many."""
    counts = StoryCounts(most)
    for *blobs, kind in database.execute("SELECT prints, numbers, pairs, kind FROM document"):
        count_text(counts, np.concatenate([hashes_in(blob) for blob in blobs]), kind)
    return counts


def counts_in(path: Path) -> StoryCounts:
    """The same of an index that is there, and that is only read."""
    with open_to_read(path) as database:
        return counts_as_decided(database, database.execute("SELECT count(*) FROM document").fetchone()[0])

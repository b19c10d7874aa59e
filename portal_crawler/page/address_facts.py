"""Address facts: what the address of a page is like, in numbers, for the learned model. Judges nothing."""

from __future__ import annotations

import re

import numpy as np

_DATED_PATH = re.compile(r"(?:19|20)\d\d/?[01]\d")


def address_facts(address: str) -> dict[str, float]:
    """Facts of an address, by name; of "" that none is known.

    >>> address_facts("http://h.test/2004/10/a-story.htm")["dated"]
    1.0
    """
    below = address.partition("://")[2].partition("/")[2]
    path = below.partition("?")[0].rstrip("/")
    return {
        "known": float(bool(address)),
        "depth": min(path.count("/"), 6) / 2,
        "log_length": float(np.log1p(len(path))),
        "digits": min(sum(map(str.isdigit, path)), 12) / 6,
        "query": float("?" in below),
        "hyphens": min(path.rpartition("/")[2].count("-"), 10) / 5,
        "dated": float(bool(_DATED_PATH.search(path))),
        "root": float(not path),
    }

"""Marks: what tells which fields of a record differ between two versions, without its text. No input or output.

A version keeps a mark for each field of each record, so that the next one can name what changed in any form, be the
files of the version before rows or a graph.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import orjson

from portal_crawler.dataset.fields import MARKED

# Bytes of one mark: of 2**32 fields that changed, one keeps its mark.
_SIZE = 4
_SLICES = tuple(slice(*ends) for ends in pairwise(range(0, (len(MARKED) + 1) * _SIZE, _SIZE)))
# Of a field that the other version did not mark.
_NONE = bytes(_SIZE)


def marks_of(record: Mapping[str, Any]) -> bytes:
    """The marks of ``MARKED``, in this order: of each field the first bytes of the SHA-256 of its value as JSON."""
    return b"".join([hashlib.sha256(orjson.dumps(record[name])).digest()[:_SIZE] for name in MARKED])


def read_marks(written: str, names: Sequence[str]) -> bytes:
    """Marks as a version wrote them (``bytes.hex``), in the order of ``MARKED``.

    :param names: the fields that it marked.
    :raises ValueError: where these are not the marks of so many fields.
    """
    marks = bytes.fromhex(written)
    if len(marks) != len(names) * _SIZE:
        raise ValueError(f"marks of {len(marks) / _SIZE:g} fields, not {len(names)}")
    if tuple(names) == MARKED:
        return marks
    found = {name: marks[place * _SIZE : (place + 1) * _SIZE] for place, name in enumerate(names)}
    return b"".join([found.get(name, _NONE) for name in MARKED])


def differing(before: bytes, now: bytes) -> list[str]:
    """The names of the fields whose marks differ; a field that the version before did not mark is not compared."""
    return [name for name, one in zip(MARKED, _SLICES, strict=True) if before[one] != now[one] and before[one] != _NONE]

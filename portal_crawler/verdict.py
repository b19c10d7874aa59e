"""Verdict: what the deduplication says of one reading. The rule that decides it lives in ``dedup``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class VerdictKind(StrEnum):
    """NEW: a story not seen before. SAME, NEAR: another copy of one. REVISED: a known page with a new text."""

    NEW = "new"
    SAME = "same"
    NEAR = "near"
    REVISED = "revised"


class CopyKind(StrEnum):
    """How a duplicate relates to the record that is kept."""

    EXACT = "exact"
    NEAR = "near"
    TRUNCATED_OF = "truncated_of"
    REVISION_OF = "revision_of"
    PRINT = "print"
    MIRROR = "mirror"
    URL_VARIANT = "url_variant"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``of`` is the id of the record it repeats (``None`` for NEW), ``similarity`` 0-1, ``reason`` in words."""

    kind: VerdictKind
    of: str | None = None
    copy: CopyKind | None = None
    similarity: float = 0.0
    reason: str = ""

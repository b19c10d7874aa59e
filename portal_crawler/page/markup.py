"""Markup: from the bytes of a page to text and tree, the charset decided as a browser of today would, and said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CharsetDecision:
    """``declared`` is the label found first (header before meta), as written; ``used`` the Python codec that decoded the page;
    ``source`` what decided: ``bom``, ``header``, ``meta``, ``profile``, ``content``, ``default``.
    """

    used: str
    source: str
    declared: str | None = None

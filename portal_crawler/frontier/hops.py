"""Hops: the way to an address from a seed, a letter a step. Pure.

The letters of Heritrix's hop paths: link, embedded, redirect, manifest
(https://heritrix.readthedocs.io/en/latest/glossary.html, "Discovery path").
"""

from __future__ import annotations

LINK, EMBEDDED, REDIRECT, INDEX = "L", "E", "R", "M"


def in_a_row(hops: str, letter: str = REDIRECT) -> int:
    """The redirects, or other steps, that end a hop path.

    >>> in_a_row("LRLRR")
    2
    """
    return len(hops) - len(hops.rstrip(letter))

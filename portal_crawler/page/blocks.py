"""Block: a run of a page's text that a browser would show as one piece."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """One block. ``path`` is the DOM path of the element that holds it (``/html/body/table[2]/tr/td/p[3]``),
    ``tag`` that element's name, ``text`` its visible text with white space folded, ``links`` the indexes
    into ``PageReading.links`` of the links that stand in it. Blocks cover the page's visible text once.
    """

    index: int
    path: str
    tag: str
    text: str
    links: tuple[int, ...] = ()

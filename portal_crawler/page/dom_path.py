"""DOM path: where an element stands in its page, as a path of names."""

from __future__ import annotations

from lxml.etree import _Element as DomElement


def dom_path(element: DomElement) -> str:
    """The path of an element, as in ``/html/body/table[2]/tr/td/p[3]``: an index where siblings share its name."""
    return element.getroottree().getpath(element)

"""Chart SVG: Vega-Lite specifications drawn while the report is made, so that a reader's browser runs nothing for them.

Drawn by vl-convert (https://github.com/vega/vl-convert), which carries Vega itself: no network, no font to be loaded,
and the same specification gives the same bytes.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from lxml import etree

CURE = "pip install 'portal-crawler[report]'"
_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(_SVG + name for name in ("svg", "g", "path", "rect", "line", "text", "tspan", "circle"))
# What says nothing in a drawing that has its figure's description, or names a style that the page forbids.
_NEEDLESS = frozenset(["class", "pointer-events", "version", "style", "aria-hidden", "role", "clip-path"])


def can_draw() -> bool:
    """Whether the extra ``report`` is installed."""
    return find_spec("vl_convert") is not None


def drawn(spec: dict[str, Any]) -> str | None:
    """The chart as SVG to stand in a page; ``None`` where the extra ``report`` is not installed."""
    if not can_draw():
        return None
    return cleaned_svg(import_module("vl_convert").vegalite_to_svg(spec, allowed_base_urls=[]))


def cleaned_svg(svg: str) -> str:
    """A drawing with shapes and texts alone: labels are crawled words, so nothing else of it reaches the page."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(svg.encode(), parser)
    for element in list(root.iter()):
        if element.tag not in _ELEMENTS or _is_empty(element):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
            continue
        for name in list(element.attrib):
            text = str(name)
            if text in _NEEDLESS or text.startswith(("on", "aria-")) or text.endswith("href"):
                del element.attrib[name]
    root.set("focusable", "false")
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _is_empty(element: Any) -> bool:
    """Whether it draws nothing: Vega leaves a background of no colour behind each group."""
    return element.tag == _SVG + "path" and (not element.get("d") or element.get("d") == "M0,0h0v0h0Z")

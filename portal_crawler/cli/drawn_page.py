"""A saved page with its reading drawn over it: each block outlined in the colour of its role, reasons on hover."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING

from portal_crawler.cli.explained import TEXTS, in_words, spoken_for, walked_again
from portal_crawler.urls import resolve

if TYPE_CHECKING:
    from lxml.etree import _Element as DomElement

    from portal_crawler.page.blocks import Block, BlockTree
    from portal_crawler.page.roles import Reason, RoleDecision
    from portal_crawler.reading import PageReading

# Role -> colour; told apart also by people who do not see red and green apart (Okabe and Ito's palette).
COLOURS = {
    "title": "#CC79A7",
    "body": "#009E73",
    "caption": "#56B4E9",
    "byline": "#56B4E9",
    "navigation": "#0072B2",
    "header": "#0072B2",
    "footer": "#0072B2",
    "related": "#E69F00",
    "comments": "#E69F00",
    "promo": "#D55E00",
    "other": "#777777",
}
# What a browser may do with the page: show pictures and set type; run nothing, frame nothing, send nothing
# (https://www.w3.org/TR/CSP3/). It stands before anything of the page.
_POLICY = (
    "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline' http: https:; font-src http: https:;"
    " form-action 'none'; base-uri 'none'"
)
_DROPPED = (
    "script", "meta", "base", "frameset", "frame", "iframe", "object", "embed", "applet", "portal", "animate", "set",
    "foreignobject",
)  # fmt: skip
# Attributes that hold an address, and those that hold what no address can be made of.
_ADDRESSES = frozenset(("src", "href", "background", "action", "formaction", "xlink:href", "data", "poster", "cite"))
_UNSAFE = frozenset(("srcdoc", "srcset", "ping", "imagesrcset", "manifest", "codebase", "archive", "dynsrc", "lowsrc"))
_STYLE = """
.pc-panel{position:fixed;top:0;right:0;width:26em;height:100%;overflow:auto;background:#fff;color:#111;font:13px/1.35
 system-ui,sans-serif;border-left:2px solid #333;padding:8px;box-sizing:border-box;z-index:2147483647;text-align:left}
.pc-panel *{color:#111 !important;font-family:system-ui,sans-serif !important}
.pc-panel h1{font-size:15px;margin:0 0 6px}.pc-panel p{margin:0 0 6px}
.pc-panel a{display:block;color:#111;text-decoration:none;padding:3px 5px;margin:3px 0;background:#f6f6f6}
.pc-panel small{color:#555 !important}.pc-panel b{text-transform:uppercase;font-size:11px}
body{margin-right:27em !important}:target{background:#ff9 !important}
"""


def drawn_page(body: bytes, reading: PageReading) -> str:
    """The page as one HTML file that runs no script of the page and loads its pictures from where they were."""
    from lxml import html

    tree = walked_again(body, reading)
    root = tree.root
    places = _places(tree, reading)
    base = root.find(".//base[@href]")
    address = resolve(reading.capture.address, str(base.get("href"))) if base is not None else None
    _make_absolute(root, address or reading.capture.address)
    for element in list(root.iter(*_DROPPED)):
        _drop(element)
    decisions = {decision.block: decision for decision in reading.roles}
    words = {
        number: _words(decision, said.get(number, ()))
        for said in (spoken_for(reading),)
        for number, decision in decisions.items()
    }
    for element, blocks in places.items():
        _outline(element, [(block, decisions[block.index]) for block in blocks if block.index in decisions], words)
    page = html.tostring(root, encoding="unicode")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    head = f'<meta charset="utf-8">{policy}<style>{_STYLE}</style>'
    return f"<!DOCTYPE html>\n{head}\n{page}\n{_panel(reading, decisions, words)}\n"


def _places(tree: BlockTree, reading: PageReading) -> dict[DomElement, list[Block]]:
    places: dict[DomElement, list[Block]] = defaultdict(list)
    for block, at in zip(reading.blocks, tree.block_slots, strict=True):
        places[tree.slots[at].element].append(block)
    return places


def _make_absolute(root: DomElement, address: str) -> None:
    """Let pictures, style sheets and links lead where they led (a ``<base>`` would catch the panel's links, too), and
    take out what would run: event handlers, and references that are no http(s) address.
    """
    for element in root.iter():
        for name, value in list(element.items()):
            if name in _ADDRESSES:
                element.set(name, resolve(address, str(value)) or "")
            elif name in _UNSAFE or str(name).startswith("on"):
                del element.attrib[name]


def _drop(element: DomElement) -> None:
    """Take an element out of the page, and leave the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _outline(element: DomElement, decided: list[tuple[Block, RoleDecision]], words: dict[int, str]) -> None:
    if not decided:
        return
    colour = COLOURS.get(decided[0][1].role.value, "#777777")
    style = (element.get("style") or "").rstrip("; ")
    element.set("style", f"{style};outline:2px solid {colour};outline-offset:-1px".lstrip(";"))
    element.set(
        "title",
        "\n".join(
            f"{block.index} {decision.role.value} {decision.confidence:.2f}: {words[block.index]}"
            for block, decision in decided
        ),
    )
    element.set("id", f"pc-{decided[0][0].index}")


def _words(decision: RoleDecision, spoken: tuple[Reason, ...]) -> str:
    spoken = spoken if decision.role.value in TEXTS else ()
    said = f". The network, by {in_words(spoken)}" if spoken else ""
    return f"{in_words(decision.reasons)}{said}"


def _panel(reading: PageReading, decisions: dict[int, RoleDecision], words: dict[int, str]) -> str:
    kind = reading.kind
    rows = []
    for block in reading.blocks:
        if (decision := decisions.get(block.index)) is None:
            continue
        colour = COLOURS.get(decision.role.value, "#777777")
        rows.append(
            f'<a href="#pc-{block.index}" style="border-left:6px solid {colour}">'
            f"<b>{block.index} {decision.role.value}</b> "
            f"{decision.confidence:.2f}<br>{escape(block.text[:90])}<br><small>{escape(words[block.index])}</small></a>"
        )
    why = "; ".join(reason.text for reason in kind.reasons)
    head = f"<h1>{kind.kind.value} ({kind.confidence:.2f})</h1><p><small>{escape(why)}</small></p>"
    return f'<div class="pc-panel">{head}{"".join(rows)}</div>'

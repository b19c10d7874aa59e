"""A saved page with its reading drawn over it: each block outlined in the colour of its role, reasons on hover."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING

from portal_crawler.explain.evidence import TEXTS, in_words, spoken_for, walked_again
from portal_crawler.explain.inert import POLICY, address_of, doctype_of, make_inert

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
_STYLE = """
.pc-panel{position:fixed;top:0;right:0;width:26em;height:100%;overflow:auto;background:#fff;color:#111;font:13px/1.35
 system-ui,sans-serif;border-left:2px solid #333;padding:8px;box-sizing:border-box;z-index:2147483647;text-align:left}
.pc-panel *{color:#111 !important;font-family:system-ui,sans-serif !important}
.pc-panel h1{font-size:15px;margin:0 0 6px}.pc-panel p{margin:0 0 6px}
.pc-panel a{display:block;color:#111;text-decoration:none;padding:3px 5px;margin:3px 0;background:#f6f6f6}
.pc-panel small{color:#555 !important}.pc-panel b{text-transform:uppercase;font-size:11px}
body{margin-right:27em !important}
@media (max-width:60em){.pc-panel{top:auto;bottom:0;width:100%;height:38%;border-left:0;border-top:2px solid #333}
 body{margin-right:0 !important;margin-bottom:40vh !important}}
:target{background:#ff9 !important}
"""


def drawn_page(body: bytes, reading: PageReading, lead: str = "") -> str:
    """The page as one HTML file that runs no script of the page and loads its pictures from where they were.

    :param lead: what its links lead to instead, with their address behind it; then it loads nothing at all.
    """
    from lxml import html

    tree = walked_again(body, reading)
    root = tree.root
    places = _places(tree, reading)
    make_inert(root, address_of(root, reading.capture.address), lead)
    decisions = {decision.block: decision for decision in reading.roles}
    words = {
        number: _words(decision, said.get(number, ()))
        for said in (spoken_for(reading),)
        for number, decision in decisions.items()
    }
    for element, blocks in places.items():
        _outline(element, [(block, decisions[block.index]) for block in blocks if block.index in decisions], words)
    page = html.tostring(root, encoding="unicode")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    head = f'<meta charset="utf-8">{policy}<style>{_STYLE}</style>'
    return f"{doctype_of(body)}{head}\n{page}\n{_panel(reading, decisions, words)}\n"


def _places(tree: BlockTree, reading: PageReading) -> dict[DomElement, list[Block]]:
    places: dict[DomElement, list[Block]] = defaultdict(list)
    for block, at in zip(reading.blocks, tree.block_slots, strict=True):
        places[tree.slots[at].element].append(block)
    return places


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

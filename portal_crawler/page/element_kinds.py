"""Element kinds: what the walk does with an element, by its name (HTML 15.3, rendering)."""

from __future__ import annotations

from enum import IntEnum


class ElementKind(IntEnum):
    """INLINE: its text is part of the line. BOX: it starts on a new line, or stands apart as a control does. SIGN: an
    empty element that parts or pictures something. SKIPPED: its content is no text of the page. CONTROL: an empty
    element that refers, declares or takes input.
    """

    INLINE = 0
    BOX = 1
    ANCHOR = 2
    MARK = 3
    SIGN = 4
    SKIPPED = 5
    CONTROL = 6


_NAMES = {
    ElementKind.BOX: """html body div p table caption thead tbody tfoot tr td th ul ol li dl dt dd dir menu
        h1 h2 h3 h4 h5 h6 blockquote pre form fieldset legend address center article section aside nav header footer
        main figure figcaption hgroup details summary select button frameset marquee xmp listing""",
    ElementKind.ANCHOR: "a",
    ElementKind.MARK: "b strong i em cite font",
    ElementKind.SIGN: "br img hr",
    ElementKind.SKIPPED: """script style template head noscript textarea object applet embed svg math datalist canvas
        audio video title iframe frame""",
    ElementKind.CONTROL: "area input option base meta link",
}
# The kind of every element that is not INLINE, as bare numbers: those are compared in a third of the time.
KIND_OF: dict[str, int] = {name: int(kind) for kind, names in _NAMES.items() for name in names.split()}
# Elements whose content a browser without scripts shows, or a script moves into the page.
SCRIPTLESS = frozenset(("noscript", "template"))

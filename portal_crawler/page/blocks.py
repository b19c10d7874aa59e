"""Block: a run of a page's text that a browser would show as one piece; BlockTree: what one walk over a page finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from lxml.etree import _Element as DomElement

from portal_crawler.page.folding import readable

# Characters of a title that are read: lines are compared with it. The longest of WCXB dev has 341.
MOST_TITLE = 2_000


class Block(NamedTuple):
    """One block. ``tag`` is the name of the element that holds it, ``text`` its text with white space folded,
    ``hidden`` whether no browser shows it before the reader, or a script, unfolds it. Blocks cover the page's text
    once. ``lines`` are those that a text of the body is set in, if they are several.
    """

    index: int  # type: ignore[assignment]  # of the block, not what a tuple calls so
    tag: str
    text: str
    hidden: bool = False
    lines: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The text as it is given to a reader: with its lines, without soft hyphens."""
        return readable("\n".join(self.lines) or self.text)


# Of blocks in which lines end, by their indexes: the pieces of the text, and which of them are line ends.
Broken = dict[int, tuple[list[str], list[int]]]


class Box:
    """A block-level element around blocks: a node of the page's box tree, ``parent`` ``None`` for the root.

    ``names`` is its class, ``words`` its class and id in lower case; ``floats`` whether it is set aside
    (``align=right``, ``float``); ``first`` and ``end`` delimit the slots within it; ``controls`` counts form controls
    that take free text; ``width`` is its attribute.
    """

    __slots__ = ("controls", "depth", "end", "first", "floats", "index", "names", "parent", "tag", "width", "words")

    def __init__(self, parent: Box | None, tag: str, index: int, first: int) -> None:
        self.parent = parent
        self.tag = tag
        self.index = index
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.names = self.words = ""
        self.floats = False
        self.first = first
        self.end = first
        self.controls = 0
        self.width = ""

    @property
    def label(self) -> str:
        """Its tag with its class: alike siblings share it."""
        return f"{self.tag}.{self.names}"


class Slot(NamedTuple):
    """A place on the page that shows something: a block of text (``block`` is its index) or only images, map areas
    and controls (``block`` is ``None``, ``text`` their alternative text, which is not visible text).

    Character counts are of visible text. ``heading`` is 1-6 of ``h1``-``h6`` or 0; ``size`` the largest ``<font size>``
    (3 is normal); ``breaks`` counts its line breaks; ``hidden`` a place that no browser shows; ``occurrences`` are
    indexes into ``BlockTree.occurrences``.
    """

    box: Box
    element: DomElement
    text: str
    block: int | None
    link_chars: int
    bold_chars: int
    italic_chars: int
    heading: int
    size: int
    images: int
    option: bool
    caption: bool
    hidden: bool
    breaks: int
    occurrences: tuple[int, ...]

    @property
    def shown(self) -> bool:
        """Whether a browser shows a text here."""
        return self.block is not None and not self.hidden


class Occurrence(NamedTuple):
    """One reference as the page wrote it, in document order. ``element`` is a value of ``links.Element`` (``a``,
    ``area``, ``frame``, ``iframe``, ``option``, ``canonical``, ``meta_refresh``), ``href`` unresolved, ``text`` the
    anchor text or the image's ``alt``, ``rel`` in lower case, ``slot`` an index into ``BlockTree.slots`` (``None`` in
    the head), ``block`` the index of the block that shows it, if one does.
    """

    element: str
    href: str
    text: str
    rel: tuple[str, ...]
    slot: int | None
    block: int | None


@dataclass(frozen=True, slots=True)
class BlockTree:
    """One page after its one parse and one walk.

    ``root`` is the lxml tree (for selectors), ``blocks[i]`` is shown by ``slots[block_slots[i]]``. ``metas`` are
    (name, property or http-equiv in lower case, content), ``json_ld`` the raw scripts of that type, ``alternates``
    (language, reference) of ``<link rel=alternate hreflang>``, ``base_href`` the first ``<base>``'s, ``title`` the
    first ``<title>``'s text, cut behind ``MOST_TITLE``.
    ``problems`` are sentences on what could not be read. ``broken`` is what is known of blocks in which lines end.
    """

    root: DomElement
    blocks: tuple[Block, ...]
    slots: tuple[Slot, ...]
    block_slots: tuple[int, ...]
    occurrences: tuple[Occurrence, ...]
    title: str = ""
    base_href: str | None = None
    lang: str | None = None
    metas: tuple[tuple[str, str], ...] = ()
    json_ld: tuple[str, ...] = ()
    alternates: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    broken: Broken = field(default_factory=dict)

"""Block: a run of a page's text that a browser would show as one piece; BlockTree: what one walk over a page finds."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.etree import _Element as DomElement


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


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element around blocks: a node of the page's box tree, ``parent`` ``None`` for the root.

    ``words`` are the words of its class and id, in lower case; ``floats`` whether it is set aside (``align=right``,
    ``float``); ``first`` and ``end`` delimit the slots within it; ``chars`` and ``link_chars`` sum their text,
    ``controls`` counts form controls that take free text. ``label`` is its tag with its class and id: alike siblings
    share it; ``width`` is its attribute.
    """

    parent: Box | None
    tag: str
    index: int
    depth: int
    label: str = ""
    words: str = ""
    floats: bool = False
    first: int = 0
    end: int = 0
    chars: int = 0
    link_chars: int = 0
    controls: int = 0
    width: str = ""


@dataclass(slots=True, eq=False)
class Slot:
    """A place on the page that shows something: a block of text (``block`` is its index) or only images, map areas
    and controls (``block`` is ``None``, ``text`` their alternative text, which is not visible text).

    Character counts are of visible text. ``heading`` is 1-6 of ``h1``-``h6`` or 0; ``size`` the largest ``<font size>``
    (3 is normal); ``breaks`` counts its line breaks; ``hidden`` a place that no browser shows; ``occurrences`` are
    indexes into ``BlockTree.occurrences``.
    """

    box: Box
    element: DomElement
    text: str
    block: int | None = None
    link_chars: int = 0
    bold_chars: int = 0
    italic_chars: int = 0
    heading: int = 0
    size: int = 3
    images: int = 0
    option: bool = False
    caption: bool = False
    hidden: bool = False
    breaks: int = 0
    occurrences: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One reference as the page wrote it, in document order. ``element`` is a value of ``links.Element`` (``a``,
    ``area``, ``frame``, ``iframe``, ``option``, ``canonical``, ``meta_refresh``), ``href`` unresolved, ``text`` the
    anchor text or the image's ``alt``, ``rel`` in lower case, ``slot`` an index into ``BlockTree.slots`` (``None`` in
    the head), ``block`` the index of the block that shows it, if one does.
    """

    element: str
    href: str
    text: str
    rel: tuple[str, ...] = ()
    slot: int | None = None
    block: int | None = None


@dataclass(frozen=True, slots=True)
class BlockTree:
    """One page after its one parse and one walk.

    ``root`` is the lxml tree (for selectors), ``blocks[i]`` is shown by ``slots[block_slots[i]]``. ``metas`` are
    (name, property or http-equiv in lower case, content), ``json_ld`` the raw scripts of that type, ``base_href`` the
    first ``<base>``'s, ``title`` the first ``<title>``'s text. ``problems`` are sentences on what could not be read.
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
    problems: tuple[str, ...] = ()

"""Formatted: what a page says with its headings, lists, quotes, tables, emphasis and links, as HTML or Markdown.

The same blocks as in the plain text; a page keeps only its bytes, so it is walked once more. The HTML holds no element,
attribute or address of the page but those written here: it can be shown anywhere.

A cell without own text stands empty in a table of data, and one that spans others says so: its columns are the page's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from portal_crawler.page.blocks import BlockTree, Box, Slot
from portal_crawler.page.charset import decode
from portal_crawler.page.folding import fold, shown, without_unseen
from portal_crawler.page.inline_runs import Run, read_runs
from portal_crawler.page.markup import parse
from portal_crawler.page.roles import Role
from portal_crawler.page.table_grid import CELLS, TableGrid
from portal_crawler.reading import PageReading
from portal_crawler.urls import resolve

_LISTS = frozenset(("ul", "ol", "li", "blockquote"))
# What holds text without a paragraph around it.
_ENTRIES = frozenset(("li", "td", "th"))
_TABLE = frozenset(("table", "tr", "td", "th"))
# A line end within an entry or a cell.
_ALONE = re.compile(r"(<(?:li|td|th)\b[^<>]*>)\n|\n(?=</(?:li|td|th)>)")
_PREFORMATTED = frozenset(("pre", "xmp", "listing"))
# A table of data has rows of several cells, and short ones; others only lay the page out.
_ROWS, _CELL = 2, 120

Body = list[tuple[Slot, Sequence[Run], tuple[str, ...]]]


def html_of(reading: PageReading) -> str:
    """The page's own text as a fragment of HTML: ``<h1>`` for its title, then its blocks."""
    title = reading.metadata.title
    parts = [f"<h1>{escape(title, quote=False)}</h1>"] if title else []
    return _ALONE.sub(r"\1", "\n".join([*parts, *_blocks(reading)]))


def markdown_of(reading: PageReading) -> str:
    """The same as Markdown (CommonMark, with tables as GitHub writes them)."""
    from portal_crawler.markdown_writer import MarkdownWriter

    return MarkdownWriter().convert(html_of(reading)).strip()


def _blocks(reading: PageReading) -> Iterator[str]:
    tree, body = _body(reading)
    tables = _data_tables(body)
    grid = TableGrid(slot for slot, *_ in body)
    base = (tree.base_href and resolve(reading.capture.address, tree.base_href)) or reading.capture.address
    open_boxes: list[Box] = []
    for (box, _), group in groupby(body, key=_piece):
        slot, runs, lines = next(group)
        around = _containers(box, tables)
        common = 0
        while common < min(len(around), len(open_boxes)) and around[common] is open_boxes[common]:
            common += 1
        yield from _ends(open_boxes[common:], grid)
        for one in around[common:]:
            if one.tag in CELLS:
                yield from grid.skipped(one)
            yield f"<{one.tag}{grid.attributes(one)}>"
        entry = around[-1] if around and around[-1].tag in _ENTRIES else None
        if box.tag in _PREFORMATTED:
            typed = "\n\n".join(
                shown("".join(run.text for run in part)).strip("\n") for part in (runs, *map(_runs, group))
            )
            yield f"<pre>{escape(typed.rstrip(), quote=False)}</pre>"
        else:
            plain = slot.heading > 0 or box.tag == "th"
            text = "<br>".join(_inline(line, base, plain=plain) for line in _set_in(runs, lines))
            if entry is None or slot.heading:
                yield _block(slot, text)
            else:
                yield f"<br>{text}" if entry in open_boxes[-1:] else text
        open_boxes = around
    yield from _ends(open_boxes, grid)


def _piece(item: tuple[Slot, Sequence[Run], tuple[str, ...]]) -> tuple[Box, int]:
    """What is shown as one: the texts that blank lines part in one box of typed text, else each by itself."""
    box = item[0].box
    return box, -1 if box.tag in _PREFORMATTED else id(item)


def _runs(item: tuple[Slot, Sequence[Run], tuple[str, ...]]) -> Sequence[Run]:
    return item[1]


def _ends(boxes: Sequence[Box], grid: TableGrid) -> Iterator[str]:
    """The end tags of boxes, innermost first; the cells behind the last one of a row are empty."""
    for box in reversed(boxes):
        if box.tag == "tr":
            yield from grid.rest(box)
        yield f"</{box.tag}>"


def _body(reading: PageReading) -> tuple[BlockTree, Body]:
    """The page's tree, and the places of its own text with the runs and lines of each."""
    used = reading.charset.used if reading.charset else None
    text = decode(reading.capture.body, reading.capture.header(b"Content-Type"), used)[0]
    tree, runs = read_runs(parse(text)[0])
    mine = [one.block for one in reading.roles if one.role is Role.BODY and reading.blocks[one.block].text]
    return tree, [(tree.slots[tree.block_slots[index]], runs[index], reading.blocks[index].lines) for index in mine]


def _containers(box: Box | None, tables: frozenset[Box]) -> list[Box]:
    """The boxes around a block that its form keeps, outermost first."""
    found: list[Box] = []
    in_table = False
    chain = []
    while box is not None:
        chain.append(box)
        box = box.parent
    for one in reversed(chain):
        in_table = in_table or one in tables
        if one.tag in _LISTS or (in_table and one.tag in _TABLE):
            found.append(one)
    return found


def _data_tables(body: Body) -> frozenset[Box]:
    """The tables whose rows have several short cells."""
    rows: dict[Box, dict[Box, set[Box]]] = defaultdict(lambda: defaultdict(set))
    for slot, *_ in body:
        cell = _nearest(slot.box, ("td", "th"))
        row = _nearest(cell, ("tr",))
        table = _nearest(row, ("table",))
        if cell is not None and row is not None and table is not None and len(slot.text) <= _CELL:
            rows[table][row].add(cell)
    return frozenset(table for table, found in rows.items() if sum(len(cells) > 1 for cells in found.values()) >= _ROWS)


def _nearest(box: Box | None, tags: tuple[str, ...]) -> Box | None:
    while box is not None and box.tag not in tags:
        box = box.parent
    return box


def _block(slot: Slot, text: str) -> str:
    if slot.heading:
        level = max(2, slot.heading)
        return f"<h{level}>{text}</h{level}>"
    return f"<p>{text}</p>"


def _set_in(runs: Sequence[Run], lines: Sequence[str]) -> Iterator[Sequence[Run]]:
    """The runs of each of a block's lines; all of them where it has but one."""
    held: list[Run] = []
    waiting = list(lines[:-1])
    for run in runs:
        if run.ends and waiting and fold("".join(one.text for one in held)) == waiting[0]:
            del waiting[0]
            yield held
            held = []
        else:
            held.append(run)
    yield held


def _inline(runs: Sequence[Run], base: str, *, plain: bool) -> str:
    """The runs of one block as HTML; white space is folded, as in the plain text.

    :param plain: bold says nothing here: it is how such blocks are set.
    """
    made = []
    for href, group in groupby(_spaced(runs), key=lambda run: run.href):
        said = _emphasised(list(group), plain=plain)
        target = resolve(base, href) if href else None
        if target and target.startswith(("http:", "https:")) and (bare := said.strip()):
            link = f'<a href="{escape(target)}">{bare}</a>'
            said = (" " if said[0] == " " else "") + link + (" " if said[-1] == " " else "")
        made.append(said)
    return " ".join("".join(made).split(" ")).strip().replace("  ", " ")


def _emphasised(runs: Sequence[Run], *, plain: bool) -> str:
    made = []
    for (bold, italic), group in groupby(runs, key=lambda run: run[1:3]):
        text = "".join(run.text for run in group)
        bare = text.strip()
        if not bare:
            made.append(" ")
            continue
        set_so = escape(fold(bare), quote=False)
        set_so = f"<em>{set_so}</em>" if italic else set_so
        set_so = f"<strong>{set_so}</strong>" if bold and not plain else set_so
        made.append((" " if text[0].isspace() else "") + set_so + (" " if text[-1].isspace() else ""))
    return "".join(made)


def _spaced(runs: Sequence[Run]) -> Iterator[Run]:
    """The runs, white space alone set as what stands before it: it parts no two runs of one kind.

    Characters that no reader sees are left out.
    """
    last: Run | None = None
    for run in runs:
        text = without_unseen(run.text)
        if not text.strip() and last is not None:
            if text:
                yield last._replace(text=text)
        elif text:
            last = run if text is run.text else run._replace(text=text)
            yield last

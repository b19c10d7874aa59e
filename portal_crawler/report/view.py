"""View: what a page shows, before it is HTML: sections of notes, tables, figures and texts side by side. Pure.

Whatever came from crawled pages stands here as plain text; the templates escape it, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from portal_crawler.report.aligned_texts import AlignedTexts

Cell = str | int | float | None
Row = tuple[Cell, ...]
Tone = Literal["", "good", "warn", "bad"]
# How the cells of a column are shown: a share is 0-1 with a bar, a number has its thousands parted.
CellKind = Literal["text", "wide", "url", "code", "tag", "number", "share", "seconds"]
NUMBERS = frozenset(["number", "share", "seconds"])


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    label: str
    kind: CellKind = "text"


# Columns by the keys of their names.
Columns = tuple[tuple[str, CellKind], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table. ``id`` is its permalink and the name of its download; ``left_out`` rows are not shown."""

    kind: ClassVar[str] = "table"
    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    left_out: int = 0
    foot: Row | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart and the table that says the same. ``svg`` is ``None`` where charts cannot be drawn; ``say`` is what the
    chart shows, in words.
    """

    kind: ClassVar[str] = "figure"
    id: str
    title: str
    say: str
    svg: str | None
    table: Table


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that stands out by its tone."""

    kind: ClassVar[str] = "note"
    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A few large figures with their labels."""

    kind: ClassVar[str] = "facts"
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Labels with values of some length; ``True`` marks code."""

    kind: ClassVar[str] = "listing"
    pairs: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Commands:
    """Lines to type, each with what it does."""

    kind: ClassVar[str] = "commands"
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SidePair:
    """Two texts side by side, with what stands above each."""

    kind: ClassVar[str] = "pair"
    id: str
    title: str
    tags: tuple[str, ...]
    say: str
    before_label: str
    before_url: str
    after_label: str
    after_url: str
    aligned: AlignedTexts | None


@dataclass(frozen=True, slots=True)
class WhyBlock:
    """One block of a page: its role, how sure that is, and what spoke for it."""

    number: int
    role: str
    confidence: float
    text: str
    reasons: str


@dataclass(frozen=True, slots=True)
class WhyPage:
    """One article of the sample with the blocks of its page; ``problem`` says why there are none."""

    kind: ClassVar[str] = "why"
    id: str
    title: str
    url: str
    said: str
    lead: str
    command: str
    blocks: tuple[WhyBlock, ...]
    left_out: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """The drawn link graph: ``data`` is what the script draws, ``svg`` the graph of sections for those without one."""

    kind: ClassVar[str] = "graph"
    id: str
    data: Mapping[str, object]
    svg: str
    svg_title: str
    roles: tuple[tuple[str, str, int, bool], ...]
    legend: tuple[tuple[str, str], ...]


Part = Table | Figure | Note | Facts | Listing | Commands | SidePair | WhyPage | Graph


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a page; ``id`` is its permalink."""

    id: str
    title: str
    lead: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page."""

    title: str
    kicker: str
    lead: str
    sections: tuple[Section, ...]
    foot: str

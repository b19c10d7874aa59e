"""The model of the demo portal: its stories, and one plan for every address that it answers.

The plan says everything that an answer depends on; ``render`` draws it, ``manifest`` writes down its gold, ``server``
sends it. Everything is a function of the seed and the size. Contains no file and no network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Generation(StrEnum):
    """The layouts of the portal's years: A 1999-2001, B1-B3 2002-2005, C 2006-2008, D 2009-2010, Z Chinese."""

    A = "A"
    B1 = "B1"
    B2 = "B2"
    B3 = "B3"
    C = "C"
    D = "D"
    Z = "Z"


class PlanKind(StrEnum):
    """What an address answers with; the manifest's ``kind``. Only ARTICLE, PART and PRINT hold a story's text."""

    ARTICLE = "article"
    PART = "part"
    PRINT = "print"
    DIGEST = "digest"
    HUB = "hub"
    TOPIC = "topic"
    GALLERY = "gallery"
    FORM = "form"
    ERROR = "error"
    REDIRECT = "redirect"
    FEED = "feed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Entry:
    """One link to draw: ``url`` as it is to stand in the page (absolute or relative), ``slug`` names its image."""

    url: str
    text: str
    slug: str = ""
    abstract: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A list of entries under a heading ("" for none)."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of a story or a photo page; ``width`` and ``height`` in pixels."""

    src: str
    width: int
    height: int
    caption: str


@dataclass(frozen=True, slots=True)
class Story:
    """One story as its editor knew it.

    ``kind`` is news, op-ed, speech, interview, brief, chapter or photo. ``paragraphs`` is the gold body in order,
    without ``note`` (the author note: content, the last paragraph). ``disclaimer`` is a section's standing sentence,
    drawn behind the note, site boilerplate and no content. ``parts`` says how many paragraphs stand on each page of a
    multi-page story (empty: one page). ``edit_of`` is the story of which this is an edited version. ``url`` is its
    first address.
    """

    number: int
    kind: str
    section: str
    generation: Generation
    day: date
    title: str
    paragraphs: tuple[str, ...]
    url: str
    source: str | None = None
    byline: str | None = None
    note: str | None = None
    disclaimer: str | None = None
    photo: Photo | None = None
    related: tuple[int, ...] = ()
    parts: tuple[int, ...] = ()
    topic: str | None = None
    edit_of: int | None = None
    edits: tuple[str, ...] = ()
    translation_of: int | None = None
    language: str = "en"

    @property
    def content(self) -> tuple[str, ...]:
        """The gold text: body paragraphs, then the author note."""
        return self.paragraphs + ((self.note,) if self.note else ())


@dataclass(frozen=True, slots=True)
class Answer:
    """How the server answers. ``quirks`` are of: gzip, deflate, chunked, slow, cut, long-length, flaky (503 first, then
    200), text-plain, wrong-charset (the header contradicts the page), bom, nul, validators (Last-Modified and ETag).
    """

    status: int = 200
    location: str | None = None
    quirks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PagePlan:
    """Everything about one address.

    ``story`` is the number of the story it shows, ``part`` its 1-based part. ``alias_of`` is the address of which it is
    another copy (print twin, other host, URL variant, re-import). ``groups`` is the central listing of a link page,
    ``body`` the text of a page without a story, ``rows`` a table, ``fields`` a form's labels, ``pager`` the links to
    other pages of the same list or story (an empty ``url``: this page). ``style`` picks a form of the page: "" the
    usual one; frameset, top, menu (A); print; bare (re-import); gateway (Big5); clone; stub-meta, stub-script;
    soft404; empty; inner (a bare list for an iframe); feed-rss, sitemap, sitemap-index, robots. A stub leads to the
    first entry of ``groups``; a frameset's entries are its three frames. ``charset`` is the codec of the bytes,
    ``declared`` what the page says (None: nothing). ``traits`` are markup oddities: no-related, no-tools, no-right,
    nested-fonts, nested-anchor, two-bodies, two-titles, unknown-tags, huge, odd-entities, backslash-links,
    conditional-comments, copyright-line, updated-line, base-href, stray-links (empty, "#top", "sss", scripts),
    pager-select (a drop-down), no-date (the story shows no date), unlisted (in no menu and in no box; only plans that
    name its address lead to it).
    """

    url: str
    kind: PlanKind
    generation: Generation | None = None
    style: str = ""
    title: str = ""
    section: str = ""
    topic: str | None = None
    story: int | None = None
    part: int | None = None
    alias_of: str | None = None
    day: date | None = None
    groups: tuple[Group, ...] = ()
    body: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    fields: tuple[str, ...] = ()
    photo: Photo | None = None
    pager: tuple[Entry, ...] = ()
    charset: str = "utf-8"
    declared: str | None = None
    answer: Answer = Answer()
    traits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Portal:
    """The whole portal. ``plans`` is keyed by absolute URL, in a fixed order; ``menus`` by generation and section.

    A portal as of a day (``chronicle.portal_at``) has two fields more. ``first`` holds every story as it first
    appeared: pages are files that were drawn once, so the boxes on them go on showing what they showed then.
    ``modified`` says when the file of an address was last written.
    """

    seed: int
    size: str
    stories: Mapping[int, Story]
    plans: Mapping[str, PagePlan]
    sections: Mapping[str, str] = field(default_factory=dict)
    institutions: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[int, Story] = field(default_factory=dict)
    modified: Mapping[str, datetime] = field(default_factory=dict)

    def story_url(self, number: int) -> str:
        """The first address of a story."""
        return self.stories[number].url

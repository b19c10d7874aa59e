"""View: everything that a layout needs to draw one page, settled before the first tag is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from portal_crawler.demo.model import Entry, Group, Photo
from portal_crawler.demo.pen import Pen
from portal_crawler.demo.views_boxes import OldBox

# A full reference without its semicolon where a parser cannot mistake what follows for part of the name.
_BEFORE_LETTER = re.compile(r"&#(?:34|39);(?=[^\w;#]|\Z)")
_APOSTROPHE = re.compile("\u2019(?!\\d)")
_NOTHING = Markup()
_FONTS = Markup("<font size=3>").join([_NOTHING] * 201)
_FONTS_CLOSED = Markup("</font>").join([_NOTHING] * 151)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a story. ``html`` draws it, its links included, and is to be asked for once, in its place.

    ``link`` is (address, words of the text that it underlines); ``nested`` a second such pair that stands right
    behind it in one link within the other. ``mark`` is a markup oddity: ``nested-fonts``, ``unknown-tags`` or
    ``odd-entities``.
    """

    text: str
    pen: Pen
    link: tuple[str, str] | None = None
    nested: tuple[str, str] | None = None
    mark: str = ""

    @property
    def html(self) -> Markup:
        """The paragraph's inner markup."""
        drawn = self._linked()
        if self.mark == "nested-fonts":
            return _FONTS + drawn + _FONTS_CLOSED
        if self.mark == "unknown-tags":
            return Markup("<left>") + drawn + Markup("</left><cut>")
        if self.mark == "odd-entities":
            return Markup(_odd(str(drawn)))  # noqa: S704 - escaped above
        return drawn

    def _linked(self) -> Markup:
        if self.link is None:
            return escape(self.text)
        url, words = self.link
        tail_url, tail = self.nested or ("", "")
        before, found, after = self.text.partition(words + tail)
        if not found:
            return escape(self.text)
        if self.nested:
            return escape(before) + self.pen.nested(url, words, tail_url, tail) + escape(after)
        return escape(before) + self.pen.a(url, words, "body") + escape(after)


def _odd(html: str) -> str:
    html = _BEFORE_LETTER.sub(lambda match: "&quot" if match[0] == "&#34;" else "&#39", html)
    return _APOSTROPHE.sub("&#8217", html.replace(" of ", "&nbsp;of&nbsp ", 2)).replace("\u2014", "&mdash;")


@dataclass(slots=True)
class View:
    """The fields of a page; a layout takes those that its generation shows.

    ``middle`` is what stands in the middle: article, listing, page, top, menu; stub-meta or stub-script. Addresses are
    as they are to be written. ``wrapped`` are the paragraphs of a re-import, ``target`` is where a stub
    leads. ``framed`` draws a hairline around the middle, by two tables. ``old_box`` and ``dead_menu_link`` stand in
    comments, ``spam`` is hidden by its style, ``stray`` adds links that lead
    nowhere.
    """

    generation: str
    middle: str
    head_title: str
    home: str
    name: str
    logo: str
    copyright: str
    email: str
    telephone: str
    language: str = "en"
    charset: str | None = None
    title: str = ""
    slogan: str = ""
    doctype: bool = False
    framed: bool = False
    extra_head: Markup = _NOTHING
    extra_top: Markup = _NOTHING
    padding: Markup = _NOTHING
    refresh: bool = False
    canonical: str | None = None
    # menus
    menu: tuple[Entry, ...] = ()
    topic_menu: tuple[Group, ...] = ()
    map: tuple[Entry, ...] = ()
    map_label: str = "sections"
    services: tuple[Entry, ...] = ()
    top_links: tuple[Entry, ...] = ()
    jump: tuple[Entry, ...] = ()
    hot: tuple[Entry, ...] = ()
    institutions: tuple[Entry, ...] = ()
    breadcrumb: tuple[Entry, ...] = ()
    breadcrumb_line: bool = False
    section_url: str = ""
    section_name: str = ""
    dead_menu_link: str = ""
    old_menu_words: str = ""
    # boxes
    advert: Entry | None = None
    promos: tuple[Entry, ...] = ()
    old_box: OldBox | None = None
    latest: tuple[Entry, ...] = ()
    most_read: tuple[Entry, ...] = ()
    right_column: bool = True
    right_frame: str = ""
    frames: tuple[str, ...] = ()
    spam: tuple[Entry, ...] = ()
    footer: tuple[Entry, ...] = ()
    stray: bool = False
    partners: tuple[Entry, ...] = ()
    mirror_line: str = ""
    # the story, or what a page without one shows
    byline: str | None = None
    body: list[Paragraph] = field(default_factory=list)
    note: str | None = None
    source_line: str | None = None
    date_line: str | None = None
    updated_line: str | None = None
    copyright_notice: str | None = None
    disclaimer: str | None = None
    photo: Photo | None = None
    caption: str = ""
    photo_align: str = "right"
    paragraph_style: str = "p"
    indent: bool = False
    parts: tuple[Entry, ...] = ()
    pager_select: bool = False
    related: tuple[Entry, ...] = ()
    floating_related: bool = False
    groups: tuple[Group, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    form: tuple[str, ...] = ()
    form_action: str = "/cgi-bin/mail.cgi"
    wrapped: tuple[Markup, ...] = ()
    # tools and what leads elsewhere
    original: str | None = None
    target: str = ""
    tools: bool = True
    print_script: str = ""
    print_url: str | None = None
    mail_url: str | None = None
    most_read_url: str | None = None
    comment_form: bool = False
    comments_url: str | None = None

"""Story part of a view: title, paragraphs, note, photo, source and date, related stories and tools."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from random import Random
from urllib.parse import quote

from markupsafe import Markup

from portal_crawler.demo import views_lines as lines
from portal_crawler.demo.model import Entry, Generation, PagePlan, PlanKind, Story
from portal_crawler.demo.pen import Pen
from portal_crawler.demo.view import Paragraph, View
from portal_crawler.demo.views_site import MAIN, Site

_MARKS = ("nested-fonts", "unknown-tags", "odd-entities")
_BARE = ("print", "bare")
_NAME = re.compile(r"\b[A-Z][a-z]{3,}(?: [A-Z][a-z]{3,})+")
# How a generation parts its paragraphs: closed elements, elements left open, line breaks.
_STYLES = {
    "A": ("open",), "B1": ("p", "open", "br"), "B2": ("p", "p", "br", "open"), "B3": ("p", "br"),
    "C": ("p", "br", "open"), "D": ("p",), "Z": ("br", "p"),
}  # fmt: skip

Local = Callable[[str], str]


def story_view(view: View, plan: PagePlan, site: Site, pen: Pen, rng: Random, local: Local) -> None:
    """Fill in what a page says: of its story, or of its own where it has none."""
    generation = Generation(view.generation)
    view.paragraph_style = rng.choice(_STYLES[view.generation])
    view.indent = rng.random() < 0.6
    view.photo_align = rng.choice(("right", "left"))
    story = site.portal.stories.get(plan.story) if plan.story is not None else None
    if story is None or plan.kind in (PlanKind.FORM, PlanKind.GALLERY):
        _page_text(view, plan, pen)
    else:
        _story_text(view, plan, story, pen, rng)
        _story_lines(view, plan, story, generation)
    if story is not None and plan.kind is not PlanKind.FORM:
        _related(view, plan, story, site, rng, local)
        _tools(view, plan, story, site, local)


def _page_text(view: View, plan: PagePlan, pen: Pen) -> None:
    texts = plan.body
    if plan.style == "soft404" and not texts:
        texts = lines.NOT_FOUND_ZH if view.language == "zh" else lines.NOT_FOUND
    view.body = [Paragraph(text, pen) for text in texts]
    if plan.photo is not None:
        view.photo, view.caption = plan.photo, plan.photo.caption


def _story_text(view: View, plan: PagePlan, story: Story, pen: Pen, rng: Random) -> None:
    view.title = plan.title or story.title
    texts = paragraphs_of(story, plan.part)
    whole = plan.part is None or plan.part >= len(story.parts)
    marks = dict(enumerate(mark for mark in _MARKS if mark in plan.traits))
    linked = rng.random() < (0.3 if view.generation in "CD" else 0.08) and plan.style not in _BARE
    nested = "nested-anchor" in plan.traits
    view.body = []
    for at, text in enumerate(texts):
        link, second = None, None
        if at == 0 and nested and text.count(" ") > 6:
            words = text.split(" ")
            link = (view.home, " ".join(words[1:3]) + " ")
            second = ("http://other1.test/", " ".join(words[3:5]))
        elif at == 1 and linked and (name := _NAME.search(text)):
            link = (f"http://other{rng.randint(1, 5)}.test/{quote(name[0].replace(' ', '_'))}.html", name[0])
        view.body.append(Paragraph(text, pen, link, second, marks.get(at, "")))
    if whole:
        view.note, view.disclaimer = story.note, story.disclaimer
    if plan.style == "bare":
        view.wrapped = tuple(_wrapped(text, "<br>\n" if rng.random() < 0.3 else "\n") for text in _texts(view))
    if plan.part in (None, 1) and story.photo is not None and plan.style not in _BARE:
        view.photo, view.caption = story.photo, story.photo.caption


def _texts(view: View) -> tuple[str, ...]:
    """The story's paragraphs and its note, as the view shows them."""
    return (*(paragraph.text for paragraph in view.body), *((view.note,) if view.note else ()))


def _wrapped(text: str, end: str) -> Markup:
    """A paragraph in lines of at most 70 characters, as a text file of its time had them."""
    return Markup(end).join(textwrap.wrap(text, 70, break_long_words=False, break_on_hyphens=False))  # noqa: S704


def paragraphs_of(story: Story, part: int | None) -> tuple[str, ...]:
    """The paragraphs of one page of a story of several pages; all of them where it has one."""
    if part is None or not story.parts:
        return story.paragraphs
    start = sum(story.parts[: part - 1])
    end = start + story.parts[part - 1] if part < len(story.parts) else None
    return story.paragraphs[start:end]


def _story_lines(view: View, plan: PagePlan, story: Story, generation: Generation) -> None:
    if plan.style == "bare":
        # A re-import keeps the line that its first layout closed with.
        generation = story.generation
    view.byline = lines.byline(story, generation)
    if "no-date" not in plan.traits:
        view.source_line = lines.source_line(story, generation)
        view.date_line = lines.source_and_date(story)
    if story.parts and plan.part is not None and plan.part < len(story.parts):
        view.source_line = None
    if "updated-line" in plan.traits:
        view.updated_line = lines.updated_line(story.day, generation)
    if "copyright-line" in plan.traits:
        view.copyright_notice = f"Copyright by {view.name}. Reproduction without written permission is prohibited."


def _related(view: View, plan: PagePlan, story: Story, site: Site, rng: Random, local: Local) -> None:
    if "no-related" in plan.traits or plan.style in _BARE:
        return
    entries = [Entry(local(other.url), other.title) for other in site.related(story)]
    if "backslash-links" in plan.traits:
        entries = [Entry(_backslashed(entry.url), entry.text) for entry in entries]
    view.related = tuple(entries)
    floats = {"B1": 0.1, "B2": 0.1, "B3": 0.2, "C": 0.4, "D": 0.15, "Z": 0.15}
    view.floating_related = bool(entries) and rng.random() < floats.get(view.generation, 0)


def _backslashed(url: str) -> str:
    scheme, sep, rest = url.partition("://")
    return scheme + sep + rest.replace("/", "\\") if sep else url.replace("/", "\\")


def _tools(view: View, plan: PagePlan, story: Story, site: Site, local: Local) -> None:
    view.tools = "no-tools" not in plan.traits and plan.style not in _BARE
    planned = site.prints.get(story.number)
    view.print_script = local(planned) if planned else f"/print/{story.number}.htm"
    view.print_url = local(planned) if planned and view.generation in "CD" else None
    mail = site.forms.get(story.number)
    view.mail_url = local(mail) if mail else f"http://service.portal.test/mail.asp?id={story.number}"
    if plan.style == "print" and view.generation == "D":
        view.original = local(site.first_url(story.number))
    view.comment_form = view.generation == "C" or (view.generation == "D" and story.number % 3 == 0)
    if view.generation == "D" and story.number % 2:
        first = site.portal.story_url(story.number)
        view.canonical = first if first.startswith("http") else MAIN + first

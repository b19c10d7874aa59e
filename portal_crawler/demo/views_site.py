"""Site: the portal seen from its menus: where its homes, sections, services, topics and print twins are.

Menus are looked up in the plans, so that no menu leads to an address that the portal does not plan. A plan with the
trait ``unlisted`` stands in no menu and no box.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from urllib.parse import urlsplit

from portal_crawler.demo.model import Entry, Generation, Group, PagePlan, PlanKind, Portal, Story

NAME, NAME_ZH, LOGO = "Great River Online", "大河在线", "great_river"
SLOGAN = "The gate to the valley of the Great River"
MAIN = "http://www.portal.test"
# The fictional portal's sections, where the portal names none of its own; in Chinese for its Chinese edition.
SECTIONS = {
    "china": "China", "international": "International", "BAT": "Business", "culture": "Culture",
    "government": "Government", "scitech": "Sci-Tech", "environment": "Environment", "Life": "Life",
    "people": "People", "travel": "Travel", "opinion": "Opinion", "NTW": "This Week",
}  # fmt: skip
SECTIONS_ZH = {
    "china": "国内新闻", "international": "国际新闻", "BAT": "财经", "culture": "文化", "government": "政务",
    "scitech": "科技", "environment": "环保", "Life": "生活",
    "people": "人物", "travel": "旅游", "opinion": "评论", "NTW": "一周要闻",
}  # fmt: skip
_SERVICES = (
    ("Learning Chinese", "/english/learning.htm"), ("River Kitchen Recipes", "/english/recipes.htm"),
    ("Exchange Rates", "/english/exchange.htm"), ("Hotel Service", "/english/hotel.htm"),
    ("Films of the Week", "/english/films.htm"), ("Calendar", "/english/calendar.htm"),
    ("Weather", "/english/weather.htm"),
)  # fmt: skip
_FOOTER = (
    ("About Us", "/english/about.htm"),
    ("SiteMap", "/english/sitemap.htm"),
    ("Feedback", "/english/feedback.htm"),
)
_FOOTER_WORDS = ("about", "sitemap", "site map", "feedback", "contact", "copyright")
_HOMES = ("/", "/index.htm", "/index.html", "/english/", "/english/index.htm", "/english/index.html")
_HIDDEN = frozenset({"unlisted", "huge"})
# Quirks that a reader of the page does not meet.
_UNSEEN = frozenset({"validators"})
_B = (Generation.B1, Generation.B2, Generation.B3)


class Site:
    """Lookups over one portal, built once. All addresses are absolute, as planned.

    How a plan's place in the menus is known, for plans that are no copies and answer 200: a HUB without section,
    topic and day is a home (``/``, ``/english/`` and a frameset before others); the first HUB of a section is its
    index; TOPIC pages are a topic's front and its lists, in order; an OTHER or FORM page without a story is a service,
    or stands at the foot where its title says so (about, site map, feedback, contact); one of style ``inner`` stands in
    an iframe; ``most`` and ``comment`` in the name of such a page's file make it the list of stories most read, or
    the comments.
    """

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self._told = portal.first or portal.stories
        self.sections = dict(portal.sections) or SECTIONS
        self.prints: dict[int, str] = {}
        self.forms: dict[int, str] = {}
        self._homes: dict[Generation, str] = {}
        self._hubs: dict[tuple[Generation, str], tuple[str, str]] = {}
        self._pages: dict[Generation, list[Entry]] = {}
        self._topics: dict[str, list[PagePlan]] = {}
        self._hosts: dict[str, str] = {}
        self.feeds: list[str] = []
        self._inner: dict[Generation, list[str]] = {}
        self._frames: dict[Generation, dict[str, str]] = {}
        for plan in portal.plans.values():
            self._enter(plan)
        self._shown = self._stories_shown()

    def _enter(self, plan: PagePlan) -> None:
        if plan.answer.status != 200 or plan.traits & _HIDDEN:
            return
        if plan.story is not None and plan.kind is PlanKind.PRINT and plan.style == "print":
            self.prints.setdefault(plan.story, plan.url)
        elif plan.story is not None and plan.kind is PlanKind.FORM:
            self.forms.setdefault(plan.story, plan.url)
        elif plan.style == "feed-rss":
            self.feeds.append(plan.url)
        elif plan.generation is not None:
            self._enter_page(plan, plan.generation)

    def _enter_page(self, plan: PagePlan, generation: Generation) -> None:
        if plan.style == "inner":
            self._inner.setdefault(generation, []).append(plan.url)
        if plan.style in ("frameset", "top", "menu"):
            self._frames.setdefault(generation, {}).setdefault(plan.style, plan.url)
        if plan.kind is PlanKind.HUB and not plan.section and not plan.topic:
            path = urlsplit(plan.url).path
            if plan.style != "frameset" and path in _HOMES:
                self._hosts.setdefault(urlsplit(plan.url).netloc, plan.url)
            if plan.alias_of is None and plan.style in ("", "frameset") and plan.day is None:
                first = plan.style == "frameset" or path in _HOMES
                if not plan.style:
                    self._frames.setdefault(generation, {}).setdefault("main", plan.url)
                self._homes[generation] = plan.url if first else self._homes.get(generation, plan.url)
        if plan.alias_of is not None or plan.style:
            return
        if plan.kind is PlanKind.HUB and plan.section and plan.day is None:
            self._hubs.setdefault((generation, plan.section), (plan.url, plan.title))
        elif plan.kind is PlanKind.TOPIC and plan.topic:
            self._topics.setdefault(plan.topic, []).append(plan)
        elif plan.kind in (PlanKind.OTHER, PlanKind.FORM) and plan.story is None and not plan.answer.quirks - _UNSEEN:
            self._pages.setdefault(generation, []).append(Entry(plan.url, plan.title))

    def _stories_shown(self) -> dict[Generation, list[tuple[date, int]]]:
        shown: dict[Generation, list[tuple[date, int]]] = {}
        for story in self._told.values():
            plan = self.portal.plans.get(story.url)
            left = plan and (plan.traits & _HIDDEN or (plan.answer.status != 200 and not self.portal.first))
            if story.edit_of is None and not left:
                shown.setdefault(_family(story.generation), []).append((story.day, story.number))
        for listed in shown.values():
            listed.sort()
        return shown

    def home(self, generation: Generation) -> str:
        """The home page that pages of a generation lead to."""
        for other in (generation, *_B, *Generation):
            if other in self._homes and (other is Generation.Z) == (generation is Generation.Z):
                return self._homes[other]
        return f"{MAIN}/"

    def frame(self, generation: Generation, style: str) -> str:
        """A frame's page (``top``, ``menu``, ``main``: the plain home) or the ``frameset`` itself, planned or usual."""
        return self._frames.get(generation, {}).get(style, f"{MAIN}/{style}.htm")

    def hub(self, generation: Generation, section: str) -> Entry | None:
        """A section's index, of the page's generation before a neighbour's; ``None`` where no menu leads to it."""
        label = self.label(section, generation)
        if not self._hubs:
            return Entry(f"{MAIN}/english/{section}/index.htm", label, _slug(self.label(section, Generation.B1)))
        kin = _B if generation in _B else (generation,)
        for other in kin:
            if (other, section) in self._hubs:
                url, title = self._hubs[other, section]
                return Entry(url, label or title, _slug(self.label(section, Generation.B1)))
        return None

    def label(self, section: str, generation: Generation) -> str:
        """A section's name in menus, in the language of the generation."""
        if generation is Generation.Z:
            return SECTIONS_ZH.get(section) or self.sections.get(section, section)
        return self.sections.get(section, section.title())

    def menu(self, generation: Generation) -> tuple[Entry, ...]:
        """The sections' indexes in the portal's order."""
        codes = list(self.sections) + [
            code for kind, code in self._hubs if kind is generation and code not in self.sections
        ]
        return tuple(entry for entry in (self.hub(generation, code) for code in codes) if entry)

    def topic_menu(self, topic: str) -> tuple[Group, ...]:
        """A special topic's own menu: its front, then its lists, under headings."""
        pages = self._topics.get(topic, [])
        if not pages:
            return ()
        name = self.portal.topics.get(topic, topic.title())
        entries = tuple(Entry(page.url, page.title) for page in pages)
        rest = [Group(group.heading, group.entries[:6]) for group in pages[0].groups if group.heading]
        return (Group(name, entries), *rest[:4])

    def topic_fronts(self) -> tuple[Entry, ...]:
        """The front page of every special topic."""
        return tuple(
            Entry(pages[0].url, self.portal.topics.get(topic, pages[0].title)) for topic, pages in self._topics.items()
        )

    def services(self, generation: Generation) -> tuple[Entry, ...]:
        """Service pages in the order planned; those of other English generations where it has none of its own."""
        found = [entry for entry in self._other_pages(generation) if not _is_footer(entry)]
        return tuple(found) if found or self._pages else tuple(Entry(MAIN + path, text) for text, path in _SERVICES)

    def footer(self, generation: Generation) -> tuple[Entry, ...]:
        """About us, site map, feedback: the pages that every foot names."""
        found = [entry for entry in self._other_pages(generation) if _is_footer(entry)]
        return tuple(found[:4]) if found or self._pages else tuple(Entry(MAIN + path, text) for text, path in _FOOTER)

    def _other_pages(self, generation: Generation) -> list[Entry]:
        if generation in self._pages or generation is Generation.Z:
            return self._pages.get(generation, [])
        near = (*_B, Generation.C, Generation.D, Generation.A)
        return [entry for other in near for entry in self._pages.get(other, [])]

    def place(self, word: str, generation: Generation) -> str | None:
        """The page whose address has ``word`` in its last part, such as ``mostread``."""
        for entry in self._other_pages(generation):
            if word in entry.url.rsplit("/", 1)[-1].lower():
                return entry.url
        return None

    def inner_frames(self, generation: Generation) -> tuple[str, ...]:
        """Pages that stand in an iframe of others: those of style ``inner``."""
        return tuple(self._inner.get(generation, ())[:2])

    def editions(self) -> tuple[Entry, ...]:
        """Home pages of the portal's hosts, for the jump menu."""
        names = {
            "chinese.portal.test": "Chinese Version",
            "mirror.portal.test": "Mirror Site",
            "www.portal.test": "Home",
        }
        return tuple(Entry(url, names.get(host, host)) for host, url in self._hosts.items() if "clone" not in host)

    def recent(self, generation: Generation, day: date, count: int, skip: int | None = None) -> tuple[Story, ...]:
        """The ``count`` newest stories of a family of generations up to a day, newest first.

        In a portal as of a day those of the days before, as they first appeared: nothing that comes later changes them.
        """
        listed = self._shown.get(_family(generation), [])
        if self.portal.first:
            end = bisect_left(listed, (day, 0))
            chosen = listed[max(0, end - count) : end]
        else:
            end = bisect_right(listed, (day, 1 << 60))
            chosen = listed[max(0, end - count - 1) : end] or listed[: count + 1]
        return tuple(self._told[number] for _, number in reversed(chosen) if number != skip)[:count]

    def related(self, story: Story) -> tuple[Story, ...]:
        """The stories that a story names as related to it, as they were when it was drawn."""
        return tuple(self._told[number] for number in story.related if number in self._told)

    def first_url(self, number: int) -> str:
        """Where a story first appeared: what a page that was drawn then has as its address."""
        return self._told[number].url

    def planned(self, url: str) -> bool:
        """Whether the portal answers at an address with a page, or did so before the story vanished."""
        plan = self.portal.plans.get(url)
        return plan is not None and (plan.answer.status < 400 or plan.story is not None)


def _family(generation: Generation) -> Generation:
    return Generation.B1 if generation in _B else generation


def _is_footer(entry: Entry) -> bool:
    return any(word in entry.text.lower() or word in entry.url.rsplit("/", 1)[-1].lower() for word in _FOOTER_WORDS)


def _slug(label: str) -> str:
    return label.lower().replace(" ", "_")

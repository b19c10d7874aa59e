"""Views: from a plan to the view that its layout draws, by the habits of each generation.

Whatever the plan leaves open is decided by a generator seeded with the portal's seed and the page's address, so that
a page is the same in every run, and copies of one page on several hosts are the same page. Contains no file and no
network.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from random import Random
from urllib.parse import urlsplit

from markupsafe import Markup

from portal_crawler.demo import views_boxes as boxes
from portal_crawler.demo import views_lines as lines
from portal_crawler.demo.model import Entry, Generation, Group, PagePlan, PlanKind, Story
from portal_crawler.demo.pen import Pen
from portal_crawler.demo.view import View
from portal_crawler.demo.views_site import LOGO, NAME, NAME_ZH, SLOGAN, Site
from portal_crawler.demo.views_story import story_view

_LISTED = (PlanKind.HUB, PlanKind.TOPIC, PlanKind.DIGEST)
_B = (Generation.B1, Generation.B2, Generation.B3)
# Hosts of the main site's own copies: a page names its neighbours by path there, if they are there too.
_COPIES = ("www.portal.test", "portal.test", "english.portal.test", "mirror.portal.test", "clone.test")
# Services named below the menu: B2 is the four of the first years, B3 has three more.
_SERVICES = {"A": 3, "B1": 5, "B2": 4, "B3": 7, "C": 6, "D": 6, "Z": 4}


def view_of(plan: PagePlan, site: Site, pen: Pen) -> View:
    """The view of a page whose own address is ``plan.url`` and whose links are drawn by ``pen``."""
    return _Draft(plan, site, pen).view()


def key_of(plan: PagePlan) -> str:
    """The address that seeds a page's choices: that of the original, for a copy that is the same file."""
    return plan.alias_of or plan.url if plan.style in ("", "clone", "gateway") else plan.url


class _Draft:
    def __init__(self, plan: PagePlan, site: Site, pen: Pen) -> None:
        self.plan, self.site, self.pen = plan, site, pen
        self.rng = Random(f"{site.portal.seed}:{key_of(plan)}")
        self.generation = plan.generation or Generation.B2
        self.story = site.portal.stories.get(plan.story) if plan.story is not None else None
        self.host = urlsplit(plan.url).netloc
        self.absolute = self.rng.random() < 0.15

    def view(self) -> View:
        """The view, part by part; the order of the parts is the order of the random draws."""
        plan, generation = self.plan, self.generation
        chinese = generation is Generation.Z
        view = View(
            generation=generation.value,
            middle=self._middle(),
            head_title=lines.head_title(generation, plan.title, self.rng.random() + (plan.style in ("print", "bare"))),
            home=self._local(self.site.home(generation)),
            name=NAME_ZH if chinese else NAME,
            logo=LOGO,
            copyright=lines.copyright_line(generation, plan.day),
            email=lines.EMAIL,
            telephone=lines.TELEPHONE,
            language="zh" if chinese else "en",
            charset=plan.declared,
            title=plan.title,
            slogan=SLOGAN,
            parts=plan.pager,
            photo=plan.photo,
            caption=plan.photo.caption if plan.photo else "",
            rows=plan.rows,
            form=plan.fields,
            groups=plan.groups,
        )
        self._menus(view)
        self._boxes(view)
        story_view(view, plan, self.site, self.pen, self.rng, self._local)
        self._places(view)
        self._oddities(view)
        return view

    def _middle(self) -> str:
        if self.plan.style in ("top", "menu"):
            return self.plan.style
        if self.story is not None and self.plan.kind in (PlanKind.ARTICLE, PlanKind.PART, PlanKind.PRINT):
            return "article"
        return "listing" if self.plan.kind in _LISTED or (self.plan.groups and not self.plan.rows) else "page"

    def _local(self, url: str) -> str:
        """How this page writes an address of the portal: as a path where the page's own host answers there."""
        parts = urlsplit(url)
        if parts.netloc == self.host:
            return url if self.absolute else _path(url)
        if self.host in _COPIES and parts.netloc in _COPIES:
            here = parts._replace(netloc=self.host).geturl()
            return _path(url) if self.site.planned(here) else url
        return url

    def _entries(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(replace(entry, url=self._local(entry.url)) for entry in entries)

    def _stories(self, stories: tuple[Story, ...]) -> tuple[Entry, ...]:
        return tuple(Entry(self._local(story.url), story.title) for story in stories)

    def _menus(self, view: View) -> None:
        site, generation, plan = self.site, self.generation, self.plan
        view.menu = self._entries(site.menu(generation))
        if plan.topic:
            view.topic_menu = tuple(Group(g.heading, self._entries(g.entries)) for g in site.topic_menu(plan.topic))
        if generation is Generation.A and view.middle not in ("top", "menu") and self.rng.random() < 0.5:
            view.map = view.menu[:8]
            view.map_label = "+".join(entry.slug[:11] for entry in view.map)
        services = self._entries(site.services(generation))
        view.services = services[: _SERVICES[generation.value]]
        if generation is Generation.B1:
            self.rng.shuffle(shuffled := list(view.services))
            view.services = tuple(shuffled[:4])
        view.top_links = self._top_links(services)
        # The search box of B2 shows its caption and nothing else.
        view.jump = () if generation is Generation.B2 else self._entries(site.editions())
        view.hot = (*self._entries(site.topic_fronts()[:2]), *boxes.partners())[:2]
        view.institutions = site.portal.institutions.get(plan.section, ())
        view.footer = self._entries(site.footer(generation))
        hub = site.hub(generation, plan.section) if plan.section else None
        view.section_url, view.section_name = (self._local(hub.url), hub.text) if hub else ("", "")
        view.breadcrumb = self._breadcrumb(view)
        view.breadcrumb_line = bool(hub) and generation is Generation.B3 and plan.kind not in _LISTED
        view.dead_menu_link, view.old_menu_words = "/english/old/index.htm", "Letters from our readers"

    def _top_links(self, services: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """The line above everything else, from C on: feed, newsletter, site map, feedback."""
        feed = tuple(Entry(self._local(url), "RSS") for url in self.site.feeds[:1])
        return feed + services[6:7] + self._entries(self.site.footer(self.generation)[1:])

    def _breadcrumb(self, view: View) -> tuple[Entry, ...]:
        if not view.section_url:
            return ()
        first = Entry(view.home, "首页" if view.language == "zh" else "Home")
        if self.plan.kind in _LISTED:
            return first, Entry("", view.section_name)
        kinds = {"op-ed": "Opinion", "interview": "Interview", "speech": "Speeches", "photo": "Photos"}
        kind = kinds.get(self.story.kind if self.story else "", "News")
        last = "正文" if view.language == "zh" else f"{view.section_name} -- {kind}"
        return first, Entry(view.section_url, view.section_name), Entry("", last)

    def _boxes(self, view: View) -> None:
        rng, generation, site = self.rng, self.generation, self.site
        if view.middle in ("top", "menu"):
            return
        offered = boxes.adverts(rng, 4)
        view.advert = offered[0] if rng.random() < 0.7 else None
        view.promos = offered[1 : 1 + rng.randint(1, 3)]
        day = self.plan.day or (self.story.day if self.story else None)
        own = self.story.number if self.story else None
        if day is not None:
            recent = site.recent(generation, day, 16, own)
            view.latest = self._stories(recent[:5]) if rng.random() < 0.6 else ()
            if generation in (Generation.C, Generation.D, Generation.Z) and len(recent) > 5:
                view.most_read = self._stories(tuple(rng.sample(recent, 5)))
            if rng.random() < 0.5:
                view.old_box = boxes.old_box(rng, recent[: rng.randint(2, 8)])
        view.right_column = "no-right" not in self.plan.traits and self.plan.kind is not PlanKind.FORM
        frames = tuple(self._local(url) for url in site.inner_frames(generation))
        view.frames = frames
        view.right_frame = frames[0] if frames and rng.random() < 0.4 else ""
        view.refresh = generation is Generation.C and rng.random() < 0.5
        view.doctype = rng.random() < 0.5
        view.framed = rng.random() < 0.4
        view.partners = boxes.partners() if generation is Generation.D else ()
        view.spam = boxes.spam(rng) if self.plan.style == "clone" else ()
        if self.host == "mirror.portal.test":
            view.mirror_line = "Mirror site: mirror.portal.test, brought up to date every month"

    def _places(self, view: View) -> None:
        plan = self.plan
        view.comments_url = self.site.place("comment", self.generation)
        view.most_read_url = self.site.place("most", self.generation)
        if plan.style == "frameset":
            named = [entry.url for group in plan.groups for entry in group.entries]
            site = self.site
            usual = [site.frame(Generation.A, name) for name in ("top", "menu", "main")]
            view.frames = tuple(named[:3]) if len(named) >= 3 else tuple(map(self._local, usual))
        if plan.style in ("stub-meta", "stub-script"):
            first = [entry.url for group in plan.groups for entry in group.entries]
            view.middle, view.target = plan.style, plan.answer.location or next(iter(first), view.home)
        if not view.title and not view.form and self.plan.kind is PlanKind.HUB:
            view.title = view.name
        if plan.style == "soft404" and not plan.title:
            view.title = "页面不存在" if view.language == "zh" else "Page Not Found"

    def _oddities(self, view: View) -> None:
        traits = self.plan.traits
        if self.pen.base != self.pen.own:
            view.extra_head += Markup('<base href="{}">').format(self.pen.base)
        if "two-titles" in traits:
            view.extra_head += Markup("<title>{}</title>\n").format(view.name)
        if "conditional-comments" in traits:
            view.extra_head += Markup(
                '<!--[if lt IE 7]><script src="/js/fix.js"></script><a href="/ie6.htm">Update</a><![endif]-->\n'
            )
        if "two-bodies" in traits:
            view.extra_top += Markup('<body bgcolor="#FFFFFF" class="second">\n')
        view.pager_select = "pager-select" in traits
        view.stray = "stray-links" in traits
        if "huge" in traits:
            view.padding = _padding()


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@lru_cache(maxsize=1)
def _padding() -> Markup:
    """Three megabytes of what an editor's tool leaves behind: empty rows and comments, no text."""
    row = '<!-- InstanceBeginEditable name="row" --><table width="1" border="0"><tr><td></td></tr></table>\n'
    return Markup(row + "<!--" + " - " * 300 + "-->\n") * 3000  # noqa: S704 - a constant

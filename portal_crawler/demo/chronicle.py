"""Chronicle: a year of the demo portal, and the portal as of any day of it.

Day 0.0 is the midnight before ``lives.START``; the year ends with day 365.0. What happens to the stories is in
``lives``; here it becomes addresses. A portal as of a day differs from the portal without one even on the last: its
new stories bear the date of the day on which they appeared, so that their age can be told from the page.

A page is a file that was drawn when its story appeared or was last edited. Hence a story's pages change when the story
does and at no other time: the boxes around it go on showing what they showed, the addresses of stories that moved and
vanished included. Link pages are drawn anew whenever what they list changes, and name the new address of a story that
moved. All copies of a page share its lot; the print version and the re-import of a story that moves stay where they
are. Two service pages change every day. Contains no clock, no file and no network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from urllib.parse import urlsplit
from zlib import crc32

from portal_crawler.demo.lives import START, YEAR, Life, draw_lives
from portal_crawler.demo.model import Answer, Entry, Generation, Group, PagePlan, PlanKind, Portal, Story
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.plan_lists import family, list_plans
from portal_crawler.demo.plan_pages import gateway_plan, reimport_plan
from portal_crawler.demo.plan_services import EXCHANGE, WEATHER, exchange_rows, headlines, topic_plans, weather_rows

TEXT_KINDS = (PlanKind.ARTICLE, PlanKind.PART, PlanKind.PRINT)
_LINK_KINDS = (PlanKind.HUB, PlanKind.TOPIC, PlanKind.DIGEST, PlanKind.FEED)
_LISTED = (PlanKind.HUB, PlanKind.DIGEST, PlanKind.FEED)
# Styles of pages that are the same file under another name, and move with it.
_SAME_FILE = ("", "clone", "gateway")
_DAILY = {EXCHANGE: exchange_rows, WEATHER: weather_rows}
# Nine of ten pages answer conditional requests.
_VALIDATED = 9
_MIDNIGHT = datetime.combine(START, time(), UTC)


@dataclass(frozen=True, slots=True)
class Chronicle:
    """A year of one portal: the life of every story, by its number."""

    seed: int
    lives: Mapping[int, Life]


@dataclass(frozen=True, slots=True)
class _Day:
    """One day: the whole portal, its chronicle, and the stories that are out, in the order in which they appeared.

    ``shown`` has each under its present address, ``dead`` the present addresses to which lists lead no more.
    """

    whole: Portal
    chronicle: Chronicle
    day: float
    shown: Mapping[int, Story]
    dead: frozenset[str]


def chronicle_of(portal: Portal, seed: int | None = None) -> Chronicle:
    """The year of a whole portal; ``seed`` is the portal's own where it is left out."""
    seed = portal.seed if seed is None else seed
    return Chronicle(seed, draw_lives(portal.stories, seed))


def moment(day: float) -> datetime:
    """The time of a day of the chronicle, to the second."""
    return _MIDNIGHT + timedelta(seconds=int(day * 86_400))


def portal_at(portal: Portal, chronicle: Chronicle, day: float) -> Portal:
    """The portal as of a day of the chronicle that was drawn from it.

    :raises ValueError: where the day is not from 0.0 to 365.0.
    """
    if not 0.0 <= day <= YEAR:
        raise ValueError(f"day {day}: the chronicle has the days 0 to {YEAR:.0f}")
    at = _day(portal, chronicle, day)
    plans: dict[str, PagePlan] = {}
    for plan in _plans(at):
        plans.setdefault(plan.url, _validated(plan, chronicle.seed))
    first = {number: chronicle.lives[number].versions[0] for number in at.shown}
    return replace(portal, stories=at.shown, plans=plans, first=first, modified=_modified(at, plans))


def served_portal(size: str, seed: int, as_of: float | None) -> Portal:
    """The portal of a size and seed, as of a day of its own chronicle or, with ``None``, without one."""
    portal = build_portal(size, seed)
    return portal if as_of is None else portal_at(portal, chronicle_of(portal), as_of)


def _day(portal: Portal, chronicle: Chronicle, day: float) -> _Day:
    out = [(number, life) for number, life in chronicle.lives.items() if life.out(day)]
    out.sort(key=lambda one: -1.0 if one[1].published is None else one[1].published)
    shown = {number: life.story(day) for number, life in out}
    dead = frozenset(shown[number].url for number, life in out if life.gone(day) and life.unlinked)
    return _Day(portal, chronicle, day, shown, dead)


def _plans(at: _Day) -> Iterator[PagePlan]:
    """Every address, those of lists first, as in the whole portal; one that comes again is the earlier one's."""
    told = list(at.shown.values())
    hidden = frozenset(
        plan.story for plan in at.whole.plans.values() if plan.story is not None and "unlisted" in plan.traits
    )
    indexes = dict.fromkeys(
        (family(s.generation), s.section) for s in at.whole.stories.values() if s.number not in hidden
    )
    lists = [_without(plan, at.dead) for plan in list_plans(told, hidden, indexes, START)]
    yield from lists
    entries = _entries(at)
    for plan in at.whole.plans.values():
        if plan.story is not None and plan.kind in TEXT_KINDS:
            yield from _story_plans(plan, at)
        elif plan.kind is PlanKind.TOPIC:
            yield from (_without(page, at.dead) for page in topic_plans(told))
        elif not _drawn_from_stories(plan):
            yield _page_at(plan, at, entries)
    yield from (gateway_plan(plan) for plan in lists if plan.generation is Generation.Z)


def _drawn_from_stories(plan: PagePlan) -> bool:
    """Whether the plan is one of ``list_plans``, or the gateway's copy of one."""
    return plan.kind in _LISTED and "unlisted" not in plan.traits and plan.style in (*_LIST_STYLES, "gateway")


_LIST_STYLES = ("", "frameset", "top", "menu", "feed-rss", "sitemap", "sitemap-index")


def _without(plan: PagePlan, dead: frozenset[str]) -> PagePlan:
    groups = tuple(
        Group(group.heading, tuple(entry for entry in group.entries if entry.url not in dead)) for group in plan.groups
    )
    return plan if groups == plan.groups else replace(plan, groups=groups)


def _entries(at: _Day) -> dict[str, tuple[str, str] | None]:
    """Present address and title for every address of a story in the whole portal; ``None`` where it is not out yet."""
    found: dict[str, tuple[str, str] | None] = {}
    for plan in at.whole.plans.values():
        if plan.story is None or plan.kind not in TEXT_KINDS:
            continue
        story = at.shown.get(plan.story)
        found[plan.url] = (_last_url(plan, at), story.title) if story else None
    return found


def _page_at(plan: PagePlan, at: _Day, entries: Mapping[str, tuple[str, str] | None]) -> PagePlan:
    """A page that is neither a story's nor drawn from all of them: its links and its table as of the day."""
    if plan.style == "inner" and plan.generation is not None:
        return _without(replace(plan, groups=(headlines(at.shown.values(), plan.generation),)), at.dead)
    if plan.url in _DAILY:
        return replace(plan, rows=_DAILY[plan.url](Random(f"{at.chronicle.seed}:{plan.url}:{int(at.day)}")))
    if not plan.groups:
        return plan
    titles = {url: at.whole.stories[number].title for url, number in _numbers(plan, at.whole)}
    groups = tuple(Group(group.heading, tuple(_listed(group.entries, titles, entries))) for group in plan.groups)
    page = replace(plan, groups=groups)
    return _without(page, _dead_copies(titles, entries, at)) if plan.kind in _LINK_KINDS else page


def _numbers(plan: PagePlan, whole: Portal) -> Iterator[tuple[str, int]]:
    """The addresses of stories among a page's links, with the stories' numbers."""
    for group in plan.groups:
        for entry in group.entries:
            target = whole.plans.get(entry.url)
            if target is not None and target.story is not None:
                yield entry.url, target.story


def _listed(
    listed: Iterable[Entry], titles: Mapping[str, str], entries: Mapping[str, tuple[str, str] | None]
) -> Iterator[Entry]:
    for entry in listed:
        if entry.url not in entries:
            yield entry
        elif found := entries[entry.url]:
            url, title = found
            yield replace(entry, url=url, text=title if entry.text == titles[entry.url] else entry.text)


def _dead_copies(urls: Iterable[str], entries: Mapping[str, tuple[str, str] | None], at: _Day) -> frozenset[str]:
    """Present addresses of those stories (copies too) that vanished and whose links were taken out."""
    lives = ((found[0], at.whole.plans[url].story) for url in urls if (found := entries[url]))
    return frozenset(
        url
        for url, number in lives
        if number is not None and at.chronicle.lives[number].gone(at.day) and at.chronicle.lives[number].unlinked
    )


def _first_url(plan: PagePlan, whole: Portal, first: Story) -> str:
    """Where one of a story's pages first stands, by the story's first address."""
    if plan.style == "bare":
        return reimport_plan(first).url
    return _readdressed(plan.url, whole.stories[first.number].url, first.url)


def _last_url(plan: PagePlan, at: _Day) -> str:
    life = at.chronicle.lives[plan.story or 0]
    url = _first_url(plan, at.whole, life.versions[0])
    if life.away(at.day) and plan.style in _SAME_FILE:
        return _readdressed(url, life.versions[0].url, life.new_url)
    return url


def _readdressed(url: str, old: str, new: str) -> str:
    """An address with a story's new folder in the place of the old one."""
    return url.replace(_folder(old), _folder(new), 1)


def _folder(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[0] + "/"


def _story_plans(plan: PagePlan, at: _Day) -> Iterator[PagePlan]:
    """What stands at the addresses of one of a story's pages: the page, where it moved to, or that it is gone."""
    number = plan.story or 0
    life = at.chronicle.lives[number]
    if not life.out(at.day):
        return
    story, first, last = at.shown[number], _first_url(plan, at.whole, life.versions[0]), _last_url(plan, at)
    kept = plan.traits & {"unlisted"}
    if life.gone(at.day):
        yield PagePlan(first, PlanKind.ERROR, story=number, answer=Answer(life.status), traits=kept)
        return
    if first != last:
        yield PagePlan(first, PlanKind.REDIRECT, story=number, answer=Answer(301, last), traits=kept)
    yield replace(plan, url=last, alias_of=story.url if plan.alias_of else None, title=story.title, day=story.day)


def _validated(plan: PagePlan, seed: int) -> PagePlan:
    if plan.answer.status != 200 or crc32(f"{seed}:{plan.url}".encode()) % 10 >= _VALIDATED:
        return plan
    return replace(plan, answer=replace(plan.answer, quirks=plan.answer.quirks | {"validators"}))


def _modified(at: _Day, plans: Mapping[str, PagePlan]) -> dict[str, datetime]:
    """When each page was last written: a story's at its last event, a link page at the last event of what it lists.

    Publishing writes all lists of a layout, so that the time of a list may be later than its last change, never before.
    """
    told = {number: life.last_event(at.day) for number, life in at.chronicle.lives.items()}
    latest: dict[Generation | None, float] = {}
    for number, day in told.items():
        if day is not None:
            for key in (None, family(at.whole.stories[number].generation)):
                latest[key] = max(latest.get(key, day), day)
    found: dict[str, datetime] = {}
    for url, plan in plans.items():
        if plan.story is not None:
            written = told[plan.story]
        elif url in _DAILY:
            written = float(int(at.day))
        else:
            written = latest.get(_listing(plan)) if plan.groups else None
        found[url] = moment(written) if written is not None else _before_the_year(plan)
    return found


def _listing(plan: PagePlan) -> Generation | None:
    """The family of the stories that a page lists; ``None`` where it may list all."""
    if plan.style in ("feed-rss", "sitemap"):
        return Generation.D
    listed = plan.generation is not None and "unlisted" not in plan.traits and plan.kind in (*_LISTED, PlanKind.TOPIC)
    return family(plan.generation) if listed and plan.generation is not None else None


def _before_the_year(plan: PagePlan) -> datetime:
    day = plan.day if plan.day is not None and plan.day < START else None
    return datetime.combine(day, time(8), UTC) if day else datetime(2004, 1, 1, 8, tzinfo=UTC)

"""Plans of pages that lead to stories: homes, section indexes, day archives, digests, topics, feeds, site maps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from portal_crawler.demo.hosts import ARCHIVE, BARE, BIG5, CHINESE, CLONE, ENGLISH, MAIN, MIRROR
from portal_crawler.demo.model import Answer, Entry, Generation, Group, PagePlan, PlanKind, Story
from portal_crawler.demo.plan_charsets import charset_of
from portal_crawler.demo.views_site import SECTIONS, SECTIONS_ZH

_W = f"http://{MAIN}"
_PAGE = 20
_ROOTS = {
    Generation.A: f"{_W}/1999",
    Generation.B3: f"{_W}/english",
    Generation.C: f"{_W}/2006",
    Generation.D: _W,
    Generation.Z: f"http://{CHINESE}/chinese",
}
_HOMES = {
    Generation.A: f"{_W}/1999/main.htm",
    Generation.B3: f"{_W}/english/index.htm",
    Generation.C: f"{_W}/2006/index.htm",
    Generation.D: f"{_W}/",
    Generation.Z: f"http://{CHINESE}/",
}
# Sections of the last generation that no menu names: only the site map leads there.
_UNLISTED = ("people", "travel")
_BIG5 = f"http://{BIG5}/gate/big5/"


def family(generation: Generation) -> Generation:
    """The generation whose indexes list a story: the B layouts share theirs."""
    return Generation.B3 if generation in (Generation.B1, Generation.B2) else generation


def entry_of(story: Story, *, dated: bool = False, abstract: bool = False) -> Entry:
    """A story in a list."""
    return Entry(
        story.url,
        story.title,
        abstract=story.paragraphs[0] if abstract else "",
        date=f"{story.day:%m-%d}" if dated else "",
    )


def list_plans(
    stories: Sequence[Story],
    hidden: frozenset[int],
    indexes: Iterable[tuple[Generation, str]] = (),
    since: date = date.max,
) -> Iterator[PagePlan]:
    """Every list; stories of ``hidden`` stand in none but feeds.

    ``indexes`` are sections (of a family) that have an index even without a story. From the day ``since`` on, every day
    of the last generation has its archive, and every week with stories enough its digest.
    """
    shown = [story for story in stories if story.number not in hidden]
    yield from _homes(shown)
    yield from _indexes(shown, indexes)
    yield from _archives(shown, since)
    yield from _digests(shown, since)
    yield from _feeds(stories, hidden)


def _homes(stories: Sequence[Story]) -> Iterator[PagePlan]:
    for generation, url in _HOMES.items():
        newest = [story for story in stories if family(story.generation) is generation][-24:]
        groups = [Group("Top Stories" if generation is not Generation.Z else "要闻", tuple(map(entry_of, newest)))]
        if generation is Generation.D:
            groups.append(Group("Archive", _editions()))
        charset, declared = charset_of(generation)
        yield PagePlan(url, PlanKind.HUB, generation, groups=tuple(groups), charset=charset, declared=declared)
    for style in ("frameset", "top", "menu"):
        name = "index.html" if style == "frameset" else f"{style}.htm"
        yield PagePlan(f"{_W}/1999/{name}", PlanKind.HUB, Generation.A, style, charset="cp1252", declared="iso-8859-1")


def _editions() -> tuple[Entry, ...]:
    return (
        Entry(f"{_W}/1999/index.html", "The site of 1999 to 2001"),
        Entry(f"{_W}/english/index.htm", "The site of 2002 to 2005"),
        Entry(f"{_W}/2006/index.htm", "The site of 2006 to 2008"),
        Entry(f"http://{CHINESE}/", "Chinese edition"),
        Entry(f"{_BIG5}{CHINESE}/", "Chinese edition in traditional characters"),
        Entry(f"http://{MIRROR}/", "Mirror of this site"),
        Entry(f"http://{BARE}/", "This site by its short name"),
        Entry(f"http://{ENGLISH}/", "This site by its English name"),
        Entry(f"http://{CLONE}/", "A site that copies us"),
        Entry(f"{_W}/english/archive.htm", "Stories from the archive"),
        Entry(f"{_W}/english/old.htm", "Old addresses"),
        Entry(f"{_W}/english/embassies.htm", "Embassies and ministries"),
        Entry(f"{_W}/daily/index.htm", "Archive by day"),
        Entry(f"{_W}/rss/news.xml", "RSS"),
        Entry(f"{_W}/sitemap.xml", "Site map for machines"),
        Entry(f"http://{ARCHIVE}/calendar?year=2010&month=6", "Calendar"),
    )


def _indexes(stories: Sequence[Story], always: Iterable[tuple[Generation, str]]) -> Iterator[PagePlan]:
    listed: dict[tuple[Generation, str], list[Story]] = defaultdict(list, {key: [] for key in always})
    for story in stories:
        listed[family(story.generation), story.section].append(story)
    for (generation, section), told in sorted(listed.items()):
        if generation is Generation.D and section in _UNLISTED:
            continue
        told.sort(key=lambda story: (story.day, story.number), reverse=True)
        parts = [told[start : start + _PAGE] for start in range(0, len(told), _PAGE)]
        yield from _index_pages(generation, section, parts or [[]])


def _index_pages(generation: Generation, section: str, parts: Sequence[Sequence[Story]]) -> Iterator[PagePlan]:
    charset, declared = charset_of(generation)
    title = (SECTIONS_ZH if generation is Generation.Z else SECTIONS)[section]
    extension = "html" if generation is Generation.A else "htm"
    names = [f"index{'' if number == 1 else f'_{number}'}.{extension}" for number in range(1, len(parts) + 1)]
    for at, told in enumerate(parts):
        pager = [Entry("" if number == at else name, str(number + 1)) for number, name in enumerate(names)]
        if len(names) > 10:
            pager = [one for number, one in enumerate(pager) if abs(number - at) < 4 or number in (0, len(names) - 1)]
        if at + 1 < len(names):
            pager.append(Entry(names[at + 1], "Next"))
        yield PagePlan(
            f"{_ROOTS[generation]}/{section}/{names[at]}",
            PlanKind.HUB,
            generation,
            title=title,
            section=section,
            groups=(Group("", tuple(entry_of(story, dated=generation in "CDZ") for story in told)),),
            pager=tuple(pager) if len(names) > 1 else (),
            traits=frozenset({"pager-select"} if section == "culture" and generation is not Generation.A else ()),
            charset=charset,
            declared=declared,
        )


def _archives(stories: Sequence[Story], since: date) -> Iterator[PagePlan]:
    by_day: dict[str, list[Story]] = defaultdict(list)
    for story in stories:
        if story.generation is Generation.D:
            by_day[f"{story.day:%Y%m/%d}"].append(story)
    old, count = [day for day in sorted(by_day) if by_day[day][0].day < since], _before(stories, since)
    days = old[-60 :: max(1, count // 400)] if count > 400 else old[-4:]
    days += [day for day in sorted(by_day) if by_day[day][0].day >= since]
    entries = tuple(Entry(f"{_W}/{day}/archive.htm", f"News of {by_day[day][0].day:%B %d, %Y}") for day in days)
    yield PagePlan(
        f"{_W}/daily/index.htm",
        PlanKind.HUB,
        Generation.D,
        title="Archive by Day",
        declared="utf-8",
        day=by_day[days[-1]][0].day,
        groups=(Group("", entries),),
    )
    for day in days:
        told = tuple(map(entry_of, by_day[day]))
        yield PagePlan(
            f"{_W}/{day}/archive.htm",
            PlanKind.HUB,
            Generation.D,
            title=f"News of {by_day[day][0].day:%B %d, %Y}",
            declared="utf-8",
            day=by_day[day][0].day,
            groups=(Group("", told),),
        )


def _before(stories: Sequence[Story], since: date) -> int:
    return sum(story.day < since for story in stories)


def _digests(stories: Sequence[Story], since: date) -> Iterator[PagePlan]:
    weeks: dict[str, list[Story]] = defaultdict(list)
    for story in stories:
        if story.generation in (Generation.B2, Generation.B3):
            weeks[f"{story.day:%G%V}"].append(story)
    full = [week for week in sorted(weeks) if len(weeks[week]) >= 4]
    chosen = [week for week in full if weeks[week][0].day < since][: max(4, _before(stories, since) // 24)]
    chosen += [week for week in full if weeks[week][0].day >= since]
    charset, declared = charset_of(Generation.B2)
    for week in chosen:
        told = [entry_of(story, abstract=True) for story in weeks[week][:10]]
        groups = (Group("In the Valley", tuple(told[: len(told) // 2])), Group("Abroad", tuple(told[len(told) // 2 :])))
        yield PagePlan(
            f"{_W}/english/NTW/{week}.htm",
            PlanKind.DIGEST,
            Generation.B2,
            title=f"This Week: {week[4:]} of {week[:4]}",
            section="NTW",
            day=weeks[week][0].day,
            groups=groups,
            charset=charset,
            declared=declared,
        )
    entries = tuple(
        Entry(f"{_W}/english/NTW/{week}.htm", f"Week {week[4:]} of {week[:4]} in ten stories") for week in chosen
    )
    yield PagePlan(
        f"{_W}/english/NTW/index.htm",
        PlanKind.HUB,
        Generation.B3,
        title="This Week",
        section="NTW",
        groups=(Group("", entries),),
        charset=charset,
        declared=declared,
    )


def _feeds(stories: Sequence[Story], hidden: frozenset[int]) -> Iterator[PagePlan]:
    last = [story for story in stories if story.generation is Generation.D]
    newest = [story for story in last if story.number not in hidden][-15:]
    orphans = [story for story in last if story.number in hidden]
    items = tuple(Entry(story.url, story.title, abstract=story.paragraphs[0]) for story in (*newest, *orphans))
    yield PagePlan(
        f"{_W}/rss/news.xml", PlanKind.FEED, None, "feed-rss", "Great River Online", groups=(Group("", items),)
    )
    maps = (f"{_W}/sitemap1.xml", f"{_W}/sitemap2.xml.gz")
    yield PagePlan(
        f"{_W}/sitemap.xml",
        PlanKind.FEED,
        None,
        "sitemap-index",
        groups=(Group("", tuple(Entry(url, "") for url in maps)),),
    )
    known = [story for story in last if story.number not in hidden]
    half = len(known) // 2
    for url, told in zip(maps, (known[:half], known[half:]), strict=True):
        entries = tuple(Entry(story.url, "", date=story.day.isoformat()) for story in told)
        yield PagePlan(url, PlanKind.FEED, None, "sitemap", groups=(Group("", entries),))
    robots = ("User-agent: *", "Disallow: /cgi-bin/", "Disallow: /private/")
    for host in (MAIN, BARE, ENGLISH, MIRROR, CLONE, BIG5, CHINESE, ARCHIVE):
        yield PagePlan(f"http://{host}/robots.txt", PlanKind.OTHER, None, "robots", body=robots, answer=Answer())

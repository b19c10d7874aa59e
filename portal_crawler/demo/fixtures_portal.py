"""The portal of the fixture pages: small and by hand, with one page of every kind that is worth keeping as a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from portal_crawler.demo import fixtures_text as text
from portal_crawler.demo.model import Answer, Entry, Generation, Group, PagePlan, Photo, PlanKind, Portal, Story
from portal_crawler.demo.views_site import SECTIONS, SECTIONS_ZH

_W = "http://www.portal.test"
_ZH = "http://chinese.portal.test"
_B = (Generation.B1, Generation.B2, Generation.B3)
_DAYS = {"A": date(2001, 5, 28), "B1": date(2002, 6, 10), "B2": date(2002, 12, 3), "B3": date(2004, 10, 15),
         "C": date(2007, 3, 21), "D": date(2009, 3, 19), "Z": date(2004, 10, 22)}  # fmt: skip
# Bytes and declaration of each generation's English pages: A says iso-8859-1 and writes windows-1252.
_CHARSETS = {"A": ("cp1252", "iso-8859-1"), "B1": ("gb18030", "gb2312"), "B2": ("gb18030", "gb2312"),
             "B3": ("cp1252", None), "C": ("utf-8", "utf-8"), "D": ("utf-8", "utf-8"),
             "Z": ("gb18030", "gb2312")}  # fmt: skip
_SERVICES = (
    ("learning", "Learning Chinese"), ("recipes", "River Kitchen Recipes"), ("exchange", "Exchange Rates"),
    ("hotel", "Hotel Service"), ("films", "Films of the Week"), ("calendar", "Valley Calendar"), ("weather", "Weather"),
    ("about", "About Us"), ("sitemap", "SiteMap"), ("feedback", "Feedback"),
)  # fmt: skip
_INSTITUTIONS = (
    "Foreign Office of the Valley", "Ministry of River Trade", "Mission to the League of Ports", "College of Diplomacy",
    "Institute of Delta Studies", "Chamber of Upstream Commerce", "Society for Friendly Contact",
)  # fmt: skip
_NOTE = "(The author is a research fellow with the Institute of Delta Studies in Linhe.)"


def fixture_portal() -> tuple[Portal, dict[str, str]]:
    """The portal, and the address of every fixture by its name."""
    stories = {story.number: story for generation in Generation for story in _stories(generation)}
    plans = {plan.url: plan for plan in (*_menus(), *(_article(story) for story in stories.values()))}
    names = {f"{generation.value.lower()}-article": _first(stories, generation).url for generation in Generation}
    for name, plan in _special(stories):
        plans[plan.url] = plan
        names[name] = plan.url
    links = tuple(Entry(f"http://other{n}.test/", name) for n, name in enumerate(_INSTITUTIONS, 1))
    institutions = dict.fromkeys(SECTIONS, links[:4]) | {"international": links}
    portal = Portal(2004, "fixtures", stories, plans, SECTIONS, institutions, {"congress": "River Congress"})
    return portal, names


def _first(stories: dict[int, Story], generation: Generation) -> Story:
    return next(story for story in stories.values() if story.generation is generation)


def _stories(generation: Generation) -> list[Story]:
    return [_story(generation, at) for at in range(10)]


def _story(generation: Generation, at: int) -> Story:
    number = 13_000 * (1 + list(Generation).index(generation)) + at * 7
    day = date.fromordinal(_DAYS[generation.value].toordinal() - at)
    chinese = generation is Generation.Z
    section = ("international", "china", "culture", "scitech")[at % 4]
    url = {
        Generation.A: f"{_W}/Domestic/{day:%y/%m}/dom{number % 100}.html",
        Generation.D: f"{_W}/{section}/{day:%Y-%m/%d}/content_1{number}.htm",
        Generation.Z: f"{_ZH}/chinese/{day:%Y}/Oct/{number}.htm",
    }.get(generation, f"{_W}/english/{section}/{number}.htm")
    caption = "\u4e24\u5cb8\u4e4b\u95f4\u7684\u6e21\u8f6e" if chinese else "The evening ferry leaves the old quarter"
    return Story(
        number=number,
        kind="news",
        section=section,
        generation=generation,
        day=day,
        title=text.headline_zh(number) if chinese else text.headline(number),
        paragraphs=text.paragraphs_zh(number, 6) if chinese else text.paragraphs(number, 7 + at % 3),
        url=url,
        source=("\u5927\u6cb3\u65e5\u62a5" if chinese else ("RiverNews", "Valley Daily")[at % 2]),
        byline=None if at % 2 or chinese else "Liu Wenhai",
        photo=Photo(f"/images/photo-{number}_200x150.jpg", 200, 150, caption) if at % 3 == 0 else None,
        related=tuple(number - at * 7 + other * 7 for other in range(1, 7) if other != at)[:5],
        language="zh" if chinese else "en",
    )


def _article(story: Story) -> PagePlan:
    charset, declared = _CHARSETS[story.generation.value]
    return PagePlan(
        story.url, PlanKind.ARTICLE, story.generation, title=story.title, section=story.section, story=story.number,
        day=story.day, charset=charset, declared=declared,
    )  # fmt: skip


def _menus() -> list[PagePlan]:
    """Homes, section indexes and service pages: where the menus lead."""
    plans = []
    for generation in Generation:
        charset, declared = _CHARSETS[generation.value]
        code = generation.value.lower()
        root = f"{_ZH}/{code}" if generation is Generation.Z else f"{_W}/{code}"
        names = SECTIONS_ZH if generation is Generation.Z else SECTIONS
        plans.append(PagePlan(f"{root}/home.htm", PlanKind.HUB, generation, charset=charset, declared=declared))
        for section, name in names.items():
            url = f"{root}/{section}/index.htm"
            plans.append(PagePlan(url, PlanKind.HUB, generation, title=name, section=section, charset=charset))
    for at, (path, title) in enumerate(_SERVICES):
        generation = Generation.D if at == 6 else Generation.B2
        plans.append(PagePlan(f"{_W}/english/{path}.htm", PlanKind.OTHER, Generation.B2, title=title))
        plans.append(
            PagePlan(f"{_W}/{path}.htm", PlanKind.OTHER, generation, title=title, traits=frozenset({"unlisted"}))
        )
    for generation in (Generation.B1, Generation.C, Generation.D):
        url = f"{_W}/{generation.value.lower()}/frames/headlines.htm"
        plans.append(PagePlan(url, PlanKind.HUB, generation, "inner", title="Headlines"))
    plans.append(PagePlan(f"{_W}/", PlanKind.HUB, Generation.B3, title=""))
    plans.append(PagePlan("http://mirror.portal.test/", PlanKind.HUB, Generation.B3, alias_of=f"{_W}/"))
    return plans


def _special(stories: dict[int, Story]) -> list[tuple[str, PagePlan]]:
    """The fixtures other than one plain article of each generation; stories of their own are added to ``stories``."""
    a, b2, b3, c, d, z = (_first(stories, Generation(code)) for code in ("A", "B2", "B3", "C", "D", "Z"))
    return [
        ("b2-op-ed-seed-order", _seed_order(stories)),
        *_pages_of_lists(stories),
        *_copies(b2, b3, d, z),
        *_topic(stories),
        ("d-gallery", _gallery(d)),
        ("b1-oddities", _odd(stories)),
        ("c-part-of-three", _part(c, stories)),
        ("a-frameset", PagePlan(f"{_W}/a/index.html", PlanKind.HUB, Generation.A, "frameset", "Great River Online")),
        (
            "b3-mail-form",
            PagePlan(
                f"http://service.portal.test/mail.asp?id={b3.number}&title=x",
                PlanKind.FORM,
                Generation.B3,
                title="Email This Page",
                story=b3.number,
                fields=("To", "From", "Your name", "Message"),
                body=(f"Send this story to a friend: {b3.title}", "We use the addresses for this message only."),
                charset="gb18030",
                declared="gb2312",
            ),
        ),
        (
            "b2-exchange-rates",
            PagePlan(
                f"{_W}/english/exchange.htm",
                PlanKind.OTHER,
                Generation.B2,
                title="Exchange Rates",
                charset="gb18030",
                rows=(
                    ("Currency", "Unit", "Buying", "Selling"),
                    ("River dollar", "100", "827.65", "829.10"),
                    ("Delta pound", "100", "1,321.40", "1,330.02"),
                    ("Island crown", "100", "92.11", "92.60"),
                ),
            ),
        ),
        (
            "d-soft-404",
            PagePlan(
                f"{_W}/china/2009-03/19/content_999.htm",
                PlanKind.ERROR,
                Generation.D,
                "soft404",
                section="china",
                declared="utf-8",
            ),
        ),
        (
            "c-meta-refresh",
            PagePlan(
                f"{_W}/english/old.htm",
                PlanKind.REDIRECT,
                Generation.C,
                "stub-meta",
                groups=(Group("", (Entry(c.url, ""),)),),
            ),
        ),
        ("a-conditional-comment", replace(_article(stories[a.number + 7]), traits=frozenset({"conditional-comments"}))),
    ]


def _seed_order(stories: dict[int, Story]) -> PagePlan:
    related = tuple(story.number for story in stories.values() if story.generation is Generation.B2)[1:6]
    story = Story(
        50_454,
        "op-ed",
        "international",
        Generation.B2,
        date(2002, 12, 3),
        "Two Banks of One River Need Each Other",
        text.paragraphs(50_454, 24, (1, 3)),
        f"{_W}/english/international/50454.htm",
        note=_NOTE,
        related=related,
    )
    stories[story.number] = story
    return replace(_article(story), traits=frozenset({"no-right", "no-date"}))


def _part(story: Story, stories: dict[int, Story]) -> PagePlan:
    """The first page of three; its text is what stands on it."""
    parts = (3, 3, len(story.paragraphs) - 6)
    whole = replace(story, number=88_001, url=f"{_W}/english/culture/88001.htm", parts=parts, note=None)
    stories[whole.number] = whole
    pager = tuple(Entry("" if n == 1 else f"88001_{n}.htm", str(n)) for n in (1, 2, 3))
    return replace(_article(whole), kind=PlanKind.PART, part=1, pager=(*pager, Entry("88001_2.htm", "Next")))


def _odd(stories: dict[int, Story]) -> PagePlan:
    """Unclosed, nested and unknown markup, two bodies and titles, entities without their end."""
    story = [story for story in stories.values() if story.generation is Generation.B1][2]
    traits = {
        "nested-fonts",
        "nested-anchor",
        "two-bodies",
        "two-titles",
        "unknown-tags",
        "odd-entities",
        "backslash-links",
    }
    return replace(_article(story), traits=frozenset(traits), answer=Answer(quirks=frozenset({"nul"})))


def _topic(stories: dict[int, Story]) -> list[tuple[str, PagePlan]]:
    """A special topic: its front, two lists, and a story that shows the topic's menu in place of the sections."""
    told = [story for story in stories.values() if story.generation is Generation.B3]
    story = replace(told[4], number=87_240, url=f"{_W}/english/10th/87240.htm", topic="congress")
    stories[story.number] = story
    entries = tuple(Entry(other.url, other.title) for other in told)
    titles = {"87221": "River Congress", "87222": "Latest Updates", "87223": "Photo Journal"}
    groups = (Group("Latest Updates", entries[:5]), Group("Background", entries[5:]))
    plans = [
        PagePlan(f"{_W}/english/10th/{number}.htm", PlanKind.TOPIC, Generation.B3, title=title, topic="congress",
                 groups=groups, charset="gb18030", declared="gb2312")
        for number, title in titles.items()
    ]  # fmt: skip
    named = [("b3-topic", plans[0]), ("b3-topic-list", plans[1]), ("b3-topic-photos", plans[2])]
    return [*named, ("b3-topic-article", replace(_article(story), topic="congress"))]


def _gallery(story: Story) -> PagePlan:
    pager = tuple(Entry("" if at == 2 else f"content_818378_{at}.htm", str(at)) for at in range(1, 5))
    photo = Photo(
        "/images/photo-818378_480x320.jpg", 480, 320, "The first boats of the lantern fair pass the old bridge"
    )
    return PagePlan(
        f"{_W}/photos/2009-03/19/content_818378_2.htm",
        PlanKind.GALLERY,
        Generation.D,
        title="Lantern Fair on the River",
        section="culture",
        photo=photo,
        pager=pager,
        declared="utf-8",
        day=story.day,
    )


def _copies(b2: Story, b3: Story, d: Story, z: Story) -> list[tuple[str, PagePlan]]:
    gate = "http://big5.portal.test/gate/big5/"
    bare = f"{_W}/archive/2004-10/26/content_1{b3.number}.htm"
    return [
        (
            "b3-reimport",
            replace(_article(b3), url=bare, style="bare", alias_of=b3.url, charset="utf-8", declared="utf-8"),
        ),
        (
            "b2-print",
            replace(
                _article(b2), url=f"{_W}/print/{b2.number}.htm", kind=PlanKind.PRINT, style="print", alias_of=b2.url
            ),
        ),
        (
            "d-print",
            replace(_article(d), url=f"{_W}/print/{d.number}.htm", kind=PlanKind.PRINT, style="print", alias_of=d.url),
        ),
        (
            "z-gateway-big5",
            replace(
                _article(z),
                url=gate + z.url.removeprefix("http://"),
                style="gateway",
                alias_of=z.url,
                charset="big5hkscs",
                declared="big5",
            ),
        ),
        (
            "b2-clone-with-spam",
            replace(_article(b2), url=b2.url.replace("www.portal.test", "clone.test"), style="clone", alias_of=b2.url),
        ),
    ]


def _pages_of_lists(stories: dict[int, Story]) -> list[tuple[str, PagePlan]]:
    listed = {code: [s for s in stories.values() if s.generation.value == code] for code in ("A", "B2", "C", "D", "Z")}
    found = []
    for code, section in (("A", "china"), ("B2", "culture"), ("C", "travel"), ("D", "scitech"), ("Z", "china")):
        root = f"{_ZH}/z" if code == "Z" else f"{_W}/{code.lower()}"
        charset, declared = _CHARSETS[code]
        entries = tuple(Entry(s.url, s.title, date=f"{s.day:%m-%d}" if code in "CDZ" else "") for s in listed[code])
        title = SECTIONS_ZH[section] if code == "Z" else SECTIONS[section]
        pager = (Entry("", "1"), Entry("index_2.htm", "2"), Entry("index_2.htm", "Next"))
        plan = PagePlan(
            f"{root}/{section}/index.htm",
            PlanKind.HUB,
            Generation(code),
            title=title,
            section=section,
            groups=(Group("", entries),),
            pager=pager,
            charset=charset,
            declared=declared,
        )
        found.append((f"{code.lower()}-hub", plan))
    return [*found, ("b2-digest", _digest(listed["B2"]))]


def _digest(stories: list[Story]) -> PagePlan:
    entries = tuple(Entry(story.url, story.title, abstract=story.paragraphs[0]) for story in stories)
    return PagePlan(
        f"{_W}/english/NTW/200249.htm",
        PlanKind.DIGEST,
        Generation.B2,
        title="This Week: December 2 to 8",
        section="NTW",
        groups=(Group("In the Valley", entries[:5]), Group("Abroad", entries[5:])),
        day=stories[0].day,
        charset="gb18030",
        declared="gb2312",
    )

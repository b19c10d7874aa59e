"""Plans of what is neither a story nor a list of stories: services, topics, galleries, old addresses, errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random

from portal_crawler.demo.hosts import ARCHIVE, MAIN
from portal_crawler.demo.model import Answer, Entry, Generation, Group, PagePlan, Photo, PlanKind, Story
from portal_crawler.demo.plan_charsets import charset_of
from portal_crawler.demo.plan_lists import entry_of
from portal_crawler.demo.prose import Prose

_W = f"http://{MAIN}"
_E = f"{_W}/english"
TOPIC = "congress"
EXCHANGE, WEATHER = f"{_E}/exchange.htm", f"{_E}/weather.htm"
_COUNTRIES = (
    "Norway",
    "Kenya",
    "Brazil",
    "Portugal",
    "Vietnam",
    "Chile",
    "Canada",
    "Egypt",
    "Finland",
    "Greece",
    "Hungary",
    "Iceland",
    "Jordan",
    "Laos",
    "Mexico",
    "Nepal",
    "Oman",
    "Peru",
    "Qatar",
    "Romania",
    "Sweden",
    "Tunisia",
    "Uruguay",
    "Zambia",
)


def service_plans(stories: Sequence[Story], seed: int) -> Iterator[PagePlan]:
    """Service pages of the B layout, which the others link to as well, and a foot's pages."""
    rng, prose = Random(f"{seed}:services"), Prose(f"{seed}:services")
    charset, declared = charset_of(Generation.B2)
    base = PagePlan(_E, PlanKind.OTHER, Generation.B2, charset=charset, declared=declared)
    rates = exchange_rows(rng)
    hotels = (
        ("Hotel", "Rooms", "Telephone"),
        *((f"Hotel {name}", str(rng.randint(20, 300)), f"555 {rng.randint(1000, 9999)}") for name in _COUNTRIES[8:18]),
    )
    for url, title, rows in ((EXCHANGE, "Exchange Rates", rates), (f"{_E}/hotel.htm", "Hotel Service", hotels)):
        yield replace(base, url=url, title=title, rows=rows)
    yield replace(base, url=WEATHER, title="Weather", rows=weather_rows(rng))
    for name, title in (("learning", "Learning Chinese"), ("about", "About Us")):
        yield replace(base, url=f"{_E}/{name}.htm", title=title, body=prose.paragraphs(rng, 3, (1, 2)))
    yield replace(
        base,
        url=f"{_E}/feedback.htm",
        kind=PlanKind.FORM,
        title="Feedback",
        fields=("Name", "E-mail", "Subject", "Message"),
    )
    sections = tuple(Entry(story.url, story.title) for story in stories[:: max(1, len(stories) // 12)][:12])
    yield replace(base, url=f"{_E}/sitemap.htm", title="SiteMap", groups=(Group("A few of our pages", sections),))
    external = tuple(
        Entry(f"http://other{at % 7 + 1}.test/{name.lower()}/", f"Embassy of {name}")
        for at, name in enumerate(_COUNTRIES)
    )
    yield replace(
        base,
        url=f"{_E}/embassies.htm",
        title="Embassies and Ministries",
        groups=(Group("Embassies", external),),
        traits=_UNLISTED,
    )
    for generation in (Generation.B3, Generation.C, Generation.D):
        codec, said = charset_of(generation)
        yield PagePlan(
            f"{_W}/frames/{generation.value.lower()}.htm",
            PlanKind.HUB,
            generation,
            "inner",
            "Headlines",
            groups=(headlines(stories, generation),),
            charset=codec,
            declared=said,
        )


def exchange_rows(rng: Random) -> tuple[tuple[str, ...], ...]:
    """The day's rates of eight currencies."""
    return (
        ("Currency", "Unit", "Buying", "Selling"),
        *(
            (
                f"{name} crown",
                "100",
                f"{rng.randint(90, 990)}.{rng.randint(10, 99)}",
                f"{rng.randint(90, 990)}.{rng.randint(10, 99)}",
            )
            for name in _COUNTRIES[:8]
        ),
    )


def weather_rows(rng: Random) -> tuple[tuple[str, ...], ...]:
    """The day's weather in six towns."""
    return (
        ("Town", "High", "Low"),
        *((name, f"{rng.randint(10, 35)}", f"{rng.randint(-5, 9)}") for name in _COUNTRIES[:6]),
    )


def headlines(stories: Iterable[Story], generation: Generation) -> Group:
    """The newest of a generation, as they stand in an iframe."""
    newest = [story for story in stories if story.generation is generation][-5:]
    return Group("", tuple(map(entry_of, newest)))


_UNLISTED = frozenset({"unlisted"})
_HUGE = frozenset({"unlisted", "huge"})


def topic_plans(stories: Sequence[Story]) -> Iterator[PagePlan]:
    """A special topic: its front and two lists, which menu each other."""
    told = [story for story in stories if story.topic == TOPIC]
    charset, declared = charset_of(Generation.B2)
    entries = tuple(map(entry_of, told))
    groups = (Group("Latest Updates", entries[: len(entries) // 2]), Group("Background", entries[len(entries) // 2 :]))
    for number, title in (("87221", "River Congress"), ("87222", "Latest Updates"), ("87223", "Photo Journal")):
        yield PagePlan(
            f"{_E}/10th/{number}.htm",
            PlanKind.TOPIC,
            Generation.B3,
            title=title,
            topic=TOPIC,
            groups=groups,
            charset=charset,
            declared=declared,
        )


def gallery_plans(count: int, seed: int) -> Iterator[PagePlan]:
    """Photo galleries of four pictures each, one a page."""
    rng = Random(f"{seed}:gallery")
    for at in range(count):
        number = 818_000 + at
        names = [f"content_{number}.htm", *(f"content_{number}_{part}.htm" for part in range(2, 5))]
        title = f"Lantern Fair on the River, Evening {at + 1}"
        for part, name in enumerate(names):
            pager = tuple(Entry("" if other == name else other, str(number)) for number, other in enumerate(names, 1))
            photo = Photo(
                f"/images/photo-{number}{part}_480x320.jpg",
                480,
                320,
                f"Boat {rng.randint(2, 99)} passes the old bridge",
            )
            yield PagePlan(
                f"{_W}/photos/2009-03/19/{name}",
                PlanKind.GALLERY,
                Generation.D,
                title=title,
                section="culture",
                photo=photo,
                pager=pager,
                declared="utf-8",
            )


def old_plans(stories: Sequence[Story]) -> Iterator[PagePlan]:
    """Addresses that moved, vanished or go in circles, and the page that still links to them."""
    told = [story for story in stories if story.generation is Generation.C][:12]
    moved = {f"{_W}/old/{story.number}.htm": story.url for story in told[:6]}
    entries = [Entry(url, f"Moved story {at}") for at, url in enumerate(moved, 1)]
    for at, (url, target) in enumerate(moved.items()):
        yield PagePlan(url, PlanKind.REDIRECT, answer=Answer(301 if at % 2 else 302, target))
    chain = [f"{_W}/chain/{step}.htm" for step in (1, 2, 3)]
    for url, target in zip(chain, (*chain[1:], told[6].url), strict=True):
        yield PagePlan(url, PlanKind.REDIRECT, answer=Answer(302, target))
    loop = (f"{_W}/loop/a.htm", f"{_W}/loop/b.htm")
    yield PagePlan(loop[0], PlanKind.REDIRECT, answer=Answer(302, loop[1]))
    yield PagePlan(loop[1], PlanKind.REDIRECT, answer=Answer(302, loop[0]))
    for style in ("stub-meta", "stub-script"):
        yield PagePlan(
            f"{_W}/{style}.htm", PlanKind.REDIRECT, Generation.C, style, groups=(Group("", (Entry(told[7].url, ""),)),)
        )
    for status in (403, 404, 410, 500):
        yield PagePlan(f"{_W}/gone/{status}.htm", PlanKind.ERROR, answer=Answer(status))
    for at in range(4):
        yield PagePlan(
            f"{_W}/china/2009-03/19/content_99{at}.htm",
            PlanKind.ERROR,
            Generation.D,
            "soft404",
            section="china",
            declared="utf-8",
        )
    charset, declared = charset_of(Generation.D)
    yield PagePlan(
        f"{_W}/all.htm",
        PlanKind.HUB,
        Generation.D,
        title="All on One Page",
        groups=(Group("", tuple(map(entry_of, told))),),
        charset=charset,
        declared=declared,
        traits=_HUGE,
    )
    yield PagePlan(f"{_W}/empty.htm", PlanKind.OTHER, Generation.B2, "empty")
    odd = [
        chain[0],
        *loop,
        f"{_W}/stub-meta.htm",
        f"{_W}/stub-script.htm",
        f"{_W}/empty.htm",
        f"{_W}/all.htm",
        f"{_W}/private/secret.htm",
    ]
    odd += [f"{_W}/gone/{status}.htm" for status in (403, 404, 410, 500)] + [
        f"{_W}/china/2009-03/19/content_99{at}.htm" for at in range(4)
    ]
    odd += [f"{told[8].url};jsessionid=A1B2C3", f"{told[9].url}?from=rss", told[10].url.replace(".test/", ".test:80/")]
    entries += [Entry(url, f"Old address {at}") for at, url in enumerate(odd, 1)]
    yield PagePlan(
        f"{_E}/old.htm",
        PlanKind.HUB,
        Generation.B3,
        title="Old Addresses",
        groups=(Group("", tuple(entries)),),
        charset="cp1252",
        traits=_UNLISTED,
    )
    months = tuple(Entry(f"http://{ARCHIVE}/calendar?year=2010&month={month}", f"Month {month}") for month in (5, 7))
    yield PagePlan(
        f"http://{ARCHIVE}/calendar?year=2010&month=6",
        PlanKind.HUB,
        Generation.D,
        title="Calendar",
        groups=(Group("", months),),
        traits=_UNLISTED,
    )

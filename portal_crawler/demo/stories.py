"""Stories: what the editors of the demo portal wrote from 1999 to 2010, by generation of its layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from portal_crawler.demo.hosts import CHINESE, MAIN
from portal_crawler.demo.model import Generation, Photo, Story
from portal_crawler.demo.prose import Prose, author
from portal_crawler.demo.prose_zh import ProseZh

# Share of a generation's stories in the portal, and the days between which they appeared.
_ERAS = {
    Generation.A: (0.08, date(1999, 10, 1), date(2001, 12, 20)),
    Generation.B1: (0.08, date(2002, 1, 5), date(2002, 11, 20)),
    Generation.B2: (0.22, date(2002, 12, 1), date(2004, 10, 25)),
    Generation.B3: (0.15, date(2004, 11, 1), date(2005, 12, 20)),
    Generation.C: (0.20, date(2006, 1, 5), date(2008, 12, 20)),
    Generation.D: (0.19, date(2009, 1, 5), date(2010, 6, 20)),
    Generation.Z: (0.08, date(2002, 2, 1), date(2005, 12, 1)),
}
CODES = (
    "china",
    "international",
    "BAT",
    "culture",
    "government",
    "scitech",
    "environment",
    "Life",
    "people",
    "travel",
    "opinion",
)
_AGENCIES = ("RiverNews", "Valley Daily", "Delta Press", "Coast Daily")
_AGENCIES_ZH = ("大河日报", "三湖晚报")
_DISCLAIMER = "The views expressed here are those of the author and do not reflect the position of Great River Online."
_LEAD = "This is the weekly bulletin of the RiverNews agency on trade along the river, from the reports of its offices."
_CAPTIONS = (
    "The evening ferry leaves the old quarter.",
    "Lanterns on the quay before the fair.",
    "A heron above the wetlands.",
)
# Of each kind, per hundred stories.
_KINDS = (("op-ed", 10), ("speech", 4), ("interview", 5), ("brief", 14), ("news", 67))


def make_stories(count: int, seed: int) -> dict[int, Story]:
    """About ``count`` stories, edited versions among them, by number, in the order in which they appeared."""
    prose, chinese = Prose(str(seed)), ProseZh()
    stories: dict[int, Story] = {}
    number = 10_000
    for generation, (share, first, last) in _ERAS.items():
        total = max(8, round(count * share * 0.94))
        for at in range(total):
            number += 7
            rng = Random(f"{seed}:story:{number}")
            day = first + timedelta(days=round((last - first).days * at / total))
            make = (
                _chinese(number, day, rng, chinese)
                if generation is Generation.Z
                else _english(number, generation, day, rng, prose)
            )
            stories[number] = make
            if generation not in (Generation.Z, Generation.A) and at % 12 == 5:
                edited = _edited(make, rng, prose)
                stories[edited.number] = edited
    return dict(_related(stories))


def _english(number: int, generation: Generation, day: date, rng: Random, prose: Prose) -> Story:
    kind = rng.choices([name for name, _ in _KINDS], [weight for _, weight in _KINDS])[0]
    section = "opinion" if kind == "op-ed" and rng.random() < 0.5 else rng.choice(CODES)
    count = {"brief": rng.randint(1, 2), "op-ed": rng.randint(8, 20), "speech": rng.randint(10, 22)}.get(
        kind
    ) or rng.randint(4, 12)
    paragraphs = prose.paragraphs(rng, count)
    if kind == "news" and section == "BAT" and rng.random() < 0.3:
        paragraphs = (_LEAD, *paragraphs)
    byline = author(rng) if kind in ("op-ed", "interview", "news") and rng.random() < 0.5 else None
    note = None
    if kind == "op-ed":
        note = (
            f"The author is a fellow of the Institute of Delta Studies. The text appeared on page {rng.randint(2, 9)}."
        )
    multi = kind == "speech" and generation in (Generation.B2, Generation.B3, Generation.C) and rng.random() < 0.6
    third = len(paragraphs) // 3
    return Story(
        number=number,
        kind=kind,
        section=section,
        generation=generation,
        day=day,
        title=prose.headline(rng),
        paragraphs=paragraphs,
        url=first_address(number, generation, section, day),
        source=rng.choice(_AGENCIES),
        byline=byline,
        note=note,
        disclaimer=_DISCLAIMER if section == "opinion" else None,
        photo=_photo(number, rng) if rng.random() < 0.3 and kind != "brief" else None,
        parts=(third, third, len(paragraphs) - 2 * third) if multi else (),
    )


def _chinese(number: int, day: date, rng: Random, prose: ProseZh) -> Story:
    return Story(
        number=number,
        kind="news",
        section=rng.choice(CODES[:6]),
        generation=Generation.Z,
        day=day,
        title=prose.headline(rng),
        paragraphs=prose.paragraphs(rng, rng.randint(3, 8)),
        url=first_address(number, Generation.Z, "", day),
        source=rng.choice(_AGENCIES_ZH),
        language="zh",
    )


def first_address(number: int, generation: Generation, section: str, day: date) -> str:
    """The address under which a story appears."""
    if generation is Generation.Z:
        return f"http://{CHINESE}/chinese/{day:%Y}/{day:%b}/{number}.htm"
    if generation is Generation.A:
        return f"http://{MAIN}/{section.title()}/{day:%y/%m}/{section[:3].lower()}{number}.html"
    if generation is Generation.D:
        return f"http://{MAIN}/{section}/{day:%Y-%m/%d}/content_1{number}.htm"
    return f"http://{MAIN}/english/{section}/{number}.htm"


def _photo(number: int, rng: Random) -> Photo:
    return Photo(f"/images/photo-{number}_200x150.jpg", 200, 150, rng.choice(_CAPTIONS))


def _edited(story: Story, rng: Random, prose: Prose) -> Story:
    """A later version under another number: headline corrected, a paragraph added, a number changed."""
    number = story.number + 3
    added = prose.paragraphs(rng, 1)
    day = story.day + timedelta(days=1)
    return replace(
        story,
        number=number,
        day=day,
        title=f"{story.title} (Updated)" if rng.random() < 0.3 else story.title.replace(" in ", " at ", 1),
        paragraphs=(*story.paragraphs[:1], *added, *story.paragraphs[1:]),
        url=first_address(number, story.generation, story.section, day),
        parts=(),
        edit_of=story.number,
        edits=("headline corrected", "paragraph added"),
    )


def _related(stories: dict[int, Story]) -> Iterator[tuple[int, Story]]:
    """Each story with five older ones of its generation."""
    earlier: dict[Generation, list[int]] = {}
    for number, story in stories.items():
        known = earlier.setdefault(story.generation, [])
        yield number, replace(story, related=tuple(known[-6:-1]))
        if story.edit_of is None:
            known.append(number)

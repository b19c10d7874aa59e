"""Boxes that pages of a portal carry around their content: adverts, promotions, retired boxes, hidden spam.

Advertised addresses are of external hosts (``other*.test``), which a crawl of the portal never asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from portal_crawler.demo.model import Entry, Story

_ADVERTS = (
    ("Harbour Air: fly to nine cities from 88 yuan", "harbour_air"),
    ("Special offer on spring tea, delivered to your door", "spring_tea"),
    ("Learn to paint with ink in twelve evenings", "ink_school"),
    ("Subscribe to our weekly newsletter", "newsletter"),
    ("Three Bridges Hotel: stay two nights, pay for one", "bridges"),
    ("Win a trip to the lantern fair", "lanterns"),
    ("River Bank: open an account in ten minutes", "river_bank"),
    ("Photo contest: my home town", "photo_contest"),
    ("Invest in the Eastern Development Zone", "east_zone"),
    ("Mobile phones at factory prices", "mobiles"),
    ("Study abroad fair, free tickets", "study_fair"),
    ("Old Street porcelain, shipped worldwide", "porcelain"),
)
_SPAM = (
    "cheap pills online no prescription", "casino bonus without deposit", "replica watches outlet",
    "payday loans today", "free ringtones download", "discount handbags sale", "work from home and earn",
    "lowest mortgage rates",
)  # fmt: skip
_OLD_TITLES = ("Editor's Picks", "Photo Gallery", "Readers' Forum", "Special Reports", "Voices of the Week")


@dataclass(frozen=True, slots=True)
class OldBox:
    """A retired box, left in a page inside a comment."""

    title: str
    lines: tuple[Entry, ...]


def adverts(rng: Random, count: int) -> tuple[Entry, ...]:
    """``count`` different adverts."""
    chosen = rng.sample(range(len(_ADVERTS)), count)
    return tuple(
        Entry(f"http://other{number % 5 + 1}.test/offer/{_ADVERTS[number][1]}.htm", *_ADVERTS[number])
        for number in chosen
    )


def partners() -> tuple[Entry, ...]:
    """Links to partner sites at the foot of the last generation's pages."""
    names = ("Coast Daily", "Hill Radio", "Lake Television", "Evening Lantern", "Plains Agency")
    return tuple(Entry(f"http://other{number}.test/", name) for number, name in enumerate(names, 1))


def old_box(rng: Random, stories: tuple[Story, ...]) -> OldBox | None:
    """A box of old headlines with the first words of their stories, up to about 3,000 characters of real words."""
    if not stories:
        return None
    lines = []
    for story in stories:
        words = story.paragraphs[0] if story.paragraphs else ""
        # A comment ends at "--" followed by ">": no retired box may end early.
        lines.append(Entry(story.url, f"{story.title}. {words[: rng.randint(120, 420)]}".replace("--", "-")))
    return OldBox(rng.choice(_OLD_TITLES), tuple(lines))


def spam(rng: Random) -> tuple[Entry, ...]:
    """The links that a cloned site hides at the top of every page."""
    count = rng.randint(5, len(_SPAM))
    return tuple(Entry(f"http://other{rng.randint(6, 9)}.test/{index}.htm", _SPAM[index]) for index in range(count))

"""Lives: what happens to each story of the demo portal in the year of its chronicle, and when.

Days are counted from 0.0, the first midnight, to 365.0. The rates are assumptions about a news portal with a large
archive, taken from measurements and not from what a crawler would like:

- *New.* A quarter of the stories of every layout but the oldest, which is closed, appear within the year, at any hour.
- *Corrections.* 28 of 100 new stories are changed after they are out: 165,000 of 600,000 articles, C. Tsoukaladelis et
  al., The Times, They Are A-Changin': Characterizing Post-Publication Changes to Online News. How often differs much
  (log-normal, once for half of them, a few ten times and more). Nine in ten corrections come in the first days
  (exponential, 1.5 days in the mean), the tenth at any time.
- *Living pages.* One story in ten, old or new, is kept up to date all year round, as a Poisson process of its own rate
  (J. Cho and H. Garcia-Molina, The Evolution of the Web and Implications for an Incremental Crawler, VLDB 2000; the
  same, Estimating Frequency of Change, ACM TOIT 3(3), 2003). The rates are log-normal around once in 45 days, from
  twice a day to once a year: what a page did says what it will do, and pages differ widely (D. Fetterly et
  al., A Large-Scale Study of the Evolution of Web Pages, WWW 2003).
- *The rest never changes.* Half of the pages of 154 sites that stayed did not change in a year (A. Ntoulas et al.,
  What's New on the Web?, WWW 2004); in an archive of news it is more.
- *Addresses.* 6 of 100 stories move within a year and 5 vanish, far fewer than on those sites, as an agency keeps its
  archive. Links to half of those that vanished stay.

Contains no clock, no file and no network.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from portal_crawler.demo.edits import Editor
from portal_crawler.demo.model import Generation, Story
from portal_crawler.demo.stories import first_address

YEAR = 365.0
# The date of day 0: the day after the last story that the portal has without a chronicle.
START = date(2010, 6, 21)
_NEW = 0.25
_CORRECTED, _MOST_CORRECTIONS = 0.28, 12
_FIRST_DAYS, _LATE = 1.5, 0.1
_LIVING, _LIVING_RATE, _SPREAD = 0.1, 1 / 45, 1.2
_SLOWEST, _FASTEST = 1 / YEAR, 2.0
_MOVED, _VANISHED = 0.06, 0.05
# Days after which the edited version of a story appears under a number of its own.
_EDITION = 1.0


@dataclass(frozen=True, slots=True)
class Life:
    """One story through the year.

    ``published`` is the day on which it appears, ``None`` where it was there before. ``versions`` is the story as it
    first stood and after each of ``changes`` (days, ascending), always under its first address. From the day ``moved``
    on it is at ``new_url``; from ``vanished`` on it answers ``status``, and links to it are gone from lists where
    ``unlinked``. A story that moves does not vanish.
    """

    versions: tuple[Story, ...]
    published: float | None = None
    changes: tuple[float, ...] = ()
    moved: float | None = None
    new_url: str = ""
    vanished: float | None = None
    status: int = 404
    unlinked: bool = False

    def out(self, day: float) -> bool:
        """Whether the story has appeared by then; also where it has vanished since."""
        return self.published is None or self.published <= day

    def gone(self, day: float) -> bool:
        """Whether it has vanished by then."""
        return self.vanished is not None and self.vanished <= day

    def away(self, day: float) -> bool:
        """Whether it has moved by then."""
        return self.moved is not None and self.moved <= day

    def version(self, day: float) -> Story:
        """Its text on a day, under its first address."""
        return self.versions[bisect_right(self.changes, day)]

    def story(self, day: float) -> Story:
        """The story on a day, under the address that it has then."""
        version = self.version(day)
        return replace(version, url=self.new_url) if self.away(day) else version

    def last_event(self, day: float) -> float | None:
        """When something last happened to it, up to a day."""
        events = (self.published, self.moved, self.vanished, *self.changes)
        return max((at for at in events if at is not None and at <= day), default=None)


def draw_lives(stories: Mapping[int, Story], seed: int) -> dict[int, Life]:
    """The year of every story, in the order of ``stories``."""
    published, editor = _appearances(stories, seed), Editor(seed)
    return {
        number: _life(story, published.get(number), Random(f"{seed}:life:{number}"), editor)
        for number, story in stories.items()
    }


def _appearances(stories: Mapping[int, Story], seed: int) -> dict[int, float]:
    """The days on which new stories appear: the newest of each layout, in their order, each edition after its story."""
    found: dict[int, float] = {}
    for generation in Generation:
        told = [story for story in stories.values() if story.generation is generation and story.edit_of is None]
        count = 0 if generation is Generation.A else round(len(told) * _NEW)
        rng = Random(f"{seed}:published:{generation}")
        days = sorted(rng.uniform(0, YEAR) for _ in range(count))
        found |= {story.number: day for story, day in zip(told[len(told) - count :], days, strict=True)}
    editions = [story for story in stories.values() if story.edit_of in found]
    return found | {story.number: found[story.edit_of] + _EDITION for story in editions if story.edit_of is not None}


def _life(story: Story, published: float | None, rng: Random, editor: Editor) -> Life:
    first = story if published is None else _dated(story, published)
    start = published or 0.0
    moved, vanished = _fate(start, rng)
    end = vanished if vanished is not None else YEAR
    days = [*_corrections(published, rng), *_upkeep(start, rng)]
    changes = sorted(day for day in days if start < day < end)
    versions = [first]
    for _ in changes:
        versions.append(editor.edited(versions[-1], rng))
    return Life(
        versions=tuple(versions),
        published=published,
        changes=tuple(changes),
        moved=moved,
        new_url=_filed(first.url) if moved is not None else "",
        vanished=vanished,
        status=rng.choice((404, 404, 410)),
        unlinked=rng.random() < 0.5,
    )


def _dated(story: Story, published: float) -> Story:
    """The story with the date of the day on which it appears, and the address that it gets then."""
    day = START + timedelta(days=int(published))
    return replace(story, day=day, url=first_address(story.number, story.generation, story.section, day))


def _fate(start: float, rng: Random) -> tuple[float | None, float | None]:
    """When a story moves, and when it vanishes: one of the two at most."""
    dice, day = rng.random(), rng.uniform(0, YEAR)
    if day <= start or dice >= _MOVED + _VANISHED:
        return None, None
    return (day, None) if dice < _MOVED else (None, day)


def _corrections(published: float | None, rng: Random) -> list[float]:
    if published is None or rng.random() >= _CORRECTED:
        return []
    count = min(_MOST_CORRECTIONS, 1 + int(rng.lognormvariate(0, 1)))
    late = [rng.random() < _LATE for _ in range(count)]
    return [published + (rng.uniform(0, YEAR) if one else rng.expovariate(1 / _FIRST_DAYS)) for one in late]


def _upkeep(start: float, rng: Random) -> list[float]:
    if rng.random() >= _LIVING:
        return []
    rate = min(_FASTEST, max(_SLOWEST, _LIVING_RATE * rng.lognormvariate(0, _SPREAD)))
    days, day = [], start + rng.expovariate(rate)
    while day < YEAR:
        days.append(day)
        day += rng.expovariate(rate)
    return days


def _filed(url: str) -> str:
    """The address of a story that was filed into a dossier of its section."""
    folder, _, name = url.rpartition("/")
    return f"{folder}/dossier/{name}"

"""Corpus: news articles of which it is known which are one story, from a seed.

Seven in ten are stories of their own; the rest are copies of them, changed in the ways in which portals change
stories. A fifth of all articles belong to templated families (rates, weather, results), whose members differ in
numbers and names alone and are each a story of its own. Stories share paragraphs that an agency sends with many.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tongue import Tongue

# Of the copies, the share of each kind.
KINDS = {
    "exact": 0.22, "truncated": 0.2, "updated": 0.18, "re-headlined": 0.12, "re-bylined": 0.1,
    "boilerplate-injected": 0.1, "re-translated": 0.08,
}  # fmt: skip
_TEMPLATED = 0.2
# Half of the families have no more than some ten members.
_DISCOUNT = 0.4
# Copies of a story that has any: one in most cases, seldom more than four.
_COPIES = (1, 1, 1, 1, 2, 2, 3, 5)
_NUMBER = re.compile(r"\d+")
_SLOT = re.compile(r"\{(\w+)\}")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Article:
    """One article; ``story`` names what it tells, ``change`` how this copy came to be ("" of the original)."""

    id: str
    url: str
    title: str
    paragraphs: tuple[str, ...]
    story: int
    change: str = ""
    family: int | None = None

    def record(self) -> dict[str, object]:
        """The line of it that a deduplication is given."""
        return {"id": self.id, "url": self.url, "title": self.title, "text": "\n\n".join(self.paragraphs)}


class Newsroom:
    """Writes articles. ``seed`` decides all of them."""

    def __init__(self, seed: int, *, chinese: bool = False) -> None:
        self.tongue = Tongue(seed, chinese=chinese)
        self.rng = random.Random(seed)
        self._agency = [self.tongue.paragraph() for _ in range(400)]
        self._boilerplate = [tuple(self.tongue.paragraph() for _ in range(3)) for _ in range(12)]
        self._families: list[Family] = []
        self._told = set[tuple[str, ...]]()
        self._members: list[int] = []

    def story(self, number: int) -> Article:
        """A story of its own."""
        count = max(2, min(24, int(self.rng.lognormvariate(1.7, 0.5))))
        paragraphs = [self.tongue.paragraph() for _ in range(count)]
        if self.rng.random() < 0.12:
            paragraphs.insert(self.rng.randint(1, count), self.rng.choice(self._agency))
        return self._article(number, self.tongue.headline(), paragraphs)

    def templated(self, number: int) -> Article:
        """One more member of a templated family: some have hundreds, most a few (Pitman and Yor's process)."""
        told, kinds = len(self._members), len(self._families)
        if self.rng.random() < (1 + _DISCOUNT * kinds) / (1 + told):
            self._families.append(Family(self.tongue, self.rng))
            at = kinds
        else:
            at = self.rng.choice(self._members)
        self._members.append(at)
        title, paragraphs = self._families[at].member(self.tongue, self.rng)
        while tuple(paragraphs) in self._told:
            title, paragraphs = self._families[at].member(self.tongue, self.rng)
        self._told.add(tuple(paragraphs))
        return replace(self._article(number, title, paragraphs), family=at)

    def _article(self, number: int, title: str, paragraphs: list[str]) -> Article:
        url = f"http://www.portal.test/{self.rng.randrange(10**9)}/{number}.htm"
        return Article("", url, title, tuple(paragraphs), number)

    def copy(self, article: Article, change: str) -> Article:
        """The article once more, changed in such a way."""
        url = f"http://www.portal.test/{self.rng.randrange(10**9)}/c.htm"
        changed: Article = getattr(self, "_" + change.replace("-", "_"))(article)
        if changed.family is not None and change != "exact":
            if changed.paragraphs in self._told:  # what is left of it is every member's: nobody could tell
                return self.copy(article, "exact")
            self._told.add(changed.paragraphs)
        return replace(changed, url=url, change=change)

    def _exact(self, article: Article) -> Article:
        return article

    def _truncated(self, article: Article) -> Article:
        """The beginning of it, a fifth to four fifths, not always cut at a paragraph."""
        words = self.tongue.words_of("\n\n".join(article.paragraphs))
        kept = self.tongue.gap.join(words[: max(30, int(len(words) * self.rng.uniform(0.2, 0.8)))])
        paragraphs = kept.split("\n\n")
        return replace(
            article, paragraphs=tuple(paragraphs if self.rng.random() < 0.5 else paragraphs[:-1] or paragraphs)
        )

    def _updated(self, article: Article) -> Article:
        """Paragraphs rewritten, taken out and added, numbers corrected."""
        paragraphs, rng = list(article.paragraphs), self.rng
        for _ in range(max(1, int(len(paragraphs) * rng.uniform(0.1, 0.4)))):
            at = rng.randrange(len(paragraphs))
            way = rng.random()
            if way < 0.4:
                paragraphs.insert(at, self.tongue.paragraph())
            elif way < 0.7:
                paragraphs[at] = self.tongue.paragraph()
            elif way < 0.85 and len(paragraphs) > 2:
                del paragraphs[at]
            else:
                paragraphs[at] = _NUMBER.sub(lambda found: str(int(found[0]) + 1), paragraphs[at], count=2)
        return replace(article, paragraphs=tuple(paragraphs))

    def _re_headlined(self, article: Article) -> Article:
        return replace(article, title=self.tongue.headline())

    def _re_bylined(self, article: Article) -> Article:
        line = f"{self.tongue.name()}{self.tongue.gap}({self.tongue.name()})"
        return replace(article, paragraphs=(line, *article.paragraphs))

    def _boilerplate_injected(self, article: Article) -> Article:
        """What a site puts under every story, and sometimes in its middle."""
        site = self.rng.choice(self._boilerplate)
        at = self.rng.randint(1, len(article.paragraphs))
        middle = (*article.paragraphs[:at], site[0], *article.paragraphs[at:])
        return replace(article, paragraphs=(*middle, *site[1:]))

    def _re_translated(self, article: Article) -> Article:
        """One word in eight to one in thirty is another; the order within a sentence stays."""
        share = self.rng.uniform(1 / 30, 1 / 8)
        return replace(article, paragraphs=tuple(self._reworded(text, share) for text in article.paragraphs))

    def _reworded(self, text: str, share: float) -> str:
        words = self.tongue.words_of(text)
        return self.tongue.gap.join(self.tongue.word() if self.rng.random() < share else word for word in words)


class Family:
    """A templated family: sentences with places for numbers, names and days, the same for all its members.

    Rates are all numbers, temperatures small ones, a fixture has two of them and names.
    """

    def __init__(self, tongue: Tongue, rng: random.Random) -> None:
        self._slots = rng.choice(
            (("rate",), ("small",), ("small", "name"), ("rate", "name", "day"), ("small", "name", "day"))
        )
        self._share = rng.choice((0.01, 0.01, 0.02, 0.02, 0.04, 0.12))
        self._title = self._form(tongue.headline(), tongue, rng)
        self._paragraphs = [self._form(tongue.paragraph(), tongue, rng) for _ in range(rng.randint(1, 5))]
        for at in range(rng.choice((2, 3, 4))):
            text = self._paragraphs[at % len(self._paragraphs)]
            self._paragraphs[at % len(self._paragraphs)] = f"{text[:-1]}{tongue.gap}{{{self._slots[0]}}}{text[-1:]}"

    def _form(self, text: str, tongue: Tongue, rng: random.Random) -> str:
        words = tongue.words_of(_NUMBER.sub("", text))
        return tongue.gap.join(
            f"{{{rng.choice(self._slots)}}}" if rng.random() < self._share else word for word in words if word
        )

    def member(self, tongue: Tongue, rng: random.Random) -> tuple[str, list[str]]:
        """Headline and paragraphs of one more member."""
        makers: dict[str, Callable[[], str]] = {
            "rate": lambda: f"{rng.randrange(1, 100_000) / rng.choice((1, 10, 100, 1000)):g}",
            "small": lambda: str(rng.randrange(1, 40)),
            "name": tongue.name,
            "day": lambda: rng.choice(_DAYS),
        }

        def filled(text: str) -> str:
            return _SLOT.sub(lambda found: makers[found[1]](), text)

        return filled(self._title), [filled(text) for text in self._paragraphs]


def written(seed: int, count: int, *, chinese: bool = False) -> list[Article]:
    """A corpus of ``count`` articles, in an order drawn by chance."""
    room = Newsroom(seed, chinese=chinese)
    rng, found, number = room.rng, list[Article](), 0
    while len(found) < count:
        number += 1
        templated = rng.random() < _TEMPLATED * 1.4
        article = room.templated(number) if templated else room.story(number)
        found.append(article)
        if rng.random() < (0.06 if templated else 0.28):
            kinds = rng.choices(list(KINDS), list(KINDS.values()), k=rng.choice(_COPIES))
            found += [room.copy(article, kind) for kind in kinds]
    del found[count:]
    rng.shuffle(found)
    return [replace(article, id=f"{place:06}") for place, article in enumerate(found)]


def write_corpus(path: Path, articles: list[Article]) -> None:
    """The corpus as ``dedup --batch`` takes it, and beside it what is true of it (``.truth.jsonl``)."""
    with path.open("w", encoding="utf-8") as lines, path.with_suffix(".truth.jsonl").open("w") as truth:
        for article in articles:
            print(json.dumps(article.record(), ensure_ascii=False), file=lines)
            known = {key: value for key, value in asdict(article).items() if key in {"id", "story", "change", "family"}}
            print(json.dumps(known), file=truth)


def stories_of(articles: list[Article]) -> Iterator[tuple[int, list[Article]]]:
    """Every story with its articles."""
    by_story: dict[int, list[Article]] = {}
    for article in articles:
        by_story.setdefault(article.story, []).append(article)
    yield from by_story.items()

"""Prose: readable English sentences about a made-up river valley, put together by a seeded grammar.

No sentence comes twice from one ``Prose``: the portal's stories share only the sentences that are meant to be shared.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from portal_crawler.demo import words

_NEWS = (
    "{Who} {said} that {fact}.", "{Who} {said} that {fact}, although {fact2}.", "According to {who}, {fact}.",
    "“{Fact},” {who} {said}.", "{Fact}, {who} {said}; {fact2}.", "{turn}", "{turn}",
    "In {place}, where {fact}, {who} {said} that {fact2}.", "When {who} {said} that {fact}, hardly anyone was surprised.",
    "{Fact}, but {fact2}.", "It was not until {month} that {who} {said} how {fact}.", "Asked about {place}, {who} {said} that {fact}.",
    "{Who}, which doubted it at first, now holds that {fact}.", "While {fact}, {who} {said} that {fact2}.",
)  # fmt: skip
_OPINION = (
    "I believe that {fact}, and that {who} should say so.", "It is easy to write that {fact}; it is harder to ask why.",
    "What does it mean for {place} that {fact}?", "Those who claim that {fact} forget that {fact2}.",
    "Without {trait}, {who} will not find out whether {fact}.", "Suppose that {fact}: who would thank {who} in {month}?",
    "{Trait} alone is no policy, even where {fact}.", "My neighbour in {place} puts it simply: {fact}.",
    "The critics, {who} among them, reply that {fact}.", "It follows that {trait} matters more in {place} than the claim that {fact}.",
)  # fmt: skip
_SPEECH = (
    "We meet in {place} at a time when {fact}.", "Let us remember that {fact}, and let us thank {who} for it.",
    "We shall not rest until {place} has its {ord} {thing}, and {n} more after it.", "Dear friends in {place}, {fact}.",
    "Our answer must be {trait}, for {fact}.", "I wish to assure {who} that {fact}, and that {fact2}.",
    "{N} years ago nobody in {place} believed that {fact}.", "On behalf of {who} I declare that {fact}.",
)  # fmt: skip
_QUESTIONS = (
    "Is it true that {fact}?", "What will {place} do if {fact}?", "Why did {who} say that {fact}?",
    "How does {trait} help when {fact}?", "When did you first hear that {fact}?",
)  # fmt: skip
_ANSWERS = (
    "Yes, {fact}.", "I would rather say that {fact}.", "Not quite: {fact}, and {fact2}.", "{Who} asked me the same in {place}; {fact}.",
    "People in {place} know that {fact}.", "Give us until {month}, and you will see that {fact}.",
)  # fmt: skip
_VOICES = {"news": _NEWS, "brief": _NEWS, "op-ed": _OPINION + _NEWS[:5], "speech": _SPEECH, "chapter": _NEWS}
_SMALL = frozenset(("a", "to", "by", "of", "the", "and", "on", "in", "for", "at", "its", "until"))
_LISTED = tuple(words.FACTS)
_NUMBERS = ("Seven", "Nine", "Ten", "Twelve", "Fifteen", "Twenty", "Thirty", "Forty", "Sixty")
# How often a story keeps to its own people and places.
_FAITHFUL = 0.65


class Prose:
    """Sentences, paragraphs and headlines that never repeat within one portal."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def paragraphs(
        self, rng: Random, count: int, sentences: tuple[int, int] = (2, 5), section: str = "", kind: str = "news"
    ) -> tuple[str, ...]:
        """``count`` paragraphs of a kind of story (news, brief, op-ed, speech, interview, chapter) about a section.

        An interview's paragraphs are questions and answers by turns, marked ``Q:`` and ``A:``.
        """
        cast = _Cast(rng, section)
        if kind == "interview":
            return tuple(self._exchange(cast, at, sentences) for at in range(count))
        patterns = _VOICES[kind]
        return tuple(
            " ".join(self._sentence(cast, patterns) for _ in range(rng.randint(*sentences))) for _ in range(count)
        )

    def _exchange(self, cast: _Cast, at: int, sentences: tuple[int, int]) -> str:
        if at % 2 == 0:
            return "Q: " + self._sentence(cast, _QUESTIONS)
        count = cast.rng.randint(*sentences) - 1
        rest = [self._sentence(cast, _OPINION if cast.rng.random() < 0.4 else _NEWS) for _ in range(count)]
        return " ".join(("A: " + self._sentence(cast, _ANSWERS), *rest))

    def _sentence(self, cast: _Cast, patterns: tuple[str, ...]) -> str:
        return self._new(lambda: cast.sentence(cast.rng.choice(patterns)))

    def headline(self, rng: Random) -> str:
        """A headline that was not used before."""
        return self._new(lambda: _headline(rng))

    def _new(self, make: Callable[[], str]) -> str:
        while (text := make()) in self._said:
            pass
        self._said.add(text)
        return text


class _Cast:
    """The people, places and subjects of one story."""

    def __init__(self, rng: Random, section: str) -> None:
        self.rng = rng
        self._who = rng.sample(words.WHO, 4)
        self._places = rng.sample(words.PLACES, 3)
        self._section = section if section in words.FACTS else rng.choice(_LISTED)

    def sentence(self, pattern: str) -> str:
        who, trait, n = self._someone(), self.rng.choice(words.TRAITS), self.rng.choice(_NUMBERS)
        fact, fact2 = self._fact(), self._fact()
        return pattern.format(
            who=who, Who=_capital(who), said=self._filled(self.rng.choice(words.SAID)), fact=fact, Fact=_capital(fact),
            fact2=fact2, turn=self._filled(self.rng.choice(words.TURNS)), place=self._place(), trait=trait, n=n.lower(), N=n,
            Trait=_capital(trait), thing=self.rng.choice(words.THINGS), month=self.rng.choice(words.MONTHS),
            ord=self.rng.choice(words.ORDINALS),
        )  # fmt: skip

    def _fact(self) -> str:
        section = self._section if self.rng.random() < 0.8 else self.rng.choice(_LISTED)
        return self._filled(self.rng.choice(words.FACTS[section]))

    def _someone(self) -> str:
        return self.rng.choice(self._who if self.rng.random() < _FAITHFUL else words.WHO)

    def _place(self) -> str:
        return self.rng.choice(self._places if self.rng.random() < _FAITHFUL else words.PLACES)

    def _filled(self, text: str) -> str:
        rng = self.rng
        return text.format(
            place=self._place(), n=rng.randint(2, 97), big=f"{rng.randint(2, 999)},{rng.randint(0, 999):03}",
            month=rng.choice(words.MONTHS), ord=rng.choice(words.ORDINALS), season=rng.choice(words.SEASONS),
            day=rng.choice(words.DAYS), trait=rng.choice(words.TRAITS),
        )  # fmt: skip


def _headline(rng: Random) -> str:
    who = rng.choice(words.WHO).removeprefix("the ").removeprefix("a ").removeprefix("an ")
    place, place2 = rng.sample(words.PLACES, 2)
    text = rng.choice(words.HEADS).format(
        who=who, thing=rng.choice(words.THINGS), place=place, place2=place2, n=rng.randint(2, 90),
        big=f"{rng.randint(2, 99)},{rng.randint(0, 999):03}", month=rng.choice(words.MONTHS),
        ord=rng.choice(words.ORDINALS), verb=rng.choice(("Backs", "Doubts", "Plans", "Praises", "Delays")),
        verb2=rng.choice(("Up", "Down")), verb3=rng.choice(("Want", "Share", "Refuse", "Celebrate")),
    )  # fmt: skip
    return _capital(" ".join(word if word in _SMALL else _capital(word) for word in text.split()))


def author(rng: Random) -> str:
    """A person's name."""
    return f"{rng.choice(words.FIRST_NAMES)} {rng.choice(words.LAST_NAMES)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

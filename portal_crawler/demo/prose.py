"""Prose: readable English sentences about a made-up river valley, put together by a seeded grammar.

No sentence comes twice from one ``Prose``: the portal's stories share none but those that are meant to be shared.
"""

from __future__ import annotations

from random import Random

_WHO = (
    "the valley's council",
    "a group of nine engineers",
    "the ferry company",
    "the ministry of water",
    "the harbour office",
    "teachers from three villages",
    "the young mayor of Linhe",
    "an old boatman",
    "farmers on the eastern bank",
    "the provincial museum",
    "a visiting delegation",
    "the chamber of commerce",
    "the weather bureau",
    "a team of doctors",
    "the railway administration",
    "the foreign office",
    "the institute of delta studies",
    "two retired editors",
    "the tea growers' union",
    "the environment agency",
    "a panel of economists",
    "the village women's league",
    "the state library",
    "the customs house",
    "the swimming association",
    "the culture department",
    "a Nordic expert",
    "the government's working party",
    "the people of the upper towns",
    "the science academy",
    "the travel bureau",
)
_SAID = (
    "said on {day}",
    "told reporters on {day}",
    "announced in {place}",
    "confirmed in writing",
    "wrote in an open letter",
    "found after {n} weeks of work",
    "warned on {day}",
    "agreed after long talks in {place}",
    "explained to a full hall",
    "noticed before anyone else",
    "insisted",
    "admitted at a meeting in {place}",
    "learned from {n} families",
    "told this paper",
    "declared at the opening of a school in {place}",
    "reported to the assembly",
)
_FACT = (
    "the new bridge at {place} would open before the {season}",
    "rice prices had fallen by {n} percent since {month}",
    "{n} of every hundred households in {place} now owned a telephone",
    "the old quarter of {place} could be saved",
    "trade with {place} had grown to {big} million",
    "the dam's {ord} gate needed repair",
    "no village near {place} would be moved",
    "the railway would carry {big} tons of grain a year",
    "{big} visitors had come to the night market of {place}",
    "students in {place} should learn to swim before the {season}",
    "the census had missed {n} fishing boats near {place}",
    "the air above {place} was cleaner than in {month}",
    "{n} schools would be connected to the network",
    "the water level at {place} had risen by {n} centimetres",
    "a film about {place} would be shown abroad",
    "health insurance would reach {big} people by {month}",
    "the price of a ferry ticket to {place} would not change",
    "the {ord} exhibition of river painting drew {big} guests",
    "exports of silk from {place} rose by {n} percent",
    "{n} kilometres of road between {place} and the coast were ready",
    "the embassy in {place} had received {big} letters",
    "the team from {place} had won its {ord} match",
    "a law on the protection of the wetlands was needed by {month}",
    "hotels in {place} were booked until {month}",
    "{n} species of birds had returned to {place}",
)
_TURN = (
    "Few people in the tea houses of {place} disagreed with {n} pages of arguments.",
    "The figures for {month} are not yet complete, but {n} offices have answered.",
    "It is more than anyone in {place} had dared to hope {n} years ago.",
    "The view is shared on both sides of the water, from {place} to the {ord} lock.",
    "It may take {n} months longer than planned, as the road to {place} shows.",
    "The minutes of the meeting in {place} run to {n} pages and leave little doubt.",
    "That alone would be worth the journey to {place} for {big} travellers.",
    "Culture, weather and trade have always gone together in {place}, {n} witnesses agreed.",
    "Since {month} the government has spent {big} on books and boats for {place}.",
    "Whoever walks along the quay of {place} in {month} can see {n} examples of it.",
)
_PATTERNS = (
    "{Who} {said} that {fact}.",
    "{Who} {said} that {fact}, although {fact2}.",
    "{Who} {said} that {fact}. {turn}",
    "According to {who}, {fact}.",
    "“{Fact},” {who} {said}.",
    "{Fact}, {who} {said}; {fact2}.",
    "{turn}",
    "In {place}, where {fact}, {who} {said} that {fact2}.",
    "When {who} {said} that {fact}, hardly anyone was surprised.",
)
_PLACES = (
    "Linhe",
    "Upper Shan",
    "Old Ferry",
    "Baisha",
    "the delta",
    "Three Lakes",
    "Qingshui",
    "the harbour",
    "Northgate",
    "Yulin Pass",
    "East Bank",
    "the capital",
    "Willow Island",
    "Stone Bridge",
    "Hongtan",
    "Jade Terrace",
    "Lower Wan",
    "the free port",
    "Dragon Bend",
    "Maple Hill",
    "Salt Creek",
    "the border town of Tuoli",
    "Silver Bay",
    "Heron Marsh",
    "Xiaping",
    "Lotus Hollow",
    "Ninefold",
)
_SMALL = frozenset(("a", "to", "by", "of", "the", "and", "on", "in", "for", "at", "would", "be"))
_HEADS = (
    "{who} {verb} {thing} in {place}",
    "{thing} {verb2} {n} Percent in {place}",
    "{place} Opens Its {ord} {thing}",
    "{n} Villages Near {place} {verb3} {thing}",
    "{who} on {thing}: {n} Questions",
    "Why {place} Needs {thing}, and {n} Doubts",
    "{place}, {n} Years After the {thing}",
    "{thing} Brings {big} Visitors to {place}",
    "No {thing} for {place} Until {month}",
)
_THINGS = (
    "river trade",
    "bird reserve",
    "ferry line",
    "school reform",
    "dam project",
    "tea harvest",
    "museum night",
    "flood wall",
    "railway yard",
    "fishing ban",
    "clean water plan",
    "swimming contest",
    "silk fair",
    "health insurance",
    "film week",
    "weather station",
    "travel season",
    "telephone network",
    "grain store",
    "culture festival",
    "science prize",
    "government bond",
    "book market",
)
_NAMES = (
    "Liu Wenhai",
    "Anna Lindqvist",
    "Chen Yuming",
    "Marta Kovacs",
    "Zhao Lan",
    "Peter Holm",
    "Sun Kai",
    "Li Meihua",
    "Tom Barker",
)
_MONTHS = ("January", "March", "April", "May", "June", "July", "September", "October", "November")
_ORDINALS = ("second", "third", "fourth", "fifth", "ninth", "twelfth")


class Prose:
    """Sentences, paragraphs and headlines that never repeat within one portal."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._said: set[str] = set()

    def paragraphs(self, rng: Random, count: int, sentences: tuple[int, int] = (2, 5)) -> tuple[str, ...]:
        """``count`` paragraphs."""
        return tuple(" ".join(self.sentence(rng) for _ in range(rng.randint(*sentences))) for _ in range(count))

    def sentence(self, rng: Random) -> str:
        """A sentence that was not said before."""
        while True:
            pattern = rng.choice(_PATTERNS)
            who, fact, fact2 = rng.choice(_WHO), _filled(rng.choice(_FACT), rng), _filled(rng.choice(_FACT), rng)
            text = pattern.format(
                who=who,
                Who=_capital(who),
                said=_filled(rng.choice(_SAID), rng),
                fact=fact,
                Fact=_capital(fact),
                fact2=fact2,
                turn=_filled(rng.choice(_TURN), rng),
                place=rng.choice(_PLACES),
            )
            if text not in self._said:
                self._said.add(text)
                return text

    def headline(self, rng: Random) -> str:
        """A headline that was not used before."""
        while True:
            who = rng.choice(_WHO).removeprefix("the ").removeprefix("a ").removeprefix("an ")
            text = rng.choice(_HEADS).format(
                who=who,
                thing=rng.choice(_THINGS),
                place=rng.choice(_PLACES),
                n=rng.randint(2, 90),
                big=f"{rng.randint(2, 99)},{rng.randint(0, 999):03}",
                month=rng.choice(_MONTHS),
                ord=rng.choice(_ORDINALS),
                verb=rng.choice(("Backs", "Doubts", "Plans", "Praises", "Delays")),
                verb2=rng.choice(("Up", "Down")),
                verb3=rng.choice(("Want", "Share", "Refuse", "Celebrate")),
            )
            words = [word if word in _SMALL else _capital(word) for word in text.split()]
            title = _capital(" ".join(words))
            if title not in self._said:
                self._said.add(title)
                return title


def author(rng: Random) -> str:
    """A person's name."""
    return rng.choice(_NAMES)


def _filled(text: str, rng: Random) -> str:
    return text.format(
        place=rng.choice(_PLACES),
        n=rng.randint(2, 97),
        big=f"{rng.randint(2, 999)},{rng.randint(0, 999):03}",
        month=rng.choice(_MONTHS),
        ord=rng.choice(_ORDINALS),
        season=rng.choice(("autumn floods", "spring fair", "rains", "holidays")),
        day=rng.choice(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

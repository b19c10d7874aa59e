"""Tongue: running text of a made-up language, by the thousand words, from a seed.

Words follow the law of Zipf and Mandelbrot (p ~ 1 / (rank + 2.7)), sentences open and close with stock phrases as news
does, and every thirtieth word is a number. Two texts share about as many runs of five words as two unrelated news
stories do: the stock phrases, and little else.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

_CONSONANTS, _VOWELS = ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z"), ("a", "e", "i", "o", "u")
_SHIFT = 2.7
# Characters of the Chinese part: the commonest 3,000 of the main block stand close to each other in no order; any do.
_FIRST_CHARACTER, _CHARACTERS = 0x4E00, 3000
_DRAWN = 400_000


class Tongue:
    """Sentences of ``words`` words of vocabulary; in the Chinese form a word is one to three characters."""

    def __init__(self, seed: int, words: int = 30_000, *, chinese: bool = False) -> None:
        self._rng = np.random.default_rng(seed)
        self.chinese = chinese
        self.gap = "" if chinese else " "
        self._words = self._characters(words) if chinese else self._latin(words)
        weights = 1 / (np.arange(len(self._words)) + _SHIFT)
        self._steps = np.cumsum(weights / weights.sum())
        self._ranks: list[int] = []
        self._stock = [self._run(int(self._rng.integers(3, 7))) for _ in range(600)]

    def _latin(self, count: int) -> list[str]:
        """Short words first, as in a language."""
        found = dict[str, None]()
        while len(found) < count:
            parts = 1 + int(len(found) > 40) + int(self._rng.random() < len(found) / count) + int(len(found) > 6_000)
            consonants = self._rng.choice(_CONSONANTS, parts)
            found["".join(c + v for c, v in zip(consonants, self._rng.choice(_VOWELS, parts), strict=True))] = None
        return list(found)

    def _characters(self, count: int) -> list[str]:
        order = self._rng.permutation(_CHARACTERS) + _FIRST_CHARACTER
        found = dict.fromkeys(chr(code) for code in order[:60])
        while len(found) < count:
            # Common characters make most words.
            picked = (self._rng.random(int(self._rng.choice((2, 2, 2, 3)))) ** 2 * _CHARACTERS).astype(int)
            found["".join(chr(code) for code in order[picked])] = None
        return list(found)

    def _rank(self) -> int:
        if not self._ranks:
            self._ranks = np.searchsorted(self._steps, self._rng.random(_DRAWN)).tolist()
        return min(self._ranks.pop(), len(self._words) - 1)

    def word(self) -> str:
        """A word, or now and then a number."""
        rank = self._rank()
        return self.number() if rank % 30 == 29 else self._words[rank]

    def number(self) -> str:
        """A number as news has them: mostly small, some years, some large."""
        size = self._rng.random()
        if size < 0.5:
            return str(self._rng.integers(2, 100))
        return str(self._rng.integers(1995, 2011) if size < 0.75 else self._rng.integers(100, 100_000))

    def _run(self, length: int) -> str:
        return self.gap.join(self.word() for _ in range(length))

    def name(self) -> str:
        """Two rare words with capitals."""
        at = self._rng.integers(len(self._words) // 2, len(self._words), 2)
        return self.gap.join(self._words[int(one)].capitalize() for one in at)

    def sentence(self) -> str:
        """Eight to thirty words."""
        parts = [self._run(int(self._rng.integers(8, 26)))]
        chance = self._rng.random()
        stock = self._stock[int(self._rng.random() ** 2 * len(self._stock))]
        if chance < 0.15:
            parts.insert(0, stock)
        elif chance < 0.3:
            parts.append(stock)
        elif chance < 0.4:
            parts.insert(0, self.name())
        text = self.gap.join(parts)
        return text[:1].upper() + text[1:] + ("。" if self.chinese else ".")

    def paragraph(self) -> str:
        """One to four sentences."""
        return (self.gap).join(self.sentence() for _ in range(int(self._rng.integers(1, 5))))

    def headline(self) -> str:
        """Five to ten words."""
        text = self._run(int(self._rng.integers(5, 11)))
        return text[:1].upper() + text[1:]

    def words_of(self, text: str) -> list[str]:
        """A text in pieces that can be exchanged: words, or in Chinese runs of two characters."""
        if not self.chinese:
            return text.split(" ")
        cuts = [*range(0, len(text), 2), len(text)]
        return [text[one:other] for one, other in pairwise(cuts) if one < other]

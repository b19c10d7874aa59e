"""Edits: what an editor does to a story that is out: a headline corrected, a paragraph added, a number changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from portal_crawler.demo.model import Story
from portal_crawler.demo.prose import Prose
from portal_crawler.demo.prose_zh import ProseZh

HEADLINE, PARAGRAPH, NUMBER = "headline corrected", "paragraph added", "number changed"
# Of ten edits of a story: facts in running text are put right most often.
_KINDS = ((HEADLINE, 2), (PARAGRAPH, 3), (NUMBER, 5))
# A story grows to this many paragraphs more than it had; later edits put its numbers right.
_MOST_ADDED = 6
_NUMBER = re.compile(r"\d+")
_WORDS = ((" in ", " at "), (" at ", " near "), (" near ", " in "))
_MARKS = {"en": (" (Updated)", " (Corrected)"), "zh": ("(更新)", "(更正)")}


class Editor:
    """Edits stories; no paragraph that is added was in the portal's earlier edits."""

    def __init__(self, seed: int) -> None:
        self._prose, self._chinese = Prose(f"{seed}:edits"), ProseZh()

    def edited(self, story: Story, rng: Random) -> Story:
        """The story after one more edit, noted in ``edits``."""
        kind = rng.choices([name for name, _ in _KINDS], [weight for _, weight in _KINDS])[0]
        if kind == PARAGRAPH and story.edits.count(PARAGRAPH) >= _MOST_ADDED:
            kind = NUMBER
        if kind == NUMBER and not any(map(_NUMBER.search, story.paragraphs)):
            kind = PARAGRAPH
        ways: dict[str, Callable[[Story, Random], Story]] = {
            HEADLINE: _headline_corrected,
            PARAGRAPH: self._paragraph_added,
            NUMBER: _number_changed,
        }
        return replace(ways[kind](story, rng), edits=(*story.edits, kind))

    def _paragraph_added(self, story: Story, rng: Random) -> Story:
        prose = self._chinese if story.language == "zh" else self._prose
        at = rng.randint(1, len(story.paragraphs))
        texts = (*story.paragraphs[:at], *prose.paragraphs(rng, 1), *story.paragraphs[at:])
        return replace(story, paragraphs=texts, parts=_grown(story.parts, at))


def _grown(parts: tuple[int, ...], at: int) -> tuple[int, ...]:
    """The lengths of a story's pages after a paragraph came in at ``at``: it goes to the page that ends there."""
    end = 0
    for number, length in enumerate(parts):
        end += length
        if at <= end:
            return (*parts[:number], length + 1, *parts[number + 1 :])
    return parts


def _headline_corrected(story: Story, rng: Random) -> Story:
    for old, new in rng.sample(_WORDS, len(_WORDS)):
        if old in story.title:
            return replace(story, title=story.title.replace(old, new, 1))
    first, second = _MARKS[story.language]
    if story.title.endswith(first):
        return replace(story, title=story.title.removesuffix(first) + second)
    return replace(story, title=story.title.removesuffix(second) + first)


def _number_changed(story: Story, rng: Random) -> Story:
    at = rng.choice([at for at, text in enumerate(story.paragraphs) if _NUMBER.search(text)])
    text = story.paragraphs[at]
    found = rng.choice(list(_NUMBER.finditer(text)))
    right = str(int(found[0]) + rng.randint(1, 9)).zfill(len(found[0]))
    changed = text[: found.start()] + right + text[found.end() :]
    return replace(story, paragraphs=(*story.paragraphs[:at], changed, *story.paragraphs[at + 1 :]))

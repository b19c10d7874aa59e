"""Notices: what a person at a running crawl should know, each said once while it lasts."""

from __future__ import annotations

from collections.abc import Callable


class Notices:
    """``say`` is where they go; nowhere until somebody listens."""

    def __init__(self) -> None:
        self.say: Callable[[str], object] = lambda _: None
        self._lasting: set[str] = set()

    def begin(self, key: str, sentence: str) -> None:
        """Something has begun."""
        if key not in self._lasting:
            self._lasting.add(key)
            self.say(sentence)

    def end(self, key: str, sentence: str) -> None:
        """It is over, if it had begun."""
        if key in self._lasting:
            self._lasting.discard(key)
            self.say(sentence)

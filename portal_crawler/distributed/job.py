"""Job: what a build asks of whatever runs it: processes of this machine (``local_pool``), or another engine.

A job is a value that can be pickled. Running it twice, or in two places at once, changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

Notice = Callable[[int | None], None]
"""Told the number of the capture that is about to be read, and ``None`` when no capture is any more."""


class Job(Protocol):
    """One piece of a build's work."""

    @property
    def name(self) -> str:
        """What it does, as a noun for messages."""
        ...

    def run(self, notice: Notice) -> Any:
        """Do it, and give what it came to: a small value, for the work itself is in files."""
        ...

    def warned(self, capture: int) -> Job | None:
        """The job that reads less of a capture at which processes died; ``None`` where nothing less can be read."""
        ...


def unnoticed(_: int | None) -> None:
    """For who need not know."""

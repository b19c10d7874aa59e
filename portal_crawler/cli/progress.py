"""Progress of a crawl on stderr: a bar on a terminal, one line in ten seconds elsewhere, or events."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from portal_crawler.cli.terminal import Terminal, duration, is_terminal, number

KINDS = ("auto", "plain", "json", "none")
# Seconds between two lines where no terminal draws a bar: enough to see that it lives, few enough for a log.
LINE_EVERY = 10.0
# Seconds between two drawings of the bar: as often as an eye can follow.
BAR_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a crawl stands: pages done (fetched, skipped after fetching or failed), addresses queued, articles read,
    pages failed, seconds since this run began, and the pages that were done before it.
    """

    pages: int
    queued: int
    articles: int
    failed: int
    seconds: float
    before: int = 0

    @property
    def pages_per_minute(self) -> float:
        """Speed of this run."""
        return 60 * (self.pages - self.before) / self.seconds if self.seconds > 0 else 0.0


class ProgressView(Protocol):
    """Shows a crawl's progress."""

    def show(self, progress: Progress) -> None:
        """Show it, or nothing where the last one was shown a moment ago."""
        ...

    def close(self) -> None:
        """Leave the terminal as it was."""
        ...


def progress_view(kind: str, terminal: Terminal, limit: int | None = None) -> ProgressView:
    """The view for ``--progress``; ``auto`` is the bar on a terminal, lines elsewhere; ``limit`` bounds the pages."""
    if kind == "none" or (kind == "auto" and terminal.verbosity < 0):
        return _Lines(terminal, None)
    if kind == "json":
        return _Lines(terminal, _event)
    if kind == "plain" or not is_terminal():
        return _Lines(terminal, _plain_line)
    return _Bar(limit)


def _plain_line(terminal: Terminal, progress: Progress) -> None:
    terminal.say(f"{duration(progress.seconds)}: {_words(progress)}")


def _words(progress: Progress) -> str:
    failed = f", {number(progress.failed)} failed" if progress.failed else ""
    return (
        f"{number(progress.pages)} pages, {number(progress.queued)} queued, "
        f"{number(progress.articles)} articles{failed}, {number(progress.pages_per_minute)} pages/min"
    )


def _event(terminal: Terminal, progress: Progress) -> None:
    rounded = {"seconds": round(progress.seconds, 1), "pages_per_minute": round(progress.pages_per_minute, 1)}
    terminal.event("progress", **{**asdict(progress), **rounded})


class _Lines:
    """A line now and then."""

    def __init__(self, terminal: Terminal, write: Callable[[Terminal, Progress], None] | None) -> None:
        self._terminal = terminal
        self._write = write
        self._next = time.monotonic() + LINE_EVERY

    def close(self) -> None:
        """Nothing is left behind."""

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if self._write is not None and now >= self._next:
            self._next = now + LINE_EVERY
            self._write(self._terminal, progress)


class _Bar:
    """A bar of pages done among those known; the time left only where the number of pages is bounded."""

    def __init__(self, limit: int | None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns: list[Any] = [
            SpinnerColumn(),
            BarColumn(bar_width=24),
            TextColumn("{task.description}"),
        ]
        if limit is not None:
            columns.append(TimeRemainingColumn())
        self._limit = limit
        self._rich = RichProgress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
        self._task = self._rich.add_task("starting", total=None)
        self._next = 0.0
        self._rich.start()

    def close(self) -> None:
        self._rich.stop()

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + BAR_EVERY
        known = progress.pages + progress.queued
        total = min(known, self._limit) if self._limit is not None and progress.queued else known
        self._rich.update(self._task, completed=progress.pages, total=max(total, 1), description=_words(progress))
        self._rich.refresh()

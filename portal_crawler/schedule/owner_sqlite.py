"""Owner: the one schedule that a history is of. Each tick of another one would take its jobs for jobs taken out."""

from __future__ import annotations

import os
from pathlib import Path

from portal_crawler.errors import StateError
from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.place import Place


def claim(history: History, schedule: Path) -> None:
    """Make a history that of a schedule, where it is not yet; one whose schedule is there no more is taken over.

    :raises StateError: where it is the history of another schedule, which the message names.
    """
    own = _name(history, schedule)
    if history.owner() == own:
        return
    with history.transaction():
        check_owner(history, schedule)
        history.set_owner(own)


def check_owner(history: History, schedule: Path) -> None:
    """Nothing, where a history may be that of a schedule.

    :raises StateError: where it is the history of another one.
    """
    known = history.owner()
    other = history.path.parent / known if known is not None else None
    if other is None or not other.exists() or (schedule.exists() and other.samefile(schedule)):
        return
    free = history.path.with_name(f"{schedule.stem}-history{history.path.suffix}")
    cure = f"give {schedule.name} one of its own: --history {free}"
    raise StateError(str(history.path), f"is the history of another schedule, {os.path.normpath(other)}", cure)


def check_place(place: Place) -> None:
    """The same of a history that is only read, and need not be there.

    :raises StateError: where it is the history of another schedule, or cannot be used.
    """
    known = History.reading(place.history)
    if known is not None:
        with known:
            check_owner(known, place.schedule)


def _name(history: History, schedule: Path) -> str:
    """A schedule as its history names it: by the way from there, so that both can be moved or copied together."""
    return os.path.relpath(schedule, history.path.parent)

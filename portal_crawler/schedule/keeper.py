"""Keeper: looks at a schedule as often as it is asked to, and knows the runs that it started."""

from __future__ import annotations

import os
import signal
from datetime import datetime
from typing import Any

from portal_crawler.errors import ScheduleError
from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.job import Schedule
from portal_crawler.schedule.notices_sqlite import tell_what_is_due
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.run import Run
from portal_crawler.schedule.run_worker_process import start_worker
from portal_crawler.schedule.schedule_toml import load_schedule
from portal_crawler.schedule.tick import Starter, Ticked, tick


class Keeper:
    """Keeps a schedule from one process. Use from one thread.

    :param starter: starts what watches over a run; gives what has ``pid``, ``poll`` and ``wait`` as a ``Popen`` has.
    :raises ScheduleError: where the schedule cannot be read.
    """

    def __init__(self, place: Place, starter: Starter = start_worker) -> None:
        self._place, self._starter = place, starter
        self._schedule: Schedule = load_schedule(place.schedule)
        self._own: dict[int, Any] = {}
        self.problems: list[str] = []

    @property
    def is_busy(self) -> bool:
        """Whether a run that was started here has not ended."""
        return any(process.poll() is None for process in self._own.values())

    def look(self, now: datetime) -> Ticked:
        """Read the schedule anew, settle what is due, start what may begin, tell whom there is to tell.

        What went wrong beside that is in ``problems``: a schedule that was broken since is told there, and kept to as
        it was; so are notifications that nobody took.

        :raises StateError: where the history cannot be used.
        :raises DiskFullError: where it, or a log, cannot grow.
        """
        self.problems = []
        try:
            self._schedule = load_schedule(self._place.schedule)
        except ScheduleError as error:
            self.problems.append(f"{error}; until then it is kept as it was")
        with History.writing(self._place.history) as history:
            ticked = tick(self._place, self._schedule, history, now, self._starter)
            self._own |= {one.run.id: one.process for one in ticked.started}
            self.problems += [*ticked.warnings, *tell_what_is_due(self._place, self._schedule, history, now)]
        return ticked

    def ended(self) -> list[Run]:
        """The runs that were started here and have ended since this was last asked, as the history has them."""
        over = [identifier for identifier, process in self._own.items() if process.poll() is not None]
        if not over:
            return []
        for identifier in over:
            del self._own[identifier]
        with History.writing(self._place.history) as history:
            found = [history.run(identifier) for identifier in over]
        return [run for run in found if run is not None]

    def stop(self, *, at_once: bool = False) -> int:
        """Ask the crawls that were started here to stop, as Ctrl-C does; ``at_once`` as a second one. How many."""
        living = [process for process in self._own.values() if process.poll() is None]
        for process in living:
            os.kill(process.pid, signal.SIGTERM if at_once else signal.SIGINT)
        return len(living)

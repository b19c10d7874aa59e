"""Notices: notifications that are due by the history, sent by Apprise; each until it is taken, some tries at most."""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from portal_crawler.errors import UsageError
from portal_crawler.schedule.extra import needed
from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.job import Job, Schedule
from portal_crawler.schedule.notice import Notice, expanded, notice_of, shown, wanted
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.run import Run

# Tries of one notification, and how long another process is believed to be at one.
TRIES = 5
_PATIENCE = timedelta(minutes=10)


def tell_what_is_due(place: Place, schedule: Schedule, history: History, now: datetime) -> Iterator[str]:
    """Send what is due, one notification a job; what did not work, in words without secrets."""
    runs = sorted(history.take_notices(now, now - _PATIENCE), key=lambda run: (run.job, run.due))
    for name, group in groupby(runs, key=lambda run: run.job):
        job, of_job = schedule.job(name), list(group)
        asked = wanted(job, of_job) if job is not None else []
        history.noticed([run.id for run in of_job if run not in asked], None)
        if job is None or not asked:
            continue
        problems = list(_send(job, asked))
        yield from (f"portal-crawler: {place.schedule}, key job.{name}.notify: {problem}" for problem in problems)
        history.noticed([run.id for run in asked], "; ".join(problems), TRIES)


def _send(job: Job, runs: Sequence[Run]) -> Iterator[str]:
    """Send one notification to every address; what did not work."""
    notice = notice_of(job, runs, platform.node())
    for url in job.notify:
        try:
            address = expanded(url, os.environ)
        except KeyError as missing:
            yield f"the variable {missing.args[0]} is not set; set it where the schedule is run"
            continue
        try:
            taken = _deliver(address, notice)
        except UsageError as error:
            yield f"{error.problem}; {error.cure}"
            continue
        if not taken:
            yield f"{shown(url)} did not take a notification; check the address and the service"


def _deliver(address: str, notice: Notice) -> bool:
    apprise = needed("apprise")
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # its messages name addresses, with their secrets
    service = apprise.Apprise()
    return bool(service.add(address) and service.notify(title=notice.title, body=notice.text))

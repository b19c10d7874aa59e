"""Notice: what a notification says, and to whom. Pure but for the environment, which is passed in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal_crawler.schedule.job import Job, NotifyOn
from portal_crawler.schedule.run import Run, RunState

_WHAT = {
    RunState.FAILED: NotifyOn.FAILED,
    RunState.GATE_FAILED: NotifyOn.GATE,
    RunState.SKIPPED: NotifyOn.SKIPPED,
    RunState.STOPPED: NotifyOn.STOPPED,
    RunState.FINISHED: NotifyOn.FINISHED,
}
_WORDS = {RunState.GATE_FAILED: "gate broken"}
# Runs that one notification tells of, at most; of further ones it tells the number.
_MOST = 20
_VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told: a title of one line, and a text."""

    title: str
    text: str


def wanted(job: Job, runs: Sequence[Run]) -> list[Run]:
    """Those runs of a job of which it wants people to be told."""
    return [run for run in runs if job.notify and _WHAT.get(run.state) in job.notify_on]


def notice_of(job: Job, runs: Sequence[Run], host: str) -> Notice:
    """One notification of all these runs of a job, of which there is at least one."""
    states = list(dict.fromkeys(_WORDS.get(run.state, str(run.state)) for run in runs))
    count = f"{len(runs)} runs " if len(runs) > 1 else ""
    lines = [line for run in runs[:_MOST] for line in _lines(run)]
    if len(runs) > _MOST:
        lines.append(f"and {len(runs) - _MOST} more: portal-crawler schedule history {job.name}")
    return Notice(f"portal-crawler: job {job.name}: {count}{', '.join(states)}", "\n".join([*lines, f"host: {host}"]))


def _lines(run: Run) -> list[str]:
    told = f"due {run.due:%Y-%m-%d %H:%M}Z: {_WORDS.get(run.state, str(run.state))}"
    lines = [f"{told}: {run.reason}" if run.reason else told]
    if run.state is not RunState.SKIPPED:
        lines += [f"  crawl: {run.folder}", f"  log: {run.log}"]
    return lines


def expanded(url: str, environment: Mapping[str, str]) -> str:
    """A URL with its ``${NAME}`` replaced.

    :raises KeyError: with the name of a variable that is not set.

    >>> expanded("json://host/?token=${TOKEN}", {"TOKEN": "s"})
    'json://host/?token=s'
    """
    return _VARIABLE.sub(lambda found: environment[found[1]], url)


def shown(url: str) -> str:
    """A URL as it may be printed: its secrets may stand anywhere behind the scheme; names of variables are none.

    >>> shown("mailto://me:secret@host"), shown("${ARCHIVE_NOTIFY}")
    ('mailto://…', '${ARCHIVE_NOTIFY}')
    """
    if re.fullmatch(r"\$\{\w+\}", url):
        return url
    return f"{url.partition('://')[0]}://…"

"""Which schedule a command means, and which job and states of it."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.errors import ScheduleError, UsageError

if TYPE_CHECKING:
    from portal_crawler.schedule.desk import Overview
    from portal_crawler.schedule.place import Place
    from portal_crawler.schedule.run import RunState

_KEY = "portal_crawler.schedule"


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where schedule and history lie; the command gets both by ``the_place()``."""
    for name, text in (
        ("--history", "The history's file. [default: data/schedule.sqlite beside the schedule]"),
        ("--schedule", "The schedule's file. [default: schedule.toml]"),
    ):
        kind = click.Path(dir_okay=False, path_type=Path)
        command = click.option(name, type=kind, expose_value=False, callback=_keep, help=text)(command)
    return command


def the_place() -> Place:
    """Where the schedule of the running command lies, and its history."""
    from portal_crawler.schedule.place import Place
    from portal_crawler.schedule.schedule_toml import SCHEDULE

    given = click.get_current_context().meta.get(_KEY, {})
    return Place.of(given.get("schedule") or SCHEDULE, given.get("history"))


def named_job(place: Place, name: str | None) -> None:
    """Nothing, where the schedule has the job or none is named.

    :raises ScheduleError: where it has not, or cannot be read.
    """
    from portal_crawler.schedule.schedule_toml import load_schedule

    known = [job.name for job in load_schedule(place.schedule).jobs]
    if name is not None and name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        cure = f"did you mean {near[0]}?" if near else f"its jobs are: {', '.join(known) or 'none'}"
        raise ScheduleError(str(place.schedule), f"has no job {name}", cure)


def run_states(names: tuple[str, ...]) -> tuple[RunState, ...]:
    """The states of these names.

    :raises UsageError: where there is none of a name.
    """
    from portal_crawler.schedule.run import RunState

    for name in names:
        if name not in list(RunState):
            raise UsageError(f"--state {name}", "is no state of a run", f"choose of {', '.join(RunState)}")
    return tuple(RunState(name) for name in names)


def with_refused_options(seen: Overview) -> Overview:
    """The overview with a problem at each job whose options the command crawl does not take."""
    jobs = (job if job.problem else replace(job, problem=_refused(job.profile, job.args)) for job in seen.jobs)
    return replace(seen, jobs=tuple(jobs))


def _refused(profile: str, options: tuple[str, ...]) -> str | None:
    from portal_crawler.cli.crawl import crawl

    try:
        # Arguments are parsed, and nothing is run.
        crawl.make_context("crawl", [profile, *options])
    except click.UsageError as error:
        return f"{error.format_message().rstrip('.')}; options are those of portal-crawler crawl --help"
    return None


def _keep(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    context.meta.setdefault(_KEY, {})[str(parameter.name)] = value

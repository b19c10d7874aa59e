"""``portal-crawler schedule tick`` and ``run``: do what is due, once or from now on."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from portal_crawler.cli.schedule_options import place_options, the_place
from portal_crawler.cli.terminal import Terminal, number, terminal, terminal_options
from portal_crawler.errors import ExitCode

if TYPE_CHECKING:
    from portal_crawler.schedule.keeper import Keeper
    from portal_crawler.schedule.place import Place
    from portal_crawler.schedule.run import Run
    from portal_crawler.schedule.tick import Ticked

# Seconds between two looks at the processes that were started.
_PULSE = 0.5


@click.command(short_help="Do what is due now: for cron, systemd and CI.")
@click.option("--detach", is_flag=True, help="Start what is due and return; by default, wait for its end.")
@place_options
@terminal_options
def tick(detach: bool) -> None:
    """Start every run that is due, and resume those whose processes died; then wait for those that were started.

    It keeps no state but the history, so it may be called as often as wished, by several at once. The exit code is 0,
    or that of the first run that went wrong.
    """
    from portal_crawler.schedule.keeper import Keeper

    out, place = terminal(), the_place()
    keeper = Keeper(place)
    ticked = keeper.look(datetime.now(UTC))
    _tell_look(out, keeper, ticked, place)
    if not ticked.started and not ticked.settled:
        _tell_next(out, place)
    ended = [] if detach else _wait(out, keeper)
    if out.json:
        out.record(_looked(ticked, ended))
    else:
        out.result(place.shown(place.history), "portal-crawler schedule history")
    raise SystemExit(_exit_code(ended))


@click.command(short_help="Keep the schedule from now on, or until nothing runs.")
@click.option("--until-idle", is_flag=True, help="End when no run that was started here runs any more.")
@place_options
@terminal_options
def run(until_idle: bool) -> None:
    """Keep the schedule: a tick with every minute. Ctrl-C stops the crawls that it started; the next tick resumes them.

    The file is read again with every tick, so a change holds from the next minute on.
    """
    from portal_crawler.schedule.keeper import Keeper

    out, place = terminal(), the_place()
    keeper = Keeper(place)
    out.say(f"keeping {place.shown(place.schedule)}; Ctrl-C ends")
    try:
        _keep(out, keeper, place, until_idle=until_idle)
    except KeyboardInterrupt:
        _stop(out, keeper)
    out.result(place.shown(place.history), "portal-crawler schedule history")


def _tell_next(out: Terminal, place: Place) -> None:
    """Say that nothing begins, and what does next."""
    from portal_crawler.schedule.desk import overview

    seen = overview(place.schedule, datetime.now(UTC), place.history, coming=1)
    waiting = sum(run.state.value != "running" for job in seen.jobs for run in job.open)
    told = [f"{number(waiting)} wait"] if waiting else []
    told += [f"next comes {one.job}, {one.local:%a %Y-%m-%d %H:%M %Z}" for one in seen.coming]
    out.say("; ".join(["nothing begins now", *told]))


def _keep(out: Terminal, keeper: Keeper, place: Place, *, until_idle: bool) -> None:
    while True:
        ticked = keeper.look(datetime.now(UTC))
        _tell_look(out, keeper, ticked, place)
        if out.json and (ticked.started or ticked.settled):
            out.record(_looked(ticked, []))
        minute = int(time.time() // 60)
        while int(time.time() // 60) == minute:
            _tell_ends(out, keeper)
            if until_idle and not keeper.is_busy:
                _tell_ends(out, keeper)
                return
            time.sleep(_PULSE)


def _wait(out: Terminal, keeper: Keeper) -> list[Run]:
    """Wait for the runs that were started; Ctrl-C stops them."""
    ended: list[Run] = []
    try:
        while keeper.is_busy:
            time.sleep(_PULSE / 5)
            ended += _tell_ends(out, keeper)
    except KeyboardInterrupt:
        ended += _stop(out, keeper)
    return ended + _tell_ends(out, keeper)


def _stop(out: Terminal, keeper: Keeper) -> list[Run]:
    """Stop the runs that were started, and wait for their ends; a second Ctrl-C hurries them."""
    ended: list[Run] = []
    if count := keeper.stop():
        out.say(f"stopping {number(count)} crawl{'s' if count > 1 else ''}; Ctrl-C again hurries")
    while keeper.is_busy:
        try:
            time.sleep(_PULSE / 5)
        except KeyboardInterrupt:
            keeper.stop(at_once=True)
    ended += _tell_ends(out, keeper)
    return ended


def _tell_look(out: Terminal, keeper: Keeper, ticked: Ticked, place: Place) -> None:
    for problem in keeper.problems:
        out.say(problem if problem.startswith("portal-crawler: ") else f"portal-crawler: {problem}")
    skipped = [one for one in ticked.settled if one.state.value == "skipped"]
    for one in skipped[:20]:
        out.say(f"{one.job}, due {one.due:%Y-%m-%d %H:%M}Z: skipped: {one.reason}")
    if len(skipped) > 20:
        out.say(f"and {number(len(skipped) - 20)} more skipped; all of them: portal-crawler schedule history")
    for run in (started.run for started in ticked.started):
        log = place.shown(place.log(run.job, run.due))
        out.say(f"{run.job}, due {run.due:%Y-%m-%d %H:%M}Z: {'resumed' if run.attempts else 'begun'}; log {log}")
    for identifier, reason in ticked.decided.waits.items():
        out.detail(f"run {identifier} waits: {reason}")


def _tell_ends(out: Terminal, keeper: Keeper) -> list[Run]:
    ended = keeper.ended()
    for one in ended:
        told = f"{one.state.value}: {one.reason}" if one.reason else one.state.value
        out.say(f"{one.job}, due {one.due:%Y-%m-%d %H:%M}Z: {told}; {one.folder}")
    return ended


def _looked(ticked: Ticked, ended: list[Run]) -> dict[str, Any]:
    from portal_crawler.schedule.desk import as_json, past_run

    return {
        "settled": [as_json(one) for one in ticked.settled],
        "started": [one.run.id for one in ticked.started],
        "waiting": {str(identifier): reason for identifier, reason in ticked.decided.waits.items()},
        "ended": [as_json(past_run(one)) for one in ended],
    }


def _exit_code(ended: list[Run]) -> int:
    from portal_crawler.schedule.run import RunState

    wrong = [one for one in ended if one.state is not RunState.FINISHED]
    if not wrong:
        return ExitCode.OK
    code = wrong[0].exit_code
    return code if code is not None and code > 0 else ExitCode.INTERRUPTED

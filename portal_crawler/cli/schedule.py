"""``portal-crawler schedule``: crawls that come again, what became of each, and what comes next."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from portal_crawler.cli.schedule_install import install
from portal_crawler.cli.schedule_options import named_job, place_options, the_place, with_refused_options
from portal_crawler.cli.schedule_tick import run, tick
from portal_crawler.cli.terminal import columns, number, terminal, terminal_options


@click.group(short_help="Crawl by a timetable, and tell what became of each run.")
@terminal_options
def schedule() -> None:
    """Crawl by the timetable in schedule.toml.

    Every time at which a job was due is in the history once: with the crawl that it became, or as skipped with the
    reason. tick or run does what is due, from a terminal, cron, systemd or CI.
    """


@schedule.command("list", short_help="List the jobs: when they come, what they do now, what came last.")
@place_options
@terminal_options
def list_jobs() -> None:
    """List the jobs of the schedule, with what they do now, the next time and the last run."""
    from portal_crawler.cli.schedule_text import job_rows
    from portal_crawler.schedule.clock_back import clock_words
    from portal_crawler.schedule.desk import as_json, overview

    out, place = terminal(), the_place()
    seen = with_refused_options(overview(place.schedule, datetime.now(UTC), place.history))
    if out.json:
        out.record(as_json(seen))
        return
    for line in columns(job_rows(seen)):
        out.data(line)
    for job in seen.jobs:
        if job.problem:
            out.say(f"{job.name} cannot begin: {job.problem}")
        if job.nothing_before:
            out.say(f"{job.name}: {clock_words(job.nothing_before)}")
    if not seen.has_history:
        out.say("nothing has looked at this schedule yet; what was due before the first tick never comes")
    out.result(place.shown(place.schedule), "portal-crawler schedule next")


@schedule.command("next", short_help="List what comes next.")
@click.argument("job", metavar="[JOB]", required=False)
@click.option("-n", "count", type=click.IntRange(1, 10_000), default=10, show_default=True, help="So many runs.")
@place_options
@terminal_options
def next_runs(job: str | None, count: int) -> None:
    """List the next times at which all jobs, or JOB, are due, in the jobs' own time zones. Paused jobs have none."""
    from portal_crawler.cli.schedule_text import coming_rows
    from portal_crawler.schedule.desk import as_json, overview

    out, place = terminal(), the_place()
    named_job(place, job)
    seen = overview(place.schedule, datetime.now(UTC), place.history, coming=count, job=job)
    if out.json:
        for one in seen.coming:
            out.record(as_json(one))
        return
    for line in columns(coming_rows(seen.coming)):
        out.data(line)
    out.result(place.shown(place.schedule), "portal-crawler schedule run")


@schedule.command(short_help="List what became of each time at which a job was due.")
@click.argument("job", metavar="[JOB]", required=False)
@click.option("-n", "count", type=click.IntRange(1), default=20, show_default=True, help="So many runs, the latest.")
@click.option("--state", "states", multiple=True, metavar="STATE", help="Runs in this state; may be repeated.")
@place_options
@terminal_options
def history(job: str | None, count: int, states: tuple[str, ...]) -> None:
    """List the runs of all jobs, or of JOB, the latest due first: with their crawl's folder, or why they were skipped.

    STATE is waiting, starting, running, interrupted, finished, gate_failed, failed, stopped or skipped.
    """
    from portal_crawler.cli.schedule_options import run_states
    from portal_crawler.cli.schedule_text import history_rows
    from portal_crawler.schedule.desk import as_json, past_runs

    out, place = terminal(), the_place()
    found = past_runs(place.schedule, place.history, job=job, states=run_states(states), most=count)
    if out.json:
        for one in found:
            out.record(as_json(one))
        return
    for line in columns(history_rows(found)):
        out.data(line)
    if not found:
        out.say("no run fits")
    out.result(place.shown(place.history), "portal-crawler schedule next")


@schedule.command(short_help="Hold a job, or all: what is due meanwhile is skipped.")
@click.argument("job", metavar="[JOB]", required=False)
@click.option("--stop", is_flag=True, help="Stop what runs of it, too, as Ctrl-C does; resume lets it go on.")
@place_options
@terminal_options
def pause(job: str | None, stop: bool) -> None:
    """Hold JOB, or all jobs: what is due until it is resumed is told as skipped, and what waits goes on waiting."""
    from portal_crawler.schedule.holding import hold, stop_running

    out, place = terminal(), the_place()
    named_job(place, job)
    changed = hold(place, job, datetime.now(UTC))
    stopped = stop_running(place, job) if stop else 0
    if out.json:
        out.record({"job": job, "paused": True, "changed": changed, "stopped": stopped})
        return
    out.say(f"{job or 'all jobs'}: {'paused' if changed else 'paused already'}")
    if stop:
        out.say(f"{number(stopped)} runs asked to stop")
    out.result(place.shown(place.history), f"portal-crawler schedule resume{' ' + job if job else ''}")


@schedule.command(short_help="Let a job, or all, go on.")
@click.argument("job", metavar="[JOB]", required=False)
@place_options
@terminal_options
def resume(job: str | None) -> None:
    """Let JOB, or all jobs, go on: runs that wait or were interrupted begin with the next tick."""
    from portal_crawler.schedule.holding import held_by_all, release

    out, place = terminal(), the_place()
    named_job(place, job)
    changed = release(place, job, datetime.now(UTC))
    if out.json:
        out.record({"job": job, "paused": job is not None and held_by_all(place), "changed": changed})
        return
    out.say(f"{job or 'all jobs'}: {'resumed' if changed else 'was not paused'}")
    if job is not None and held_by_all(place):
        out.say(
            "all jobs are paused together, and this one with them; to let all go on: portal-crawler schedule resume"
        )
    out.result(place.shown(place.history), "portal-crawler schedule next")


@schedule.command(short_help="Remove the crawls that a job's rules of retention let go.")
@click.argument("job", metavar="[JOB]", required=False)
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@place_options
@terminal_options
def prune(job: str | None, dry_run: bool) -> None:
    """Remove the crawls of all jobs, or of JOB, that the rules of retention let go and nothing else needs.

    It is done after every run by itself. Only folders that the history made are removed, and none on which a crawl that
    stays builds.
    """
    from portal_crawler.schedule.pruning import pruned

    out, place = terminal(), the_place()
    named_job(place, job)
    found = pruned(place, job, datetime.now(UTC), dry_run=dry_run)
    gone = [one for one in found if not one.kept_for]
    for one in found:
        folder, size = place.shown(one.folder), one.size
        if out.json:
            told = {"job": one.run.job, "folder": folder, "bytes": size, "why": one.why, "kept_for": one.kept_for}
            out.record({**told, "removed": not one.kept_for and not dry_run})
        else:
            out.data(f"{folder}  {number(size)} bytes  {f'stays: {one.kept_for}' if one.kept_for else one.why}")
    out.say(
        f"{number(len(gone))} crawls {'would be ' if dry_run else ''}removed, {number(len(found) - len(gone))} stay"
    )
    out.result(place.shown(place.history), "portal-crawler schedule history")


for command in (tick, run, install):
    schedule.add_command(command)

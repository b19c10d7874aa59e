"""``portal-crawler schedule install``: let systemd or cron keep the schedule."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click

from portal_crawler import disk
from portal_crawler.cli.schedule_options import named_job, place_options, the_place
from portal_crawler.cli.terminal import terminal, terminal_options
from portal_crawler.errors import OutputError, UsageError

_SYSTEM = Path("/etc/systemd/system")


@click.command(short_help="Let systemd or cron keep the schedule.")
@click.option("--systemd", is_flag=True, help="Write a .service and a .timer.")
@click.option("--cron", is_flag=True, help="Print the line for a crontab.")
@click.option("--user", is_flag=True, help="With --systemd: for your own systemd, not the system's.")
@click.option("--name", default="portal-crawler-schedule", show_default=True, help="Name of the units.")
@click.option("--dry-run", is_flag=True, help="Show the units, and write nothing.")
@place_options
@terminal_options
def install(systemd: bool, cron: bool, user: bool, name: str, dry_run: bool) -> None:
    """Write the units by which systemd keeps the schedule, or print the line by which cron does.

    systemd is not told by itself: the last line says how. Variables for notifications are read from schedule.env beside
    the schedule.
    """
    from portal_crawler.schedule.owner_sqlite import check_place
    from portal_crawler.schedule.units import crontab_line, systemd_units

    out, place = terminal(), the_place()
    named_job(place, None)  # which says what is wrong with the schedule before anything keeps it
    check_place(place)
    program = (sys.executable, "-m", "portal_crawler")
    if systemd == cron:
        raise UsageError("schedule install", "needs one of --systemd and --cron", "give one of them")
    if cron:
        out.data(crontab_line(place, program))
        out.say("add this line with: crontab -e")
        return
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9:_.-]{0,100}", name):
        raise UsageError(f"--name {name}", "is no name of a unit", "use letters, digits, dots, dashes and underscores")
    units = systemd_units(place, program, user=user)
    folder = _user_folder() if user else _SYSTEM
    texts = {folder / f"{name}.service": units.service, folder / f"{name}.timer": units.timer}
    if out.json:
        out.record({"written": not dry_run, "files": {str(path): text for path, text in texts.items()}})
    elif dry_run:
        for path, text in texts.items():
            out.data(f"# {path}\n{text}")
    if dry_run:
        return
    _write(texts)
    control = "systemctl --user" if user else "systemctl"
    out.say(f"now: {control} daemon-reload && {control} enable --now {name}.timer")
    if user:
        out.say("to keep it while you are logged out: loginctl enable-linger")
    out.result(folder / f"{name}.timer", "portal-crawler schedule next")


def _user_folder() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _write(texts: dict[Path, str]) -> None:
    try:
        for path, text in texts.items():
            disk.make_folder(path.parent)
            with disk.writing(path):
                path.write_text(text, encoding="utf-8")
    except OutputError as error:
        cure = "run it as root, give --user, or see the units with --dry-run"
        raise OutputError(error.subject, error.problem, cure) from error

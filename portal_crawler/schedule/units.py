"""Units: what a system is given so that it keeps a schedule: systemd's units, a line of a crontab. Pure.

The service is not a tick that returns: systemd would end the crawls with it. It is ``schedule run --until-idle``, which
keeps the schedule while crawls run and ends when none does; the timer starts it again with the next minute.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from portal_crawler.schedule.place import Place

# Variables for notifications, beside the schedule.
ENVIRONMENT = "schedule.env"


@dataclass(frozen=True, slots=True)
class Units:
    """The texts of a service and its timer."""

    service: str
    timer: str


def systemd_units(place: Place, program: Sequence[str], *, user: bool) -> Units:
    """The units that keep a schedule.

    :param program: how ``portal-crawler`` is called here, the program's path absolute.
    """
    command = [*program, "schedule", "run", "--until-idle", *_named(place)]
    waits = "" if user else "Wants=network-online.target\nAfter=network-online.target\n"
    service = f"""[Unit]
Description=portal-crawler: keeps {_unit_text(str(place.schedule))}
{waits}
[Service]
Type=oneshot
WorkingDirectory={_unit_text(str(place.root))}
EnvironmentFile=-{_unit_text(str(place.root / ENVIRONMENT))}
ExecStart={" ".join(map(_unit_word, command))}
# A stop reaches the keeper, which asks the crawls to stop as Ctrl-C does; the next start resumes them.
KillMode=mixed
KillSignal=SIGINT
TimeoutStopSec=120
"""
    timer = f"""[Unit]
Description=portal-crawler: looks at {_unit_text(str(place.schedule))} every minute

[Timer]
OnCalendar=*-*-* *:*:00
AccuracySec=1s

[Install]
WantedBy=timers.target
"""
    return Units(service, timer)


def crontab_line(place: Place, program: Sequence[str]) -> str:
    """The line of a crontab that keeps a schedule. A per cent sign would end the command (crontab(5))."""
    command = shlex.join([*program, "schedule", "tick", "--detach", "--quiet", *_named(place)])
    return f"* * * * * cd {shlex.quote(str(place.root))} && {command}".replace("%", r"\%")


def _named(place: Place) -> list[str]:
    return ["--schedule", str(place.schedule), "--history", str(place.history)]


def _unit_text(text: str) -> str:
    """A text in a unit: ``%`` begins a specifier (systemd.unit(5))."""
    return text.replace("%", "%%")


def _unit_word(word: str) -> str:
    """A word of a command line in a unit (systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting")."""
    shown = _unit_text(word).replace("$", "$$")
    if re.fullmatch(r"[\w@%+=:,./$-]+", shown):
        return shown
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'

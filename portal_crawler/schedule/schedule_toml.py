"""``schedule.toml``: reading with errors that a person can act on."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from portal_crawler.errors import ScheduleError
from portal_crawler.schedule.due_times import in_zone
from portal_crawler.schedule.job import Group, Job, Schedule
from portal_crawler.schedule.retention import read_retention
from portal_crawler.schedule.schedule_file import Defaults, GroupEntry, JobEntry, ScheduleFile
from portal_crawler.sites.hours import read_span

SCHEDULE = Path("schedule.toml")
# Keys of a job that [defaults] has too, and that are taken as they stand.
_SHARED = ("overlap", "queue", "catch_up", "grace", "jitter", "notify", "notify_on")
# Of a time that a job comes once: every zone can tell it.
_YEARS = range(1970, 9999)


def load_schedule(path: Path = SCHEDULE) -> Schedule:
    """The schedule in a TOML file.

    :raises ScheduleError: where the file cannot be read, is no TOML, has an unknown key or a wrong value; the message
        names file, line, key and the cure.
    :raises UsageError: where the extra is missing.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        cure = "write one, or name another with --schedule; see docs/guides/schedule-crawls.md"
        raise ScheduleError(str(path), "there is no such file", cure) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ScheduleError(str(path), f"cannot be read: {error}", "give a readable TOML file in UTF-8") from error
    return parse_schedule(text, str(path))


def parse_schedule(text: str, subject: str) -> Schedule:
    """The schedule in a TOML text; ``subject`` is the name of its file for messages.

    :raises ScheduleError: as ``load_schedule`` does.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScheduleError(subject, f"is not TOML: {error}", "mend that line (texts stand in quotes)") from error
    except RecursionError as error:
        raise ScheduleError(
            subject, "has brackets within brackets that are too many to read", "take them out"
        ) from error
    except ValueError as error:  # of Python's own reading of numbers
        raise ScheduleError(subject, "a number cannot be read", "write the number that is meant") from error
    try:
        file = ScheduleFile.model_validate(data)
    except ValidationError as error:
        from portal_crawler.sites.profile_problems import explain  # heavy: it knows every key of a profile

        first, *others = explain(error, text, ScheduleFile, "a schedule")
        more = f" ({len(others)} more to mend after it)" if others else ""
        # What stands at notify may be a secret.
        problem = "is no list of Apprise URLs" if "notify" in first.place and "is" in first.problem else first.problem
        raise ScheduleError(subject, problem, first.cure + more, first.place) from None
    jobs = tuple(_job(name, entry, file, text, subject) for name, entry in sorted(file.job.items()))
    groups = {name: _group(name, entry, file.defaults) for name, entry in file.group.items()}
    return Schedule(jobs, groups)


def schedule_schema() -> dict[str, Any]:
    """JSON Schema of a schedule, for editors (``schedule.schema.json`` beside this module holds it)."""
    schema = ScheduleFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "portal-crawler schedule"}


def _job(name: str, entry: JobEntry, file: ScheduleFile, text: str, subject: str) -> Job:
    if entry.cron is not None and entry.at is not None:
        raise ScheduleError(subject, "has both cron and at", "keep one of them", _place(name, text))
    if entry.cron is None and entry.at is None:
        cure = 'give cron = "30 2 * * *", or at = 2026-12-24T18:00:00 for once'
        raise ScheduleError(subject, "does not say when it comes", cure, _place(name, text))
    if entry.group is not None and entry.group not in file.group:
        problem = f'is "{entry.group}", a group that is not there'
        raise ScheduleError(subject, problem, _other(entry.group, file.group), f"{_place(name, text)}.group")
    shared = {key: _own(entry, file.defaults, key) for key in _SHARED}
    zone = entry.time_zone or file.defaults.time_zone
    if entry.at is not None and entry.at.year not in _YEARS:
        problem = f"is in the year {entry.at.year}, which no clock shows"
        cure = "write the day that is meant, such as 2026-12-24T18:00:00"
        raise ScheduleError(subject, problem, cure, f"{_place(name, text)}.at")
    return Job(
        name=name,
        profile=entry.profile,
        cron=entry.cron,
        at=in_zone(entry.at, zone) if entry.at else None,
        zone=zone,
        args=entry.args,
        group=entry.group,
        retention=read_retention(entry.retention or file.defaults.retention),
        **shared,
    )


def _place(name: str, text: str) -> str:
    from portal_crawler.sites.profile_problems import line_of  # heavy, as above

    line = line_of(("job", name), text)
    return f"line {line}, key job.{name}" if line else f"key job.{name}"


def _own(entry: JobEntry, defaults: Defaults, key: str) -> Any:
    """A job's own value, or that of the defaults."""
    value = getattr(entry, key)
    return getattr(defaults, key) if value is None else value


def _other(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"add [group.{name}]"


def _group(name: str, entry: GroupEntry, defaults: Defaults) -> Group:
    spans = tuple(read_span(span) for span in entry.hours)
    return Group(name, spans, entry.time_zone or defaults.time_zone, entry.at_most)

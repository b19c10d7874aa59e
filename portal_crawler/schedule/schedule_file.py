"""Schedule file: the keys of ``schedule.toml``, each with its check. The descriptions are the reference."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from portal_crawler.schedule.due_times import check_cron
from portal_crawler.schedule.job import CatchUp, NotifyOn, Overlap
from portal_crawler.schedule.retention import read_retention
from portal_crawler.sites.profile_values import Hours, Zone

# Options of ``portal-crawler crawl`` that the schedule gives itself.
_OWN_OPTIONS = ("--out", "--resume", "--fresh", "--dry-run", "--progress", "--json")
_NAME = r"^[a-z0-9][a-z0-9._-]{0,63}$"


def _cron(text: str) -> str:
    check_cron(text)
    return text


def _retention(text: str) -> str:
    read_retention(text)
    return text


def _argument(text: str) -> str:
    if text.partition("=")[0] in _OWN_OPTIONS:
        raise ValueError(f"an option that the schedule gives itself; leave out {text.partition('=')[0]}")
    return text


def _notify(url: str) -> str:
    if not re.match(r"\$\{\w+\}|[a-zA-Z][a-zA-Z0-9+.-]*://", url):
        raise ValueError('no Apprise URL; write one such as "${ARCHIVE_NOTIFY}" or "mailto://…"')
    return url


Cron = Annotated[str, AfterValidator(_cron)]
Rules = Annotated[str, AfterValidator(_retention)]
Argument = Annotated[str, AfterValidator(_argument)]
NotifyUrl = Annotated[str, AfterValidator(_notify)]
Name = Annotated[str, Field(pattern=_NAME)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Defaults(_Part):
    """What holds for every job that does not say otherwise."""

    time_zone: Zone = Field("UTC", description="IANA name of the zone in which `cron` and `at` are read")
    overlap: Overlap = Field(
        Overlap.SKIP,
        description="what becomes of a run that is due while one of the same job has not ended: `skip`, `queue`"
        " (it begins afterwards) or `replace` (the other is stopped as by Ctrl-C, then it begins)",
    )
    queue: int = Field(10, ge=1, description="runs that may wait with `overlap` queue; what is due beyond is skipped")
    catch_up: CatchUp = Field(
        CatchUp.ONCE,
        description="what becomes of runs that were due while nothing looked at the schedule: `none` (skipped), `once`"
        " (the latest is made up, the others are skipped) or `all` (each is made up, one after the other)",
    )
    grace: float = Field(300.0, ge=0, description="seconds by which a run may be late without counting as missed")
    jitter: float = Field(
        0.0,
        ge=0,
        le=86_400,
        description="seconds by which a run begins later, at most; always the same for a run",
    )
    retention: Rules = Field(
        "all",
        description="which ended crawls of a job are kept: `all`, or rules such as `last:30, monthly:all` (`last`,"
        " `hourly`, `daily`, `weekly`, `monthly`, `yearly`, each with a number or `all`)",
    )
    notify: tuple[NotifyUrl, ...] = Field(
        (), description="Apprise URLs that are told; `${NAME}` stands for a variable of the environment"
    )
    notify_on: tuple[NotifyOn, ...] = Field(
        (NotifyOn.FAILED, NotifyOn.GATE),
        description="what they are told of: `failed`, `gate`, `skipped`, `stopped`, `finished`",
    )


class JobEntry(_Part):
    """One job; what it leaves out is as `[defaults]` has it."""

    profile: str = Field(description="what `portal-crawler crawl` takes: a profile's file or name, or an address")
    cron: Cron | None = Field(
        None, description="when it comes: minute, hour, day of month, month, day of week; or `@daily` and the like"
    )
    at: datetime | None = Field(None, description="when it comes once, in place of `cron`: `2026-12-24T18:00:00`")
    args: tuple[Argument, ...] = Field((), description='further options of the crawl, such as `["--since", "latest"]`')
    group: str | None = Field(None, description="name of its group")
    time_zone: Zone | None = Field(None, description="as in `[defaults]`")
    overlap: Overlap | None = Field(None, description="as in `[defaults]`")
    queue: int | None = Field(None, ge=1, description="as in `[defaults]`")
    catch_up: CatchUp | None = Field(None, description="as in `[defaults]`")
    grace: float | None = Field(None, ge=0, description="as in `[defaults]`")
    jitter: float | None = Field(None, ge=0, le=86_400, description="as in `[defaults]`")
    retention: Rules | None = Field(None, description="as in `[defaults]`")
    notify: tuple[NotifyUrl, ...] | None = Field(None, description="as in `[defaults]`")
    notify_on: tuple[NotifyOn, ...] | None = Field(None, description="as in `[defaults]`")


class GroupEntry(_Part):
    """Jobs that name the group share these bounds."""

    hours: tuple[Hours, ...] = Field((), description="hours of the day in which runs begin, `22:00-06:00`; others wait")
    time_zone: Zone | None = Field(None, description="zone of `hours`; as in `[defaults]`")
    at_most: int | None = Field(None, ge=1, description="runs at a time; others wait")


class ScheduleFile(_Part):
    """``schedule.toml``."""

    schema_: Literal[1] = Field(1, alias="schema", description="version of this table")
    defaults: Defaults = Defaults()
    job: dict[Name, JobEntry] = Field(default_factory=dict, description="the jobs, `[job.NAME]`")
    group: dict[Name, GroupEntry] = Field(default_factory=dict, description="the groups, `[group.NAME]`")

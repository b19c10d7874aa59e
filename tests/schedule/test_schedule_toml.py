"""What schedule.toml may say, and what is said of what it may not."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal_crawler.errors import ExitCode, ScheduleError, UsageError
from portal_crawler.schedule.job import CatchUp, NotifyOn, Overlap
from portal_crawler.schedule.schedule_toml import load_schedule, parse_schedule

_JOB = '[job.a]\nprofile = "p"\ncron = "@daily"\n'


def test_a_job_has_what_it_says_itself_and_the_rest_from_the_defaults() -> None:
    schedule = parse_schedule(
        """
        schema = 1
        [defaults]
        time_zone = "Asia/Shanghai"
        overlap = "queue"
        retention = "last:30, monthly:all"
        notify = ["${ARCHIVE_NOTIFY}"]
        [job.nightly]
        profile = "portal-2004"
        cron = "30 2 * * *"
        args = ["--since", "latest"]
        group = "night"
        [job.once]
        profile = "portal-2004"
        at = 2026-12-24T18:00:00
        time_zone = "Europe/Berlin"
        overlap = "replace"
        catch_up = "none"
        notify_on = ["finished"]
        [group.night]
        hours = ["22:00-06:00"]
        at_most = 2
        """,
        "s",
    )
    nightly, once = schedule.jobs
    assert (nightly.zone, nightly.overlap, nightly.catch_up) == ("Asia/Shanghai", Overlap.QUEUE, CatchUp.ONCE)
    assert (str(nightly.retention), nightly.notify) == ("last:30, monthly:all", ("${ARCHIVE_NOTIFY}",))
    assert nightly.args == ("--since", "latest")
    assert once.at == datetime(2026, 12, 24, 17, tzinfo=UTC)
    assert (once.overlap, once.catch_up, once.notify_on) == (Overlap.REPLACE, CatchUp.NONE, (NotifyOn.FINISHED,))
    night = schedule.groups["night"]
    assert (list(map(str, night.hours)), night.zone, night.at_most) == (["22:00-06:00"], "Asia/Shanghai", 2)


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ('[job.a]\nprofile = "p"\ncorn = "@daily"', "line 3, key job.a.corn", "did you mean job.a.cron?"),
        ("[defualts]\n", "line 1, key defualts", "did you mean defaults?"),
        ('[group.g]\nat_mots = 2\n[job.a]\nprofile = "p"\ncron = "@daily"', "line 2, key group.g.at_mots", "at_most?"),
        ('[job.a]\nprofile = "p"', "line 1, key job.a", "does not say when it comes"),
        (f"{_JOB}at = 2026-12-24T18:00:00", "line 1, key job.a", "has both cron and at"),
        ('[job.a]\ncron = "@daily"', "key job.a.profile", "is missing"),
        ('[job.a]\nprofile = "p"\ncron = "61 * * * *"', "line 3, key job.a.cron", "bad minute"),
        (f'{_JOB}time_zone = "Europe/Berln"', "line 4, key job.a.time_zone", "not a time zone"),
        (f'{_JOB}overlap = "skp"', "line 4, key job.a.overlap", '"skip", "queue" or "replace"'),
        (f'{_JOB}args = ["--out", "x"]', "line 4, key job.a.args[0]", "leave out --out"),
        (f'{_JOB}group = "nigth"\n[group.night]', "line 1, key job.a.group", "did you mean night?"),
        (f'{_JOB}retention = "last:0"', "line 4, key job.a.retention", "last:30, monthly:all"),
        (f'{_JOB}jitter = "5m"', "line 4, key job.a.jitter", "write a number"),
        ('[group.g]\nhours = ["22-6"]', "line 2, key group.g.hours[0]", "write them as 22:00-06:00"),
        (
            '[job.a]\nprofile = "p"\nat = 9999-12-31T23:59:59',
            "line 1, key job.a.at",
            "in the year 9999, which no clock",
        ),
        ('[job.a]\nprofile = "p"\nat = 0001-01-01T00:00:00', "line 1, key job.a.at", "the day that is meant"),
        ("[job.a\n", "", "is not TOML"),
        ("x = " + "[" * 20_000, "", "brackets within brackets"),
        ("schema = 2", "line 1, key schema", "is 2"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_the_cure(text: str, place: str, told: str) -> None:
    with pytest.raises(ScheduleError) as error:
        parse_schedule(text, "schedule.toml")
    assert error.value.place == place
    assert told in str(error.value)
    assert error.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(
    "notify", ['["secret-token@host"]', '"mailto://me:secret-token@host"', '[{a = "secret-token"}]']
)
def test_an_address_for_notifications_is_not_printed_when_it_is_wrong(notify: str) -> None:
    with pytest.raises(ScheduleError) as error:
        parse_schedule(f"{_JOB}notify = {notify}", "schedule.toml")
    assert "secret-token" not in str(error.value)
    assert "notify" in error.value.place


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScheduleError, match="there is no such file"):
        load_schedule(tmp_path / "schedule.toml")
    (tmp_path / "schedule.toml").write_bytes("[job.中文]".encode("gbk"))
    with pytest.raises(ScheduleError, match="give a readable TOML file in UTF-8"):
        load_schedule(tmp_path / "schedule.toml")


def test_without_the_extra_a_schedule_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cronsim", None)
    with pytest.raises(UsageError, match=re.escape("pip install 'portal-crawler[schedule]'")):
        parse_schedule(_JOB, "schedule.toml")

"""About: what was crawled, when, by which profile and versions; and the commands that make it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePath

from portal_crawler.report.chart_svg import CURE
from portal_crawler.report.crawl_report import CrawlReport
from portal_crawler.report.pen import Pen, number, seconds
from portal_crawler.report.view import Commands, Facts, Listing, Note, Part, Section


def about(report: CrawlReport, pen: Pen) -> Section:
    """What, when, by which profile."""
    say, summary = pen.words, report.summary
    figures = (
        (say("about.articles"), number(summary.unique)),
        (say("about.pages"), number(summary.fetched)),
        (say("about.known"), number(summary.discovered)),
        (say("about.links"), number(summary.links)),
        (say("about.took"), seconds(sum((report.facts.get("timings") or {}).values()))),
    )
    return Section(
        "about", say("about.title"), say("about.lead"), (Facts(figures), *_ending(report, pen), _listing(report, pen))
    )


def _ending(report: CrawlReport, pen: Pen) -> Iterator[Part]:
    if not pen.has_charts:
        yield Note(pen.words("page.no_charts", cure=CURE), "warn")
    reason = report.facts.get("finish_reason")
    if reason == "finished":
        yield Note(pen.words("about.finished"), "good")
    else:
        yield Note(pen.words("about.unfinished", reason=reason or "-", queued=number(report.summary.queued)), "warn")


def _listing(report: CrawlReport, pen: Pen) -> Listing:
    say, facts = pen.words, report.facts
    versions = ", ".join(f"{name} {version}" for name, version in (facts.get("versions") or {}).items())
    told: list[tuple[str, object, bool]] = [
        ("portal", report.profile.title or report.profile.name, False),
        ("folder", report.name, True),
        ("started", _moment(facts.get("started")), False),
        ("ended", _moment(facts.get("finished")), False),
        ("profile", facts.get("profile"), True),
        ("profile_hash", facts.get("profile_hash"), True),
        ("seeds", ", ".join(facts.get("seeds") or ()), True),
        ("hosts", ", ".join(report.profile.scope.hosts), True),
        ("command", command_line(facts.get("command") or ()), True),
        ("since", facts.get("since"), True),
        ("from", facts.get("from"), True),
        ("mirrors", ", ".join(f"{one['host']} = {one['of']}" for one in facts.get("mirrors") or ()), True),
        ("versions", versions, False),
    ]
    return Listing(tuple((say(f"about.{name}"), str(value), code) for name, value, code in told if value))


def _moment(stamp: str | None) -> str:
    """A time as people read it.

    >>> _moment("2026-11-28T17:48:13.916824Z")
    '2026-11-28 17:48:13 UTC'
    """
    return f"{datetime.fromisoformat(stamp).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if stamp else ""


def command_line(command: tuple[str, ...] | list[str]) -> str:
    """A command line as it can be typed: the program by its name, not by where it lay.

    >>> command_line(["/opt/x/bin/portal-crawler", "crawl", "my portal.toml"])
    "portal-crawler crawl 'my portal.toml'"
    """
    if not command:
        return ""
    name = PurePath(command[0]).name
    program = "portal-crawler" if name in {"__main__.py", "run.py"} else name
    return shlex.join([program, *command[1:]])


def reproduce(report: CrawlReport, pen: Pen) -> Section:
    """How to make the crawl, the records and this page again."""
    say = pen.words
    here = shlex.quote(report.name)
    lines = [
        (say("reproduce.verify"), f"portal-crawler verify {here}"),
        (say("reproduce.sums"), f"cd {here} && sha256sum -c SHA256SUMS"),
        (say("reproduce.replay"), f"portal-crawler replay {here}"),
        (say("reproduce.crawl"), f"portal-crawler crawl {here}/profile.toml --fresh"),
        (say("reproduce.report"), f"portal-crawler report {here} --lang {say.language}"),
    ]
    if not report.profile.output.warc:
        lines = [line for line in lines if "replay" not in line[1]]
    return Section("reproduce", say("reproduce.title"), say("reproduce.lead"), (Commands(tuple(lines)),))

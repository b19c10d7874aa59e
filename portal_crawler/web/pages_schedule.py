"""Pages schedule: planned crawls: a calendar of the coming weeks, the jobs, what ran, what was skipped and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.errors import PortalCrawlerError
from portal_crawler.schedule.extra import has_extra
from portal_crawler.web.crawl_shelf import CrawlShelf
from portal_crawler.web.desk import desk_of
from portal_crawler.web.rendered import rendered

if TYPE_CHECKING:
    from portal_crawler.schedule.desk import ComingRun, Overview, PastRun

SCHEDULE = "schedule.toml"
_WEEKS = 4
_COMING, _RECENT = 200, 40


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day, in UTC, with the runs that come and those that were."""

    day: date
    is_today: bool
    coming: tuple[ComingRun, ...]
    past: tuple[PastRun, ...]


def _schedule(request: Request) -> Response:
    desk = desk_of(request)
    path = desk.workspace / SCHEDULE
    if not path.exists() or not has_extra():
        return rendered(request, "schedule.html.j2", path=path, missing=not path.exists(), view=None)
    from portal_crawler.schedule.desk import overview

    now = datetime.now(UTC)
    try:
        view = overview(path, now, coming=_COMING, recent=_RECENT)
    except PortalCrawlerError as error:  # what is to be mended in the file is what the page has to say
        return rendered(request, "schedule.html.j2", path=path, error=error, view=None)
    crawls = crawl_names(desk.shelf, path.parent, (*view.recent, *view.skipped))
    context: dict[str, Any] = {"view": view, "weeks": calendar(view, now.date()), "crawls": crawls}
    return rendered(request, "schedule.html.j2", path=path, missing=False, **context)


def calendar(view: Overview, today: date) -> list[list[CalendarDay]]:
    """The weeks from the last one on, each from Monday to Sunday."""
    coming: dict[date, list[ComingRun]] = defaultdict(list)
    past: dict[date, list[PastRun]] = defaultdict(list)
    for run in view.coming:
        coming[run.due.date()].append(run)
    for one in sorted((*view.recent, *view.skipped), key=lambda run: run.due):
        past[one.due.date()].append(one)
    monday = today - timedelta(days=today.weekday() + 7)
    days = [monday + timedelta(days=number) for number in range(7 * _WEEKS)]
    told = [CalendarDay(day, day == today, tuple(coming[day]), tuple(past[day])) for day in days]
    return [told[start : start + 7] for start in range(0, len(told), 7)]


def crawl_names(shelf: CrawlShelf, root: Path, runs: Iterable[PastRun]) -> dict[int, str]:
    """By the ids of runs the names of their crawls in addresses; none of those that this dashboard does not show.

    :param root: the schedule's folder.
    """
    names = {crawl.folder.resolve(): crawl.name for crawl in shelf.crawls()}
    found = ((run.id, names.get((root / run.folder).resolve())) for run in runs if run.folder)
    return {identifier: name for identifier, name in found if name}


routes = [Route("/schedule", _schedule, name="schedule")]

"""Pages live: a crawl while it runs. The page polls its own address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.catalog.catalog_sqlite import Catalog
from portal_crawler.web.control import control_state
from portal_crawler.web.desk import catalog_of, crawl_of
from portal_crawler.web.ledger_view import STATES, frontier_of
from portal_crawler.web.rendered import rendered

_NEWEST = 12
# The speed is that of the last minute.
_SPAN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """Pages per minute over the last minute that was crawled, and the newest page's time."""

    pages_per_minute: float
    newest: str


def _live(request: Request) -> Response:
    crawl = crawl_of(request)
    frontier = frontier_of(crawl.folder)
    with catalog_of(request, crawl) as catalog:
        newest = _newest(catalog)
        pace = _pace(catalog)
        articles = catalog.count("article")
    return rendered(
        request,
        "live.html.j2",
        crawl=crawl,
        running=crawl.state == "running",
        control=control_state(crawl.folder),
        frontier=frontier,
        states=[state for state in STATES if state != "in_flight" or frontier.states.get(state)],
        newest=newest,
        pace=pace,
        articles=articles,
    )


def _newest(catalog: Catalog) -> list[dict[str, Any]]:
    rows = catalog.rows("SELECT id, place, key FROM page ORDER BY id DESC LIMIT ?", _NEWEST)
    return [{**row, "record": catalog.record("pages", row["place"])} for row in rows]


def _pace(catalog: Catalog) -> Pace:
    newest = catalog.rows("SELECT max(fetched_at) AS newest FROM page")[0]["newest"]
    if not newest:
        return Pace(0.0, "")
    since = (datetime.fromisoformat(newest) - _SPAN).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    found = catalog.rows("SELECT count(*) AS many, min(fetched_at) AS first FROM page WHERE fetched_at > ?", since)[0]
    took = (datetime.fromisoformat(newest) - datetime.fromisoformat(found["first"])).total_seconds()
    return Pace(60 * (found["many"] - 1) / took if took > 1 else 0.0, newest)


routes = [Route("/crawls/{crawl}/live", _live, name="live")]

"""Pages overview: what a crawl came to, on one page."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.catalog.catalog_sqlite import Catalog
from portal_crawler.report.summary import OUT_OF_SCOPE
from portal_crawler.web.desk import catalog_of, crawl_of
from portal_crawler.web.ledger_view import frontier_of
from portal_crawler.web.pages_report import REPORT
from portal_crawler.web.rendered import rendered

# Bars of a chart: what comes behind is a line of its list.
_BARS = 12


def _overview(request: Request) -> Response:
    crawl = crawl_of(request)
    with catalog_of(request, crawl) as catalog:
        told = catalog.path.stat()
        figures = _figures(crawl.folder, catalog.path, (told.st_ino, told.st_mtime_ns))
    report = (crawl.folder / REPORT).exists()
    states = frontier_of(crawl.folder).states
    context = {**figures, "funnel": _funnel(figures["steps"], figures["outside"], states)}
    return rendered(request, "overview.html.j2", crawl=crawl, facts=crawl.facts, report=report, **context)


@lru_cache(8)
def _figures(folder: Path, path: Path, stamp: tuple[int, int]) -> dict[str, Any]:
    """The figures of a crawl, counted once for each state of its catalog."""
    marks = ",".join("?" * len(OUT_OF_SCOPE))
    outside = f"SELECT count(*) AS many FROM skip WHERE bin = 'skipped' AND reason IN ({marks})"  # noqa: S608 - marks alone
    with Catalog(folder, path) as catalog:
        return {
            "steps": (
                ("fetched", catalog.count("page")),
                ("stories", catalog.rows("SELECT count(*) AS many FROM page WHERE kind = 'article'")[0]["many"]),
                ("unique", catalog.count("article")),
            ),
            "outside": catalog.rows(outside, *sorted(OUT_OF_SCOPE))[0]["many"],
            "kinds": catalog.facet("page", "kind"),
            "statuses": catalog.facet("page", "status"),
            "charsets": [one for one in catalog.facet("page", "charset") if one[0]],
            "sections": catalog.facet("article", "section")[:_BARS],
            "years": _years(catalog),
            "reasons": catalog.facet("skip", "reason")[:_BARS],
            "copies": catalog.facet("copy", "kind"),
            "linked": _most_linked(catalog),
            "links": catalog.rows("SELECT coalesce(sum(links_out), 0) AS total FROM page")[0]["total"],
        }


def _funnel(steps: tuple[tuple[str, int], ...], outside: int, states: dict[str, int]) -> list[tuple[str, int]]:
    """From everything discovered down to distinct stories; of records without a ledger, from what was fetched."""
    if not states:
        return list(steps)
    discovered = sum(states.values())
    return [("discovered", discovered), ("in_scope", discovered - outside), *steps]


def _years(catalog: Catalog) -> list[tuple[str, int]]:
    query = "SELECT substr(published, 1, 4) AS year, count(*) AS many FROM article GROUP BY year ORDER BY year"
    return [(row["year"], row["many"]) for row in catalog.rows(query)]


def _most_linked(catalog: Catalog) -> list[dict[str, Any]]:
    query = "SELECT * FROM page WHERE editorial_in > 0 ORDER BY editorial_in DESC, id DESC LIMIT 8"
    return [{**row, "record": catalog.record("pages", row["place"])} for row in catalog.rows(query)]


routes = [Route("/crawls/{crawl}", _overview, name="overview")]

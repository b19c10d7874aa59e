"""App: the dashboard as a Starlette application, put together from its pages."""

from __future__ import annotations

import sqlite3

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from portal_crawler.errors import PortalCrawlerError, StateError, UsageError
from portal_crawler.web import (
    control,
    login,
    pages_articles,
    pages_compare,
    pages_crawls,
    pages_dataset,
    pages_duplicates,
    pages_exports,
    pages_graph,
    pages_list,
    pages_live,
    pages_metrics,
    pages_overview,
    pages_page,
    pages_profile,
    pages_report,
    pages_schedule,
    pages_search,
    pages_skipped,
    security,
    static_files,
)
from portal_crawler.web.catalog_keeper import NotReadyError
from portal_crawler.web.conflict import ConflictError
from portal_crawler.web.desk import Desk, desk_of
from portal_crawler.web.not_found import NotHereError
from portal_crawler.web.rendered import rendered

_MODULES = (
    control,
    login,
    pages_crawls,
    pages_compare,
    pages_search,
    pages_schedule,
    pages_overview,
    pages_live,
    pages_metrics,
    pages_list,
    pages_page,
    pages_profile,
    pages_articles,
    pages_duplicates,
    pages_skipped,
    pages_graph,
    pages_exports,
    pages_dataset,
    pages_report,
    static_files,
)
"""Every module with pages: each has ``routes``."""
# What is the asking person's to mend; any other trouble is the server's (500).
_STATUS = ((NotHereError, 404), (UsageError, 400), (ConflictError, 409))


def make_app(desk: Desk) -> Starlette:
    """The dashboard for some crawls."""
    routes: list[BaseRoute] = [route for module in _MODULES for route in module.routes]
    app = Starlette(
        routes=routes,
        middleware=security.middleware(desk),
        exception_handlers={
            NotReadyError: _not_ready,
            PortalCrawlerError: _trouble,
            sqlite3.DatabaseError: _damaged,
            OSError: _unreadable,
            HTTPException: _http_error,
        },
    )
    app.state.desk = desk
    return app


def _not_ready(request: Request, error: Exception) -> Response:
    """The page that waits for a catalog. 202: a browser calls 503 an error in its console."""
    assert isinstance(error, NotReadyError)  # noqa: S101 - what the handler is for
    share = error.done / error.of if error.of else 0.0
    return rendered(request, "not_ready.html.j2", 202, share=share, done=error.done, of=error.of)


def _trouble(request: Request, error: Exception) -> Response:
    """An error that names its subject and the cure, as a page."""
    assert isinstance(error, PortalCrawlerError)  # noqa: S101 - what the handler is for
    error = _gone(request) or error
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    return rendered(request, "trouble.html.j2", status, error=error)


def _damaged(request: Request, error: Exception) -> Response:
    """A catalog that is damaged where nothing had looked before."""
    cure = "remove the crawl's work/catalog.sqlite: it is made again from its files"
    return _trouble(request, StateError("the catalog", f"cannot be read ({error})", cure))


def _unreadable(request: Request, error: Exception) -> Response:
    """A file that was removed or replaced while a page was made of it, or that cannot be read."""
    assert isinstance(error, OSError)  # noqa: S101 - what the handler is for
    told = error.strerror or str(error)
    cure = "ask again; where it stays so, check the crawl: portal-crawler verify"
    return _trouble(request, StateError(str(error.filename or "a file"), f"cannot be read ({told})", cure))


def _gone(request: Request) -> NotHereError | None:
    """That the crawl of a request is there no longer, which is why something else did not work."""
    if "crawl" in request.path_params:
        try:
            desk_of(request).shelf.crawl(request.path_params["crawl"])
        except NotHereError as error:
            return error
    return None


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what the handler is for
    return rendered(request, "http_error.html.j2", error.status_code, code=error.status_code, detail=error.detail)

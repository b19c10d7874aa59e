"""Security: what stands before every page of the dashboard. A first form: the hooks are here, the checks come."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.requests import Request

from portal_crawler.web.desk import Desk


def middleware(desk: Desk) -> list[Middleware]:
    """The middleware of the dashboard, outermost first."""
    return []


def csrf_field(request: Request) -> str:
    """The hidden field, as HTML, of every form that writes."""
    return ""

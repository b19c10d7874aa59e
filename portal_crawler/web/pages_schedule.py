"""Pages schedule: planned crawls. A first form: it says where schedules are made."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.web.rendered import rendered


def _schedule(request: Request) -> Response:
    return rendered(request, "schedule.html.j2")


routes = [Route("/schedule", _schedule, name="schedule")]

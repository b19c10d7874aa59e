"""Control: pausing, resuming and stopping a crawl that runs, by a wish that is left in its folder."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal_crawler.engine.control_file import Wish, ask, told
from portal_crawler.web.conflict import ConflictError
from portal_crawler.web.crawl_shelf import ShelvedCrawl
from portal_crawler.web.desk import crawl_of
from portal_crawler.web.rendered import address
from portal_crawler.web.security import form_of


def control_state(folder: Path) -> str:
    """What a running crawl made of a wish: "", ``paused`` or ``stopping``."""
    return told(folder).value


def _control(request: Request) -> Response:
    """Leave a wish for the crawl, and go back to where it is watched."""
    crawl = crawl_of(request)
    action = form_of(request).get("action", "")
    if action not in set(Wish):
        raise HTTPException(400, "action is pause, resume or stop")
    if not crawl.is_running():
        raise _too_late(crawl)
    ask(crawl.folder, Wish(action))
    return RedirectResponse(address("crawls", crawl.name, "live"), 303)


def _too_late(crawl: ShelvedCrawl) -> ConflictError:
    if crawl.state == "finished":
        return ConflictError(crawl.name, "has ended", "nothing of it is left to steer; its pages show what it found")
    return ConflictError(crawl.name, "does not run", "start it again with its command; it goes on where it was")


routes = [Route("/crawls/{crawl}/control", _control, methods=["POST"])]

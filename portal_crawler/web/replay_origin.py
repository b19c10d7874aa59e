"""Replay origin: the second server, on a port of its own, that shows what crawled pages were. It changes nothing.

Whatever a crawled page does, it does here, where there is nothing of the dashboard's: another origin by its port.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from portal_crawler.engine.reading_wire import Task
from portal_crawler.errors import PortalCrawlerError
from portal_crawler.web.archived_captures import Wanted, capture_for
from portal_crawler.web.file_answer import FileAnswer, etag_of
from portal_crawler.web.guard import App, Guard
from portal_crawler.web.hosts import AllowedHosts
from portal_crawler.web.packages import Packages
from portal_crawler.web.page_viewer import PageViewer
from portal_crawler.web.paths import file_within
from portal_crawler.web.player_files import FILES, FOLDER
from portal_crawler.web.policy import DATA_POLICY, own_page_policy, plain_page_policy, player_policy, replayed_policy

_MAKING = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>Preparing the replay</title>
<p>The archive is being packed for the player. This page goes on by itself.</p></html>
"""
_ABOUT = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Replay</title>
<p>This address shows archived pages for the dashboard of portal-crawler. Nothing here is fetched from the network.</p>
<p>The player is ReplayWeb.page, unmodified, under the GNU Affero General Public License, version 3 or later:
<a href="/player/NOTICE">notice and source</a>, <a href="/player/LICENSE">licence</a>.</p></html>
"""
# It stands in a folder of its own, not at the root: the player's service worker puts a page of its own there.
_PLAYER = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Replay</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><script src="./ui.js"></script></head>
<body><replay-app-main></replay-app-main></body></html>
"""


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """``folder_of`` gives the folder of a crawl by its name in addresses, ``page_of`` the line of ``pages.jsonl`` of a
    crawl's page by its key there; ``hosts`` are the names of this server, ``dashboards`` the origins whose pages may
    frame it; ``scripts`` lets the scripts of archived pages run in the player.
    """

    folder_of: Callable[[str], Path | None]
    page_of: Callable[[str, str], dict[str, Any] | None]
    hosts: AllowedHosts
    dashboards: tuple[str, ...]
    scripts: bool = False


def replay_origin(options: ReplayOptions) -> App:
    """The ASGI application of the second server."""
    server = _Replay(options)
    app = Starlette(
        routes=[
            Route("/", server.about),
            Route("/player/{name}", server.player_file),
            Route("/player/w/api/c/{collection}", server.no_collection),
            Route("/crawls/{crawl}/archive.wacz", server.package),
            Route("/crawls/{crawl}/replay", server.replay),
            Route("/crawls/{crawl}/page", server.page),
            Route("/crawls/{crawl}/why", server.why),
            Route("/replay/{crawl}/{key}", server.replay_of),
            Route("/drawn/{crawl}/{key}", server.drawn_of),
        ],
        exception_handlers={PortalCrawlerError: _told},
        lifespan=server.lifespan,
    )
    return Guard(app, options.hosts, DATA_POLICY, "same-site")


class _Replay:
    """The routes, and what they keep open."""

    def __init__(self, options: ReplayOptions) -> None:
        self._options = options
        self._packages, self._viewer = Packages(), PageViewer()

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Close what is open when the server ends."""
        try:
            yield
        finally:
            await asyncio.to_thread(self._viewer.close)
            await asyncio.to_thread(self._packages.close)

    def about(self, _: Request) -> Response:
        """What this is, and the player's licence."""
        return HTMLResponse(_ABOUT, headers=_policy(own_page_policy(())))

    def player_file(self, request: Request) -> Response | FileAnswer:
        """A file of the player, or the page that it stands in."""
        name = request.path_params["name"]
        if name == "view.html":
            return HTMLResponse(_PLAYER, headers=_policy(player_policy(self._options.dashboards)))
        path = file_within(FOLDER, name) if name in {*FILES, "NOTICE"} else None
        if path is None:
            raise HTTPException(404, "There is no such file.")
        kind = FILES[name].media_type if name in FILES else "text/plain; charset=utf-8"
        # A worker's own policy is that of its answer: it asks this server alone.
        policy = "default-src 'none'; connect-src 'self'; script-src 'self'"
        cached = ((b"cache-control", b"no-cache"), (b"content-security-policy", policy.encode()))
        return FileAnswer(path, kind, cached)

    def no_collection(self, _: Request) -> Response:
        """What the player asks before its service worker is there to answer: it goes on as after a 404, which a browser
        would call an error.
        """
        return Response(status_code=204)

    def package(self, request: Request) -> FileAnswer:
        """The crawl's WACZ, whole or in parts."""
        path = self._packages.ready(self._folder(request))
        if path is None:
            raise HTTPException(404, "The package is not there yet; open the replay first.")
        return FileAnswer(path, "application/wacz", ((b"cache-control", b"no-cache"),))

    def replay(self, request: Request) -> Response:
        """To the player, at the page that is asked for; its package is made first where there is none."""
        state = self._packages.ask(self._folder(request))
        if state.problem and request.query_params.get("url"):
            # Of a crawl that still runs, say: without a player its pages are there already.
            return RedirectResponse(f"/crawls/{quote(request.path_params['crawl'])}/page?{request.url.query}", 303)
        if state.problem:
            return PlainTextResponse(f"{state.problem}\n", 409, _policy(own_page_policy(self._options.dashboards)))
        if state.path is None:
            return HTMLResponse(_MAKING, 202, _policy(own_page_policy(self._options.dashboards)))
        asked = request.query_params
        scripts = self._options.scripts
        crawl = request.path_params["crawl"]
        # What the browser keeps of a package is kept under this name: another package is another collection.
        known = f"{crawl} {etag_of(state.path.stat())} {scripts}"
        place = {
            "source": f"{str(request.base_url).rstrip('/')}/crawls/{crawl}/archive.wacz",
            "customColl": hashlib.sha256(known.encode()).hexdigest()[:20],
            "config": json.dumps({"csp": replayed_policy(scripts=scripts)}),
            "embed": "replayonly" if asked.get("bare") == "1" else "default",
            "noCache": "1",
        }
        page = {"view": "pages"}
        if url := asked.get("url", ""):
            page = {"url": url, "ts": _digits(asked.get("ts", ""))}
        return RedirectResponse(f"/player/view.html?{urlencode(place)}#{urlencode(page)}", 303)

    def page(self, request: Request) -> Response:
        """An archived page as it is, without a player: nothing of it runs, nothing is fetched."""
        return self._shown(request, Task.SHOW)

    def why(self, request: Request) -> Response:
        """An archived page with its reading drawn over it."""
        return self._shown(request, Task.DRAW)

    def replay_of(self, request: Request) -> Response:
        """To the replay of a page by its key; of a crawl that still runs, to the page without a player."""
        place, page = self._place_of(request)
        moment = _digits(re.sub(r"[-:TZ]|\.\d*", "", str(page.get("fetched_at") or "")))
        asked = {**place, "ts": moment, "bare": "1"}
        return RedirectResponse(f"/crawls/{quote(request.path_params['crawl'])}/replay?{urlencode(asked)}", 303)

    def drawn_of(self, request: Request) -> Response:
        """To a page by its key, with its reading drawn over it."""
        place, _ = self._place_of(request)
        return RedirectResponse(f"/crawls/{quote(request.path_params['crawl'])}/why?{urlencode(place)}", 303)

    def _place_of(self, request: Request) -> tuple[dict[str, str], dict[str, Any]]:
        """Where the record of a page stands, as parameters, and the page's line."""
        page = self._options.page_of(request.path_params["crawl"], request.path_params["key"])
        if page is None:
            raise HTTPException(404, "There is no such page.")
        place = {"url": str(page["url"])}
        if page.get("warc_file"):
            place |= {"file": str(page["warc_file"]), "offset": str(page["warc_offset"])}
        return place, page

    def _shown(self, request: Request, task: Task) -> Response:
        folder, asked = self._folder(request), request.query_params
        offset = asked.get("offset", "")
        wanted = Wanted(
            asked.get("url", ""),
            _digits(asked.get("ts", "")),
            asked.get("file", ""),
            int(offset) if _digits(offset) and len(offset) < 16 else -1,
        )
        capture = capture_for(folder, wanted) if wanted.url else None
        headers = _policy(plain_page_policy(self._options.dashboards))
        if capture is None:
            told = f"<!DOCTYPE html><meta charset='utf-8'><p>The archive holds no page of {escape(wanted.url)}</p>"
            return HTMLResponse(told, 404, headers)
        lead = f"/crawls/{request.path_params['crawl']}/page?url="
        made = self._viewer.show(folder, task, capture, lead)
        return HTMLResponse(made.encode("utf-8", "replace"), headers=headers)

    def _folder(self, request: Request) -> Path:
        folder = self._options.folder_of(request.path_params["crawl"])
        if folder is None:
            raise HTTPException(404, "There is no such crawl.")
        return folder


def _policy(text: str) -> dict[str, str]:
    return {"Content-Security-Policy": text}


def _digits(text: str) -> str:
    """The text where it consists of digits alone, else ""."""
    return text if text.isascii() and text.isdecimal() else ""


def _told(_: Request, error: Exception) -> Response:
    """What a person must mend, in words; a page of it would be the crawled page's to write."""
    return PlainTextResponse(f"{error}\n", 409)

"""Write gate: the layer that lets a request change something. Behind it a route may take every POST as meant.

A request passes that comes from one of this server's own pages (Origin, Sec-Fetch-Site), in an open session, with the
mark of its form. Everything else is answered here, and reaches no route.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from portal_crawler.web.guard import App, Message, Receive, Scope, Send, answer_text
from portal_crawler.web.hosts import AllowedHosts
from portal_crawler.web.sessions import SESSION_SECONDS, Sessions

LOGIN, LOGOUT = "/login", "/logout"
# The field of a form, or the header of a script's request, that bears the mark.
MARK_FIELD, MARK_HEADER = "mark", b"x-form-mark"
# Bytes of a form, at most: a profile is a few kilobytes.
_MOST_BODY = 1024 * 1024
_MOST_FIELDS = 1_000
_FORM = b"application/x-www-form-urlencoded"
_SAFE = frozenset(["GET", "HEAD"])


class WriteGate:
    """ASGI middleware. It puts ``session`` and ``form`` into the request's state, and answers LOGIN and LOGOUT."""

    def __init__(self, app: App, sessions: Sessions, hosts: AllowedHosts) -> None:
        self._app, self._sessions, self._hosts = app, sessions, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        name = _session_name(headers)
        session = self._sessions.of(name, time.monotonic())
        state: dict[str, Any] = scope.setdefault("state", {})
        state["session"], state["may_write"] = session, self._sessions.may_write
        if scope["method"] in _SAFE:
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if refusal := self._refusal(headers):
            await answer_text(send, *refusal)
            return
        form = await _form(receive, headers)
        if form is None:
            await answer_text(send, 413, f"A form has at most {_MOST_BODY} bytes and {_MOST_FIELDS} fields.")
        elif path == LOGIN:
            await self._log_in(send, form, _cookie(headers))
        elif session is None:
            await _see_other(send, f"{LOGIN}?{urlencode({'next': _page_of(headers)})}")
        elif not session.has_made(_mark(headers, form)):
            await answer_text(send, 403, "The form is of another session. Load the page again, then send it again.")
        elif path == LOGOUT:
            self._sessions.close(name)
            await _see_other(send, "/", f"{_cookie(headers)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict")
        else:
            state["form"] = form
            await self._app(scope, _nothing_more, send)

    def _refusal(self, headers: Mapping[bytes, bytes]) -> tuple[int, str] | None:
        if not self._sessions.may_write:
            return 403, "This server changes nothing: it was started without --write."
        site = headers.get(b"sec-fetch-site", b"same-origin")
        if site != b"same-origin" or not self._is_own(headers):
            return 403, "A form is taken from this server's own pages alone."
        if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != _FORM:
            return 415, f"A form is sent as {_FORM.decode()}."
        return None

    def _is_own(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether Origin is this very server by the name that was asked for: not another port, not "null", not none."""
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        host = headers.get(b"host", b"").decode("latin-1").lower()
        return self._hosts.origin(origin) and origin.partition("://")[2] == host

    async def _log_in(self, send: Send, form: Mapping[str, str], cookie: str) -> None:
        now = time.monotonic()
        if (wait := self._sessions.wait(now)) > 0:
            seconds = str(int(wait) + 1)
            told = f"Too many wrong tokens: the next one is looked at in {seconds} s."
            await answer_text(send, 429, told, ((b"retry-after", seconds.encode()),))
        elif (name := self._sessions.open(form.get("token", ""), now)) is None:
            again = {"wrong": "1", "next": _way_back(form.get("next", ""))}
            await _see_other(send, f"{LOGIN}?{urlencode(again)}")
        else:
            cookie = f"{cookie}={name}; Path=/; Max-Age={SESSION_SECONDS:.0f}; HttpOnly; SameSite=Strict"
            await _see_other(send, _way_back(form.get("next", "")), cookie)


def _cookie(headers: Mapping[bytes, bytes]) -> str:
    """The name of this server's cookie. Cookies know no ports: two servers would take each other's away."""
    port = headers.get(b"host", b"").rpartition(b":")[2]
    return f"portal_crawler_{port.decode() if port.isdigit() else 80}"


def _session_name(headers: Mapping[bytes, bytes]) -> str:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return ""
    morsel = cookies.get(_cookie(headers))
    return morsel.value if morsel else ""


def _mark(headers: Mapping[bytes, bytes], form: Mapping[str, str]) -> str:
    return headers.get(MARK_HEADER, b"").decode("latin-1") or form.get(MARK_FIELD, "")


def _page_of(headers: Mapping[bytes, bytes]) -> str:
    """The path of the page from which a form was sent."""
    try:
        return _way_back(urlsplit(headers.get(b"referer", b"").decode("latin-1")).path)
    except ValueError:
        return "/"


def _way_back(path: str) -> str:
    """Where a person is led after the log-in: a path of this server, whatever the form says."""
    is_ours = path.startswith("/") and not path.startswith("//") and path.isascii() and path.isprintable()
    return path if is_ours and "\\" not in path and " " not in path else "/"


async def _form(receive: Receive, headers: Mapping[bytes, bytes]) -> dict[str, str] | None:
    """The fields of a form, the first of each name; ``None`` where there is more than a form has."""
    if not headers.get(b"content-length", b"0").isdigit() or int(headers.get(b"content-length", b"0")) > _MOST_BODY:
        return None
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _MOST_BODY:
            return None
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    return dict(reversed(pairs))


async def _nothing_more() -> Message:
    """The body was read here."""
    return {"type": "http.request", "body": b"", "more_body": False}


async def _see_other(send: Send, path: str, cookie: str = "") -> None:
    headers = [(b"location", path.encode("ascii"))] + ([(b"set-cookie", cookie.encode("ascii"))] if cookie else [])
    await answer_text(send, 303, "Go on there.", tuple(headers))

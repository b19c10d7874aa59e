"""Log-in: the page where the token of the server's start is given. The gate answers its form (``web.write_gate``)."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.web.rendered import rendered
from portal_crawler.web.security import session_of
from portal_crawler.web.write_gate import LOGIN


def new_token() -> str:
    """A token that nobody guesses: 256 random bits."""
    return secrets.token_urlsafe(32)


def login_address(origin: str, token: str) -> str:
    """Where a person logs in with one click: what follows ``#`` never leaves the browser."""
    return f"{origin}{LOGIN}#{token}"


def _login(request: Request) -> Response:
    asked = request.query_params
    return rendered(
        request,
        "login.html.j2",
        wrong="wrong" in asked,
        next_path=asked.get("next", "/"),
        logged_in=session_of(request) is not None,
    )


routes = [Route(LOGIN, _login)]

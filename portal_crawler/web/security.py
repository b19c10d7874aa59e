"""Security: what stands before every page of the dashboard, put together: the guard, and the gate of what writes."""

from __future__ import annotations

import secrets

from starlette.middleware import Middleware
from starlette.requests import Request

from portal_crawler.web.desk import Desk
from portal_crawler.web.guard import Guard
from portal_crawler.web.policy import dashboard_policy
from portal_crawler.web.sessions import Session, Sessions
from portal_crawler.web.write_gate import MARK_FIELD, WriteGate


def middleware(desk: Desk) -> list[Middleware]:
    """The middleware of the dashboard, outermost first."""
    sessions = Sessions(desk.token if desk.writable else "", secrets.token_bytes)
    return [
        Middleware(Guard, desk.hosts, dashboard_policy(desk.replay_origin)),
        Middleware(WriteGate, sessions, desk.hosts),
    ]


def session_of(request: Request) -> Session | None:
    """The session of a request; ``None`` where nobody has logged in."""
    session: Session | None = request.scope.get("state", {}).get("session")
    return session


def form_of(request: Request) -> dict[str, str]:
    """The fields of a form that the gate let through."""
    form: dict[str, str] = request.scope["state"]["form"]
    return form


def csrf_field(request: Request) -> str:
    """The hidden field, as HTML, of every form that writes; "" where nobody has logged in."""
    session = session_of(request)
    if session is None:
        return ""
    return f'<input type="hidden" name="{MARK_FIELD}" value="{session.mark(secrets.token_hex(16))}">'

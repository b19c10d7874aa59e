"""Guard: the outermost layer of a server. It answers to its own names, refuses addresses that lead elsewhere, and adds
to every answer what a browser may do with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Literal

from portal_crawler.web.hosts import AllowedHosts
from portal_crawler.web.paths import leads_elsewhere
from portal_crawler.web.policy import EVERY_ANSWER

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

METHODS = frozenset(["GET", "HEAD", "POST", "DELETE"])
Sharing = Literal["same-origin", "same-site"]


class Guard:
    """ASGI middleware around a whole server."""

    def __init__(self, app: App, hosts: AllowedHosts, policy: str, sharing: Sharing = "same-origin") -> None:
        """``policy`` is the Content-Security-Policy of answers that have none of their own; ``sharing`` says whose
        pages may take an answer in (Cross-Origin-Resource-Policy).
        """
        self._app, self._hosts = app, hosts
        self._headers = (
            *EVERY_ANSWER,
            (b"content-security-policy", policy.encode("ascii")),
            (b"cross-origin-resource-policy", sharing.encode("ascii")),
        )
        self._sharing = sharing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no WebSocket is ever offered
            await send({"type": "websocket.close", "code": 1008})
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message.get("headers", ())}
                added = [pair for pair in self._headers if pair[0] not in present]
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        if refusal := self._refusal(scope):
            await answer_text(guarded, *refusal)
        else:
            await self._app(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        if not self._hosts.admits([value for name, value in headers if name == b"host"]):
            return 421, "This server answers to its own names alone; another one is allowed with --allow-host HOST."
        if scope["method"] not in METHODS:
            return 405, "This method is not offered."
        if leads_elsewhere(scope.get("raw_path") or scope["path"].encode()):
            return 400, "This path leads out of what is served."
        if not self._is_welcome(dict(headers)):
            return 403, "Pages of other origins may link to this one, and take nothing from it."
        return None

    def _is_welcome(self, headers: dict[bytes, bytes]) -> bool:
        """What the browser says of where a request comes from (https://www.w3.org/TR/fetch-metadata/): from elsewhere
        a person may follow a link here, and no more. Other programs say nothing.
        """
        site = headers.get(b"sec-fetch-site", b"none")
        if site in (b"none", b"same-origin") or (site == b"same-site" and self._sharing == "same-site"):
            return True
        # Who may frame an answer stands in its policy.
        shown_in = (b"document",) if self._sharing == "same-origin" else (b"document", b"iframe")
        return headers.get(b"sec-fetch-mode") == b"navigate" and headers.get(b"sec-fetch-dest") in shown_in


async def answer_text(send: Send, status: int, text: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
    """Send a short answer in plain text."""
    body = f"{text}\n".encode()
    own = ((b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": [*own, *headers]})
    await send({"type": "http.response.body", "body": body})

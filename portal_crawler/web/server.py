"""Server: the dashboard's HTTP server on one address, until it is told to stop."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from portal_crawler.errors import UsageError

# Seconds that open downloads get at the end.
_LAST_WORDS = 3


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes any that is free.

    :raises UsageError: where the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(128)
    except OSError as error:
        made.close()
        cure = "name another with --port (0 takes any that is free) or --host"
        raise UsageError(f"{host}:{port}", f"cannot be listened on ({error.strerror})", cure) from error
    return made


class _Server(uvicorn.Server):
    """A server that says when it begins to end: requests that wait for something long would hold it up."""

    def __init__(self, config: uvicorn.Config, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)


def serve(
    app: ASGIApp,
    sock: socket.socket,
    started: Callable[[], None] = lambda: None,
    ending: Callable[[], None] = lambda: None,
) -> None:
    """Answer requests until SIGINT or SIGTERM.

    :param started: is called when the first request can come, ``ending`` when no further one is taken.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        timeout_graceful_shutdown=_LAST_WORDS,
        h11_max_incomplete_event_size=64 * 1024,
    )
    server = _Server(config, ending)
    started()
    server.run(sockets=[sock])

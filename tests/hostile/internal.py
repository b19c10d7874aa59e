"""Internal service: a listener that nobody may contact. It counts who does, and answers as a careless one would."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.hostile.answers import html
from tests.hostile.server import read_request

SECRET = "the password of the archive is swordfish"


@dataclass(slots=True)
class InternalService:
    """``contacts`` are the request lines that it got, "" for a connection without one."""

    address: str
    contacts: list[str] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        """Answer until the listener is closed."""
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        number = len(self.contacts)
        self.contacts.append("")
        with contextlib.suppress(OSError), connection:
            connection.settimeout(10)
            request, _ = read_request(connection, b"")
            if request is not None:
                self.contacts[number] = f"{request.method} http://{request.host}{request.target}"
                answer = html(f"<h1>Internal</h1><p>{SECRET}</p>" * 20)
                connection.sendall(b"".join(answer.stream()))


@contextlib.contextmanager
def internal_service(address: str = "127.0.0.1") -> Iterator[InternalService]:
    """Listen on a free port of a loopback address while the block runs."""
    with contextlib.ExitStack() as listeners:
        first = listeners.enter_context(socket.create_server((address, 0), backlog=64))
        port = first.getsockname()[1]
        all_of_them = [first]
        # Where this machine has IPv6, its loopback leads there too.
        with contextlib.suppress(OSError):
            six = socket.create_server(("::1", port), family=socket.AF_INET6, backlog=64)
            all_of_them.append(listeners.enter_context(six))
        service = InternalService(f"{address}:{port}")
        for listener in all_of_them:
            threading.Thread(target=service.serve, args=(listener,), daemon=True).start()
        try:
            yield service
        finally:
            for listener in all_of_them:
                with contextlib.suppress(OSError):
                    listener.shutdown(socket.SHUT_RDWR)

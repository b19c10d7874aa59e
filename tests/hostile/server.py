"""Server: sockets that answer as routes say, byte for byte, and keep a journal. Bounded: it ends with its block."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.hostile.answers import Answer, Asked, End, Route, html
from tests.hostile.journal import UNKNOWN, Entry, Journal
from tests.hostile.stories import page

# What a route leads to: the hazard that it belongs to, and its answers.
Routing = Callable[[str, str], tuple[str, Route] | None]

_NOT_FOUND = html(page("<h1>Not Found</h1><p>There is no such page.</p>"), status="404 Not Found")
_TOO_LONG = html("<h1>URI Too Long</h1>", status="414 URI Too Long")
_COOKIE_TOO_LARGE = html("<h1>Bad Request</h1><p>Request header or cookie too large</p>", status="400 Bad Request")
# As nginx has it: large_client_header_buffers 4 8k, with some goodwill.
_LONGEST_LINE, _LONGEST_COOKIE, _LONGEST_HEAD = 16_384, 16_384, 4 << 20
_IDLE = 60.0
# A small buffer of the system's: what counts as sent was read, or nearly so.
_BUFFER = 128 * 1024


@dataclass(slots=True)
class HostileServer:
    """Listens on a port of 127.0.0.1. ``stop`` ends all answers under way."""

    routing: Routing
    journal: Journal = field(default_factory=Journal)
    port: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    _listener: socket.socket | None = None
    _open: dict[int, socket.socket] = field(default_factory=dict)
    _connections: int = 0
    _refusing: bool = False

    @property
    def address(self) -> str:
        """``host:port``."""
        return f"127.0.0.1:{self.port}"

    def listen(self) -> None:
        """Begin to answer; after a first time, at the same port as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(256)
        self.port, self._listener = listener.getsockname()[1], listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def close(self) -> None:
        """End: the port, and every connection."""
        self.stop.set()
        self.cut_off()

    def cut_off(self) -> None:
        """Close the port and reset every connection; ``listen`` takes it up again."""
        if self._listener is not None:
            # A thread that waits in accept would keep the port open.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for connection in list(self._open.values()):
            _reset(connection)

    def refuse(self, refusing: bool) -> None:
        """Reset every connection that comes, with the port open, or stop doing so."""
        self._refusing = refusing
        if refusing:
            for connection in list(self._open.values()):
                _reset(connection)

    def _accept(self, listener: socket.socket) -> None:
        while not self.stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if self._refusing:
                _reset(connection)
                continue
            self._connections += 1
            threading.Thread(target=self._serve, args=(connection, self._connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        self._open[number] = connection
        try:
            with contextlib.suppress(OSError), connection:
                connection.settimeout(_IDLE)
                rest = b""
                while not self.stop.is_set():
                    request, rest = read_request(connection, rest)
                    if request is None or not self._answer(connection, request, number):
                        return
        finally:
            self._open.pop(number, None)

    def _answer(self, connection: socket.socket, request: Request, number: int) -> bool:
        """Answer one request; whether the connection stays."""
        found = self.routing(request.host, request.target)
        hazard, route = found or (UNKNOWN, (_NOT_FOUND,))
        cookie = sum(len(value) for name, value in request.headers if name.lower() == "cookie")
        entry = Entry(time.monotonic(), request.host, request.target, hazard, number, cookie, request.size)
        asked = Asked(request.host, request.target, self.journal.note(entry), request.headers)
        if len(request.target) > _LONGEST_LINE:
            answer = _TOO_LONG
        elif cookie > _LONGEST_COOKIE:
            answer = _COOKIE_TOO_LARGE
        else:
            answer = route(asked) if callable(route) else route[min(asked.number, len(route)) - 1]
        try:
            self._send(connection, answer, entry)
        except OSError:
            entry.cut = True
            return False
        finally:
            entry.ended = time.monotonic()
        if answer.end is End.RESET:
            time.sleep(0.1)  # what was sent is to arrive before the RST discards it
            _reset(connection)
        return answer.end is End.KEEP

    def _send(self, connection: socket.socket, answer: Answer, entry: Entry) -> None:
        until = time.monotonic() + answer.within
        for at, piece in enumerate(answer.stream()):
            if at and answer.pause and self._waited(connection, answer.pause, until):
                return
            view = memoryview(piece)
            while view:
                if self.stop.is_set() or time.monotonic() > until:
                    return
                count = connection.send(view)
                entry.sent += count
                view = view[count:]
        if answer.end is End.HANG:
            while not self._waited(connection, 0.5, until):
                pass

    def _waited(self, connection: socket.socket, seconds: float, until: float) -> bool:
        """Wait; whether the answer is over by then."""
        if self.stop.wait(seconds) or time.monotonic() > until:
            return True
        connection.setblocking(False)
        try:
            gone = connection.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            gone = False
        finally:
            connection.settimeout(_IDLE)
        if gone:
            raise ConnectionResetError
        return False


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came. ``host`` is the Host header in lower case, ``size`` the bytes of the head."""

    method: str
    target: str
    host: str
    headers: tuple[tuple[str, str], ...]
    size: int


def read_request(connection: socket.socket, rest: bytes) -> tuple[Request | None, bytes]:
    """The next request on a connection, ``None`` at its end, and what was read beyond it."""
    data = rest
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece or len(data) > _LONGEST_HEAD:
            return None, b""
        data += piece
    top, _, beyond = data.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    method, target, *_ = (*first.split(" "), "", "")
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    host = next((value.lower() for name, value in headers if name.lower() == "host"), "")
    return Request(method, target, host, headers, len(top) + 4), beyond


def _reset(connection: socket.socket) -> None:
    """End a connection with RST."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The descriptor itself may still be in use by the thread that serves it.
        connection.shutdown(socket.SHUT_RD)
        connection.close()


@contextlib.contextmanager
def serving(routing: Routing) -> Iterator[HostileServer]:
    """A server while the block runs."""
    server = HostileServer(routing)
    server.listen()
    try:
        yield server
    finally:
        server.close()

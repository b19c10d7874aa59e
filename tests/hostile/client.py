"""A client that believes nothing: it asks a server over a bare socket, and gives what came."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """``data`` are the bytes that came; ``ended`` is how: "closed", "reset", "silent" (nothing more came in time) or
    "enough".
    """

    data: bytes
    ended: str

    @property
    def status(self) -> int:
        """The status code, 0 where there is none."""
        parts = self.data[:64].split(b" ")
        return int(parts[1]) if self.data.startswith(b"HTTP/") and len(parts) > 1 and parts[1].isdigit() else 0

    @property
    def head(self) -> bytes:
        """Status line and header lines."""
        return self.data[: self._end()]

    @property
    def body(self) -> bytes:
        """What stands behind the head, as it passed."""
        return self.data[self._end() :].lstrip(b"\r\n")

    def _end(self) -> int:
        """Where the head ends; some servers end its lines with LF alone."""
        found = re.search(rb"\r?\n\r?\n", self.data)
        return found.start() if found else len(self.data)

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        for line in self.head.split(b"\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.lower().encode():
                return value.strip().decode("utf-8", "replace")
        return None


def ask(port: int, host: str, target: str, *lines: str, most: int = 1 << 20, silence: float = 0.3) -> Heard:
    """Ask once; read until ``most`` bytes are there, the other side ends, or it is silent for so many seconds."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as stream:
        stream.sendall(
            b"".join(line.encode() + b"\r\n" for line in (f"GET {target} HTTP/1.1", f"Host: {host}", *lines, ""))
        )
        return hear(stream, most, silence)


def hear(stream: socket.socket, most: int, silence: float) -> Heard:
    """What a connection says."""
    pieces, size, until = list[bytes](), 0, time.monotonic() + 20
    stream.settimeout(silence)
    while size < most and time.monotonic() < until:
        try:
            piece = stream.recv(65_536)
        except TimeoutError:
            return Heard(b"".join(pieces), "silent")
        except ConnectionResetError:
            return Heard(b"".join(pieces), "reset")
        if not piece:
            return Heard(b"".join(pieces), "closed")
        pieces.append(piece)
        size += len(piece)
        if _whole(pieces[0], size):
            silence = min(silence, 0.005)
            stream.settimeout(silence)
    return Heard(b"".join(pieces), "enough")


def _whole(start: bytes, size: int) -> bool:
    """Whether an answer with a length is there: what might still come is waited for only briefly."""
    top, end, _ = start.partition(b"\r\n\r\n")
    for line in top.lower().split(b"\r\n"):
        if end and line.startswith(b"content-length:") and line[15:].strip().isdigit():
            return size >= len(top) + 4 + int(line[15:])
    return False

"""Exchange: one HTTP exchange as it passed on the wire, before anything is read out of it. Contains no networking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Truncation(StrEnum):
    """Why a response is not whole, in the words of WARC/1.1 section 5.15."""

    LENGTH = "length"
    TIME = "time"
    DISCONNECT = "disconnect"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True)
class Exchange:
    """The bytes of one exchange, both ways, and its circumstances.

    ``request`` and ``response`` are what passed the (decrypted) connection, framing included: nothing is added,
    dropped or reordered. Interim answers (1xx) stand in front of the final one; ``response`` is ``b""`` if none came.
    ``started`` is aware UTC, to the millisecond: when the request was sent. ``seconds`` is from there to the last byte.
    ``ip`` is the address at the other end (the proxy's, where ``proxy`` names one as ``host:port``). ``protocols`` are
    those of the connection, such as ``("http/1.1", "tls/1.3")``. ``problem`` says in words what went wrong, or "".
    """

    url: str
    started: datetime
    request: bytes
    response: bytes = b""
    seconds: float = 0.0
    ip: str | None = None
    protocols: tuple[str, ...] = ("http/1.1",)
    cipher: str | None = None
    proxy: str | None = None
    truncated: Truncation | None = None
    problem: str = ""

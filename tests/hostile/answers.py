"""Answers: what a hostile server sends, as bytes in pieces and an end; builders of the honest ones."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

GIB = 1 << 30


class End(StrEnum):
    """What becomes of the connection: it serves the next request, is closed, is reset (RST), or stays silent."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"
    HANG = "hang"


@dataclass(frozen=True, slots=True)
class Answer:
    """``pieces`` are the bytes, or make them. ``pause`` is the seconds between two pieces.

    A slow answer ends after ``within`` seconds, whatever is left of it.
    """

    pieces: tuple[bytes, ...] | Callable[[], Iterable[bytes]]
    end: End = End.KEEP
    pause: float = 0.0
    within: float = 120.0

    def stream(self) -> Iterator[bytes]:
        """The pieces, one after the other."""
        return iter(self.pieces() if callable(self.pieces) else self.pieces)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: ``target`` is the path with its query as it was sent, ``number`` counts those for it from 1."""

    host: str
    target: str
    number: int
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What follows the question mark."""
        return self.target.partition("?")[2]


# What an address answers: the n-th request gets the n-th answer and later ones the last, or it depends.
Route = tuple[Answer, ...] | Callable[[Asked], Answer]


def head(*lines: str | bytes, status: str = "200 OK") -> bytes:
    """Status line and header lines, with the empty line behind them."""
    raw = [line.encode() if isinstance(line, str) else line for line in (f"HTTP/1.1 {status}", *lines)]
    return b"".join(line + b"\r\n" for line in raw) + b"\r\n"


def whole(
    body: bytes, *lines: str | bytes, status: str = "200 OK", media: str | None = "text/html; charset=utf-8"
) -> Answer:
    """An honest answer with its length; further header lines in front of that."""
    kind = (f"Content-Type: {media}",) if media else ()
    return Answer((head(*kind, *lines, f"Content-Length: {len(body)}", status=status) + body,))


def lazily(make: Callable[[], bytes], *lines: str | bytes, media: str | None = "text/html; charset=utf-8") -> Answer:
    """As ``whole``, with a body that is large and made when it is asked for."""
    return Answer(lambda: whole(make(), *lines, media=media).stream())


def html(text: str, *lines: str | bytes, status: str = "200 OK") -> Answer:
    """A page in UTF-8."""
    return whole(text.encode("utf-8", "surrogatepass"), *lines, status=status)


def raw(*pieces: bytes, end: End = End.CLOSE, pause: float = 0.0, within: float = 120.0) -> Answer:
    """Bytes as they stand."""
    return Answer(pieces, end, pause, within)


def to(location: str | bytes, status: str = "302 Found", *lines: str | bytes) -> Answer:
    """A redirect."""
    where = location.encode() if isinstance(location, str) else location
    return whole(b"<p>Moved.</p>", b"Location: " + where, *lines, status=status)


def chunked(parts: Iterable[bytes], *lines: str, end: bytes = b"0\r\n\r\n", how: End = End.KEEP) -> Answer:
    """A body in chunks, ended as said."""
    sizes = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return Answer(
        (head("Content-Type: text/html; charset=utf-8", "Transfer-Encoding: chunked", *lines), sizes + end), how
    )


def halves(data: bytes, count: int = 2) -> list[bytes]:
    """Data in about equal parts."""
    size = -(-len(data) // count)
    return [data[at : at + size] for at in range(0, len(data), size)]


def endless(piece: bytes, first: bytes = b"", most: int = 2 << 30) -> Callable[[], Iterable[bytes]]:
    """``first``, then ``piece`` again and again, ``most`` bytes of it."""

    def make() -> Iterator[bytes]:
        yield first
        for _ in range(max(1, most // len(piece))):
            yield piece

    return make


def coded(body: Callable[[], Iterable[bytes]], coding: str, media: str = "text/html; charset=utf-8") -> Answer:
    """An answer in a content coding, whose end is the connection's."""
    start = head(f"Content-Type: {media}", f"Content-Encoding: {coding}", "Connection: close")

    def make() -> Iterator[bytes]:
        yield start
        yield from body()

    return Answer(make, End.CLOSE)


def gzip_zeros(size: int = GIB, lead: bytes = b"<p>") -> Iterator[bytes]:
    """``lead`` and zeros in one gzip member (RFC 1952). Its packed form is a thousandth of it."""
    yield b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
    yield from _deflated(size, lead)
    check = zlib.crc32(lead)
    million = bytes(1 << 20)
    for _ in range(size >> 20):
        check = zlib.crc32(million, check)
    yield check.to_bytes(4, "little") + ((size + len(lead)) & 0xFFFFFFFF).to_bytes(4, "little")


def zlib_zeros(size: int = GIB, lead: bytes = b"<p>") -> Iterator[bytes]:
    """The same as a zlib stream (RFC 1950), as the coding ``deflate`` has it."""
    yield b"\x78\x9c"
    yield from _deflated(size, lead)
    # Adler-32 over zeros: the first sum stays, the second grows by it with every byte.
    check = zlib.adler32(lead)
    first, second = check & 0xFFFF, check >> 16
    yield (((second + size * first) % 65521) << 16 | first).to_bytes(4, "big")


def _deflated(size: int, lead: bytes) -> Iterator[bytes]:
    """Raw deflate: after a full flush, a million zeros always pack into the same bytes."""
    packer = zlib.compressobj(9, wbits=-15)
    start = packer.compress(lead) + packer.flush(zlib.Z_FULL_FLUSH)
    million = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    yield start
    for _ in range(size >> 20):
        yield million
    yield b"\x03\0"


def zstd_zeros(size: int = GIB) -> Iterator[bytes]:
    """Zeros as RLE blocks of a zstd frame (RFC 8878 section 3.1.1.2): four bytes for 128 KiB."""
    yield b"\x28\xb5\x2f\xfd\x00\x38"  # magic, no content size, window of 128 KiB
    count = size >> 17
    block = ((1 << 17) << 3 | 1 << 1).to_bytes(3, "little") + b"\0"
    last = ((1 << 17) << 3 | 1 << 1 | 1).to_bytes(3, "little") + b"\0"
    for _ in range(count - 1):
        yield block
    yield last


def brotli_zeros(size: int = GIB) -> Iterator[bytes]:
    """Zeros in one brotli stream (RFC 7932)."""
    import brotli  # type: ignore[import-untyped] # it has no types

    packer = brotli.Compressor(quality=3)
    for _ in range(size >> 20):
        if piece := packer.process(bytes(1 << 20)):
            yield piece
    yield packer.finish()


def gzipped(body: bytes, times: int = 1) -> bytes:
    """A body in gzip, so many times over."""
    for _ in range(times):
        body = gzip.compress(body, mtime=0)
    return body


def in_turn(*answers: Answer) -> tuple[Answer, ...]:
    """Answers for the first, the second, … request; the last one for all that follow."""
    return answers


def after(bad: Sequence[Answer], good: Answer) -> tuple[Answer, ...]:
    """Bad answers first, then the good one."""
    return (*bad, good)

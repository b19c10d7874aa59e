"""File answer: a file, or the part of it that is asked for, with flat memory (RFC 9110 sections 13 and 14)."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import BinaryIO

from portal_crawler.web.byte_ranges import UNSATISFIABLE, ByteRange, asked_range
from portal_crawler.web.guard import Receive, Scope, Send, answer_text

_CHUNK = 256 * 1024
Pairs = tuple[tuple[bytes, bytes], ...]


def etag_of(facts: os.stat_result) -> str:
    """A strong validator: a file that is replaced or grows has another one."""
    return f'"{facts.st_ino:x}-{facts.st_size:x}-{facts.st_mtime_ns:x}"'


class FileAnswer:
    """The ASGI answer with one file. A part of it is given where one is asked for; never several at once."""

    def __init__(self, path: Path, media_type: str, headers: Pairs = ()) -> None:
        self._path, self._media_type, self._more = path, media_type, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD."""
        try:
            file = await asyncio.to_thread(self._path.open, "rb")
        except OSError:
            await answer_text(send, 404, "There is no such file.")
            return
        try:
            await self._answer(dict(scope["headers"]), scope["method"] == "HEAD", file, send)
        finally:
            file.close()

    async def _answer(self, asked: dict[bytes, bytes], head: bool, file: BinaryIO, send: Send) -> None:
        facts = os.fstat(file.fileno())
        etag, size = etag_of(facts), facts.st_size
        about: Pairs = ((b"etag", etag.encode()), (b"accept-ranges", b"bytes"), *self._more)
        if _has(asked.get(b"if-none-match"), etag):
            await _start(send, 304, about)
            await send({"type": "http.response.body", "body": b""})
            return
        wanted = asked.get(b"range")
        # RFC 9110 section 13.1.5: of a file that is another one by now, the whole is sent. Only a strong validator
        # counts, so that a date never does.
        if wanted is not None and asked.get(b"if-range", etag.encode()).decode("latin-1") != etag:
            wanted = None
        part = None if head else asked_range(wanted.decode("latin-1") if wanted else None, size)
        if part is UNSATISFIABLE:
            told = f"bytes */{size}".encode()
            await answer_text(send, 416, "That part is not there.", ((b"content-range", told), *about))
            return
        length = part.length if part else size
        about = (*about, (b"content-type", self._media_type.encode()), (b"content-length", str(length).encode()))
        if part is not None:
            about = (*about, (b"content-range", part.content_range(size).encode()))
        await _start(send, 206 if part else 200, about)
        if head:
            await send({"type": "http.response.body", "body": b""})
        else:
            await _send_bytes(file, part or ByteRange(0, size - 1), send)


def _has(header: bytes | None, etag: str) -> bool:
    """Whether an If-None-Match names what is there: by its validator, weak or not, or as any (RFC 9110 13.1.2)."""
    told = (header or b"").decode("latin-1").strip()
    return told == "*" or etag in {one.strip().removeprefix("W/") for one in told.split(",")}


async def _start(send: Send, status: int, headers: Pairs) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})


async def _send_bytes(file: BinaryIO, part: ByteRange, send: Send) -> None:
    left = part.length
    file.seek(part.first)
    while left > 0:
        chunk = await asyncio.to_thread(file.read, min(_CHUNK, left))
        if not chunk:
            # The file was cut meanwhile: less than was promised is sent, and the server ends the connection.
            break
        left -= len(chunk)
        await send({"type": "http.response.body", "body": chunk, "more_body": left > 0})
    else:
        if part.length <= 0:
            await send({"type": "http.response.body", "body": b""})

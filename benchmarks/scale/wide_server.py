"""Wide server: serves a wide portal at the least cost, each page made from its address.

    python benchmarks/scale/wide_server.py     # prints its host:port, serves until standard input ends

Page ``n`` of a host leads to its menu, to six older pages, to ``NEW`` pages that no other leads to first, and to two
more of those that come soon. Its story is some eighty words, the same every time and told nowhere else.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from zlib import crc32

from wide_portal import LINKS, MENU, address, menu, number_of, old_numbers

# New pages that a page leads to: a host's frontier is twice as long as what is done of it.
NEW = 3
_TOLD = (
    "river province market harvest teacher railway bridge museum festival minister factory village doctor concert"
    " temple harbor student painter engine garden winter summer election treaty orchard border hospital printing"
    " theatre station weather mountain copper silver cotton barley pepper lantern council"
)
_WORDS = tuple(_TOLD.split())
_STEP, _START = 1_664_525, 1_013_904_223


def page_of(host: str, url: str) -> bytes | None:
    """The page of an address; ``None`` where the host has none there."""
    number = number_of(url)
    if number is None or address(host, number).url != url:
        return None
    first = MENU + NEW * number
    old = old_numbers(number, max(MENU, first), LINKS - MENU - NEW)
    near = [address(host, one) for one in (*range(first, first + NEW), *old)]
    links = "".join(f'<li><a href="{one.url}">{words(one_number(one.url), 4)}</a></li>' for one in near)
    above = "".join(f'<a href="{one.url}">{name}</a> ' for one, name in zip(menu(host), _WORDS, strict=False))
    seed = crc32(url.encode())
    title = words(seed, 6).capitalize()
    paragraphs = "".join(f"<p>{words(seed + 1 + part, 26).capitalize()}.</p>" for part in range(3))
    return (
        f'<html><head><title>{title}</title></head><body><div class="nav">{above}</div>'
        f'<h1>{title}</h1><div class="story">{paragraphs}</div><ul class="more">{links}</ul></body></html>'
    ).encode()


def one_number(url: str) -> int:
    """The number of an address of the portal."""
    return number_of(url) or 0


def words(seed: int, count: int) -> str:
    """So many words, drawn by a seed."""
    drawn = []
    for _ in range(count):
        seed = (seed * _STEP + _START) % (1 << 32)
        drawn.append(_WORDS[(seed * len(_WORDS)) >> 32])
    return " ".join(drawn)


class Answering(asyncio.Protocol):
    """One connection, kept open."""

    def __init__(self) -> None:
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._asked += data
        while b"\r\n\r\n" in self._asked:
            head, _, self._asked = self._asked.partition(b"\r\n\r\n")
            self._answer(head.decode("latin-1").split("\r\n"))

    def _answer(self, lines: list[str]) -> None:
        target = lines[0].split(" ")[1]
        host = next((line[5:].strip() for line in lines if line.lower().startswith("host:")), "")
        page = page_of(host, f"http://{host}{target}")
        status, body = ("200 OK", page) if page else ("404 Not Found", b"<p>There is no such page.</p>")
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)  # type: ignore[attr-defined]


async def serve() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, backlog=256)
    print(f"127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve())

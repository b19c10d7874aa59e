"""Memory portal: the demo portal's answers from memory, so that the server takes little of the processors.

    python benchmarks/speed/memory_portal.py SIZE

prints its address as ``host:port``, and ends when its standard input does. The first request for an address is passed
on to the demo server, drawn and slow as it is; every further one gets the same bytes at once. What the demo portal does
once only (a busy answer) is not kept, and what it does slowly is fast the second time.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from portal_crawler.demo.process import serving

_BUSY = b"HTTP/1.1 503"
_END = b"\r\n\r\n"


@contextmanager
def memory_portal(size: str) -> Iterator[str]:
    """Serve a portal of a size while the block runs; gives its ``host:port``."""
    command = [sys.executable, __file__, size]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        address = child.stdout.readline().strip()
        if not address:
            raise SystemExit(f"the portal did not start; run {' '.join(command)} to see why")
        yield address
    finally:
        child.stdin.close()
        child.wait()


class _Answers(asyncio.Protocol):
    """One connection. ``kept`` has the whole answers by host and target."""

    def __init__(self, kept: dict[tuple[bytes, bytes], bytes], behind: tuple[str, int]) -> None:
        self._kept, self._behind, self._data = kept, behind, b""
        self._transport: asyncio.Transport | None = None
        self._asked = set[asyncio.Future[None]]()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while _END in self._data:
            head, _, self._data = self._data.partition(_END)
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        assert self._transport is not None
        lines = head.split(b"\r\n")
        host = next((line[5:].strip().lower() for line in lines if line[:5].lower() == b"host:"), b"")
        method, target, _ = lines[0].split(b" ", 2)
        if target.startswith(b"http://"):  # of a client that takes this for a proxy
            host, slash, path = target.removeprefix(b"http://").partition(b"/")
            target = slash + path or b"/"
        key = (host, method + b" " + target)
        if (answer := self._kept.get(key)) is not None:
            self._give(answer)
        else:
            task = asyncio.ensure_future(self._pass_on(key))
            self._asked.add(task)  # the loop itself keeps no task alive
            task.add_done_callback(self._asked.discard)

    def _give(self, answer: bytes) -> None:
        assert self._transport is not None
        self._transport.write(answer)
        if b"\r\nConnection: close\r\n" in answer[: answer.index(_END) + 2]:
            self._transport.close()

    async def _pass_on(self, key: tuple[bytes, bytes]) -> None:
        host, asked = key
        request = asked + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
        reader, writer = await asyncio.open_connection(*self._behind)
        writer.write(request)
        answer = await reader.read(-1)
        writer.close()
        if not answer.startswith(_BUSY):
            self._kept[key] = answer
        self._give(answer)


async def _serve(behind: tuple[str, int]) -> None:
    kept: dict[tuple[bytes, bytes], bytes] = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Answers(kept, behind), "127.0.0.1", 0, backlog=128)
    host, port = server.sockets[0].getsockname()
    print(f"{host}:{port}", flush=True)
    ended = asyncio.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set)), daemon=True).start()
    await ended.wait()


def main() -> None:
    """Serve until standard input ends."""
    with serving(sys.argv[1]) as behind:
        host, _, port = behind.partition(":")
        asyncio.run(_serve((host, int(port))))


if __name__ == "__main__":
    main()

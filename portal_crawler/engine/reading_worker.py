"""Reading worker: the process that reads pages for a crawl. It holds no file of the crawl and opens no connection.

It ends with the process that started it, whatever ended that: the socket between them is closed then. Of signals to the
whole group of processes (Ctrl-C, a service that is stopped) it takes no notice: what it reads is still wanted.
"""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
import socket
import sys
import threading
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from portal_crawler.capture import Capture
from portal_crawler.engine.reading_wire import NO_CAPTURE, Answer, Task, receive, send
from portal_crawler.explain.drawn_page import drawn_page
from portal_crawler.explain.plain_page import plain_page
from portal_crawler.page.network_npz import block_network
from portal_crawler.reading import PageReading, read_page, scan_page
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.template.site_template import SiteTemplate


def main() -> None:
    """Serve the socket whose number is the first argument, until its other side is closed."""
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    link = socket.socket(fileno=int(sys.argv[1]))
    threading.Thread(target=_end_with, args=(link.fileno(),), daemon=True).start()
    stream = link.makefile("rb")
    (profile, seconds, memory), _ = receive(stream)
    block_network()
    read_page(Capture("http://localhost/", b"<p>What is loaded at first use is loaded by now."), profile, learn=True)
    # What is loaded by now lives as long as the process: the collector, which goes through all there is every few dozen
    # pages, need not go through this.
    gc.collect()
    gc.freeze()
    _bound(memory)
    send(link, (Answer.READY.value, None, resident()))
    try:
        _serve(link, stream, profile, seconds)
    except (EOFError, OSError):
        os._exit(0)


def _serve(link: socket.socket, stream: BinaryIO, profile: SiteProfile, seconds: float) -> None:
    template: SiteTemplate | None = None
    while True:
        (task, told, given), body = receive(stream)
        if task == "template":
            template = SiteTemplate(*told) if told else None
            continue
        # The kernel ends the process when its time is over, also within a library that lets nothing interrupt it.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            answer = _answer(Task(task), replace(given, body=body), profile, template, told)
            send(link, (Answer.READING.value, answer, resident()))
        except MemoryError:
            send(link, (Answer.MEMORY.value, None, resident()))
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the page's doing, and told
            words = "".join(traceback.format_exception(error))
            send(link, (Answer.FAILED.value, (f"{type(error).__name__}: {error}"[:300], words[-4000:]), resident()))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)


def _answer(
    task: Task, capture: Capture, profile: SiteProfile, template: SiteTemplate | None, told: Any
) -> PageReading | str:
    if task is Task.SCAN:
        return replace(scan_page(capture, profile, told), capture=NO_CAPTURE)
    reading = read_page(capture, profile, template, learn=True)
    if task is Task.SHOW:
        return plain_page(capture.body, reading, told)
    if task is Task.DRAW:
        return drawn_page(capture.body, reading, told)
    return replace(reading, capture=NO_CAPTURE)


def _end_with(link: int) -> None:
    """End this process when the other side of the socket is closed, also in the middle of a page."""
    poll = select.poll()
    poll.register(link, select.POLLHUP)
    poll.poll()
    os._exit(0)


def _bound(memory: int) -> None:
    """Let the process grow by so many bytes of addresses, and leave nothing behind on the disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    size = _pages_of_memory(0)
    if memory and size:
        resource.setrlimit(resource.RLIMIT_AS, (size + memory, size + memory))


def resident() -> int:
    """The bytes of memory that this process holds; 0 where the system does not say."""
    return _pages_of_memory(1)


def _pages_of_memory(field: int) -> int:
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[field]) * resource.getpagesize()
    except OSError:
        return 0


if __name__ == "__main__":
    main()

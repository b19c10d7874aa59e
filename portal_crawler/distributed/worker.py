"""Worker: a process that does the jobs of a build, one after another.

It ends with the process that started it, whatever ended that: the pipe between them is closed then. Of signals to the
whole group of processes (Ctrl-C, a service that is stopped) it takes no notice: its parent ends it. The kernel ends it
when a page takes too long, also within a library that lets nothing interrupt it.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import threading
import traceback
from multiprocessing.connection import Connection

from portal_crawler.distributed.job import Job
from portal_crawler.distributed.worker_process import address_space
from portal_crawler.errors import PortalCrawlerError

# Seconds of processor time for one page, and bytes of memory beyond what the process has before: as for the pages of a
# crawl, but for the templates, tallies and files that a worker of a build holds too.
_SECONDS = 20.0
_MEMORY = 1024 * 1024 * 1024

# What a message to the parent is.
AT, DONE, FAILED = "at", "done", "failed"


def main() -> None:
    """Do the jobs that come through the pipe whose number is the first argument, until its other side is closed."""
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    link: Connection = Connection(int(sys.argv[1]))
    threading.Thread(target=_end_with, args=(link.fileno(),), daemon=True).start()
    try:
        while True:
            _do(link.recv(), link)
    except (EOFError, OSError):
        os._exit(0)


def _do(job: Job, link: Connection) -> None:
    def notice(capture: int | None) -> None:
        link.send((AT, capture))
        _bound(reading=capture is not None)

    try:
        link.send((DONE, job.run(notice)))
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent raises it
        ours = isinstance(error, PortalCrawlerError | OSError)  # others may not survive the way
        told = error if ours else RuntimeError(f"{type(error).__name__}: {error}")
        told.add_note("".join(traceback.format_exception(error)))
        link.send((FAILED, told))
    finally:
        _bound(reading=False)


def _bound(*, reading: bool) -> None:
    """Bound the time and memory of what follows, or bound them no more."""
    signal.setitimer(signal.ITIMER_PROF, _SECONDS if reading else 0)
    size, hard = address_space(), resource.getrlimit(resource.RLIMIT_AS)[1]
    most = size + _MEMORY if reading and size else hard
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _end_with(link: int) -> None:
    """End this process when the other side of the pipe is closed, also in the middle of a job."""
    poll = select.poll()
    poll.register(link, select.POLLHUP)
    poll.poll()
    os._exit(0)


if __name__ == "__main__":
    main()

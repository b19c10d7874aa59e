"""Worker process: a worker as its parent sees it: started, given jobs, ended."""

from __future__ import annotations

import resource
import signal
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from portal_crawler.archive.hadoop_gateway import VARIABLE
from portal_crawler.distributed.job import Job
from portal_crawler.errors import StateError
from portal_crawler.own_process import begun, ending_of, needed_environment

_MODULE = "portal_crawler.distributed.worker"


class WorkerProcess:
    """One process, which does one job at a time. Close after use.

    ``link`` is what it is waited for with ``multiprocessing.connection.wait``; ``at`` is the capture that it was last
    heard of at.

    :raises StateError: where no process can be started.
    """

    def __init__(self) -> None:
        self.link, there = Pipe()
        self.at: int | None = None
        try:
            self._process = begun(_MODULE, there.fileno(), needed_environment(VARIABLE))
        except OSError as error:
            self.link.close()
            cure = "free some memory or processes, and run the same command again"
            raise StateError("a process of the build", f"does not start ({error})", cure) from error
        finally:
            there.close()

    def begin(self, job: Job) -> None:
        """Give it a job. Where it is gone, that is found when it is listened to."""
        self.at = None
        try:
            self.link.send(job)
        except BrokenPipeError:
            return

    def hear(self) -> tuple[str, Any]:
        """What it says next: a message as ``worker`` sends it.

        :raises EOFError: where it is gone.
        """
        try:
            told: tuple[str, Any] = self.link.recv()
        except ConnectionResetError as error:
            raise EOFError from error
        return told

    def ending(self) -> str:
        """How it ended, in words."""
        code = self._process.wait()
        return "it took more processor time than a page may" if -code == signal.SIGPROF else ending_of(code)

    def close(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        self.link.close()


def address_space() -> int:
    """The bytes of addresses that this process has; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
    except OSError:
        return 0

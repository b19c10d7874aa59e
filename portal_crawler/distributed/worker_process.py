"""Worker process: a worker as its parent sees it: started, given jobs, ended."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import portal_crawler
from portal_crawler.archive.hadoop_gateway import VARIABLE
from portal_crawler.distributed.job import Job
from portal_crawler.errors import StateError

# What a worker needs of the environment; passwords and tokens that stand there are none of its business.
_KEPT = (
    "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SQLITE_TMPDIR",
    "HOME", VARIABLE,
)  # fmt: skip
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


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
            self._process = _started(there.fileno())
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
        if code >= 0:
            return f"it ended with exit code {code}"
        if -code == signal.SIGPROF:
            return "it took more processor time than a page may"
        more = " (the system may have run out of memory)" if -code == signal.SIGKILL else ""
        return f"it was ended by {signal.Signals(-code).name}{more}"

    def close(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        self.link.close()


def _started(link: int) -> subprocess.Popen[bytes]:
    root = str(Path(portal_crawler.__file__).resolve().parents[1])
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= _ONE_THREAD | {"PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-P", "-m", "portal_crawler.distributed.worker", str(link)]
    return subprocess.Popen(  # noqa: S603 - our own module
        command, env=environment, pass_fds=[link], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )


def address_space() -> int:
    """The bytes of addresses that this process has; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
    except OSError:
        return 0

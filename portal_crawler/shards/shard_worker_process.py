"""Shard worker process: a shard's process as its coordinator sees it: started, told, heard, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import portal_crawler
from portal_crawler.disk import make_folder, writing
from portal_crawler.engine.shard_report import Kind, Order, ShardReport, ShardTask, Tells
from portal_crawler.errors import StateError
from portal_crawler.frontier.ownership import shard_name

_LOG = "crawl.log"
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class ShardProcess:
    """The process of one shard. ``link`` is what it is waited for, ``report`` its latest word.

    :raises StateError: where no process can be started.
    """

    def __init__(self, task: ShardTask) -> None:
        self.number = task.number
        self.log = task.folder / shard_name(task.number) / _LOG
        self.report: ShardReport | None = None
        self.orders = 0
        self.link, there = Pipe()
        try:
            make_folder(self.log.parent)
            with writing(self.log), self.log.open("ab") as log:
                self._process = _started(there.fileno(), log.fileno())
        except BaseException:
            self.link.close()
            raise
        finally:
            there.close()
        self._send(task)

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return self._process.pid

    def tell(self, kind: Kind, pages: int | None = None) -> int:
        """Give an order; its number. Where the process is gone, that is found when it is listened to."""
        self.orders += 1
        self._send(Order(self.orders, kind, pages))
        return self.orders

    def _send(self, told: object) -> None:
        try:
            self.link.send(told)
        except OSError:
            return

    def hear(self) -> tuple[Tells, Any]:
        """What it says next.

        :raises EOFError: where it is gone.
        """
        try:
            told: tuple[Tells, Any] = self.link.recv()
        except OSError as error:
            raise EOFError from error
        return told

    def ending(self) -> str:
        """How it ended, in words."""
        code = self._process.wait()
        if code >= 0:
            return f"it ended with exit code {code}"
        more = " (the system may have run out of memory)" if -code == signal.SIGKILL else ""
        return f"it was ended by {signal.Signals(-code).name}{more}"

    def kill(self) -> None:
        """End it at once: what it has committed stays."""
        self._process.kill()

    def close(self) -> None:
        """End it at once, if it has not ended, and give back what it held here."""
        self._process.kill()
        self._process.wait()
        self.link.close()


def _started(link: int, log: int) -> subprocess.Popen[bytes]:
    root = str(Path(portal_crawler.__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
    command = [sys.executable, "-P", "-m", "portal_crawler.engine.shard_process", str(link)]
    try:
        return subprocess.Popen(  # noqa: S603 - our own module
            command, env={**os.environ, **_ONE_THREAD, "PYTHONPATH": path}, pass_fds=[link],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
        )  # fmt: skip
    except OSError as error:
        cure = "free some memory or processes, and run the same command again"
        raise StateError("a process of the crawl", f"does not start ({error})", cure) from error

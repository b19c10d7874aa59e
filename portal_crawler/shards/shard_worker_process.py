"""Shard worker process: a shard's process as its coordinator sees it: started, told, heard, ended."""

from __future__ import annotations

import os
import subprocess
from multiprocessing import Pipe
from typing import IO, Any

from portal_crawler.disk import make_folder, writing
from portal_crawler.engine.shard_report import Kind, Order, ShardReport, ShardTask, Tells
from portal_crawler.errors import StateError
from portal_crawler.frontier.ownership import shard_name
from portal_crawler.own_process import begun, ending_of

_LOG = "crawl.log"
_MODULE = "portal_crawler.engine.shard_process"


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
                self._process = _begun(there.fileno(), log)
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
        return ending_of(self._process.wait())

    def kill(self) -> None:
        """End it at once: what it has committed stays."""
        self._process.kill()

    def close(self) -> None:
        """End it at once, if it has not ended, and give back what it held here."""
        self._process.kill()
        self._process.wait()
        self.link.close()


def _begun(link: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return begun(_MODULE, link, os.environ, log)
    except OSError as error:
        cure = "free some memory or processes, and run the same command again"
        raise StateError("a process of the crawl", f"does not start ({error})", cure) from error

"""Jobs that processes die at, for the pool to live with. Worker processes import them from here."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from portal_crawler.distributed.job import Notice
from portal_crawler.errors import UsageError


@dataclass(frozen=True)
class Count:
    """Counts captures up to ``many``; dies at ``deadly`` as often as ``times``, unless warned of it."""

    many: int
    deadly: int | None = None
    times: int = 10
    deaths: Path | None = None
    left_out: tuple[int, ...] = ()
    name: str = "the counting"

    def run(self, notice: Notice) -> tuple[int, ...]:
        for capture in range(self.many):
            notice(capture)
            if capture == self.deadly and self.left_out.count(capture) < 2 and self._has_died() < self.times:
                os.kill(os.getpid(), signal.SIGKILL)
        notice(None)
        return (self.many, *self.left_out)

    def _has_died(self) -> int:
        """How often it has died before; notes that it dies now."""
        if self.deaths is None:
            return 0
        with self.deaths.open("a+") as file:
            file.seek(0)
            before = len(file.read())
            file.write("x")
        return before

    def warned(self, capture: int) -> Count | None:
        return replace(self, left_out=(*self.left_out, capture))


@dataclass(frozen=True)
class Die:
    """Dies, at no capture."""

    name: str = "the dying"

    def run(self, notice: Notice) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGSEGV)

    def warned(self, capture: int) -> None:
        return None


@dataclass(frozen=True)
class Spin:
    """Reads one capture for ever, and one after it; it is warned of the first."""

    seconds: float
    left_out: tuple[int, ...] = ()
    name: str = "the spinning"

    def run(self, notice: Notice) -> tuple[int, ...]:
        notice(7)
        if not self.left_out:
            signal.setitimer(signal.ITIMER_PROF, self.seconds)  # what the worker has set is too long for a test
            while True:
                pass
        return self.left_out

    def warned(self, capture: int) -> Spin:
        return replace(self, left_out=(*self.left_out, capture))


@dataclass(frozen=True)
class Raise:
    """Raises an error for people, or one that nobody foresaw."""

    foreseen: bool
    name: str = "the raising"

    def run(self, notice: Notice) -> None:
        if self.foreseen:
            raise UsageError("this", "is wrong", "mend it", "here")
        raise ZeroDivisionError("by nothing")

    def warned(self, capture: int) -> None:
        return None


@dataclass(frozen=True)
class TellProcess:
    """Tells the number of the process that does it, as a shard and as a job."""

    number: int = 0
    step: str = "telling"
    key: str = "key"
    name: str = "the telling"

    def run(self, notice: Notice) -> int:
        return os.getpid()

    def make(self, folder: Path, notice: Notice) -> dict[str, Any]:
        return {"process": os.getpid()}

    def warned(self, capture: int) -> None:
        return None

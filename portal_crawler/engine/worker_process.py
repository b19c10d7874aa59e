"""Worker process: one process that reads pages, seen from the crawl: started, asked, watched, ended."""

from __future__ import annotations

import pickle
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from portal_crawler.capture import Capture
from portal_crawler.engine.reading_wire import Answer, Task, receive_reading, send
from portal_crawler.errors import StateError
from portal_crawler.own_process import begun, import_problem, needed_environment
from portal_crawler.reading import PageReading
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.template.site_template import SiteTemplate

# Seconds until a new process must be ready, on a machine that is busy with other things.
_PATIENCE = 120.0
# A process that waits for the processor, or for its pages of memory, is given so many times its processor time, and so
# many seconds at least.
_SLACK, _LEAST = 4, 10.0
# A body of so many bytes waits in a socket that nobody reads from (Linux gives one 208 KiB).
_AHEAD = 64 * 1024
_MODULE = "portal_crawler.engine.reading_worker"


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What reading one page may take: ``seconds`` of processor time, ``memory`` in bytes beyond what the process has at
    its start (0 for no limit). A process that holds more than ``resident`` bytes after a page is renewed.
    """

    seconds: float = 20.0
    memory: int = 320 * 1024 * 1024
    resident: int = 160 * 1024 * 1024


class WorkerBrokenError(Exception):
    """A page broke its worker; the message says how, as a sentence.

    ``own`` tells whether it was the page's doing: another that was read before may have left too little memory, and a
    process can be killed from outside.
    """

    def __init__(self, sentence: str, *, own: bool = True, trace: str = "") -> None:
        super().__init__(sentence)
        self.own, self.trace = own, trace


class WorkerProcess:
    """One worker. Use from one thread; ``kill`` may be called from any.

    :raises StateError: where no process can be started.
    """

    def __init__(self, profile: SiteProfile, limits: ReadingLimits) -> None:
        self._limits = limits
        self._template: SiteTemplate | None = None
        self.pages = 0
        self.resident = 0
        here, there = socket.socketpair()
        with there:
            self._process = _begun(there.fileno())
        self._link = here
        self._stream = here.makefile("rb")
        here.settimeout(_PATIENCE)
        try:
            send(here, (profile, limits.seconds, limits.memory))
            self._receive()
        except (OSError, EOFError, WorkerBrokenError) as error:
            self.close()
            told = import_problem(_MODULE, needed_environment()) or self._ending(error)
            cure = "set PORTAL_READING_WORKERS=0 to read pages in the crawl's own process"
            raise StateError("the process that reads pages", f"does not start ({told})", cure) from error

    def read(self, task: Task, capture: Capture, template: SiteTemplate | None, told: str = "") -> PageReading:
        """The reading of a capture.

        :param told: what a reading of links alone is to give as the page's problem.
        :raises WorkerBrokenError: where the page took too much, or ended the process. The worker is of no use then.
        """
        self.ask(task, capture, template, told)
        return self.reading(capture)

    def shown(self, task: Task, capture: Capture, template: SiteTemplate | None, lead: str) -> str:
        """A capture as an HTML text for a person, as it is (SHOW) or with its reading drawn over it (DRAW).

        :param lead: what its links lead to, with their address, quoted, behind it.
        :raises WorkerBrokenError: as ``read`` does.
        """
        self.ask(task, capture, template, lead)
        return str(self._answered())

    def ask(self, task: Task, capture: Capture, template: SiteTemplate | None, told: str = "") -> None:
        """Ask for something, whose answer comes when all that was asked for before is answered.

        :raises WorkerBrokenError: where the process is gone, or takes nothing.
        """
        with self._listening():
            if template is not self._template:
                packed = (template.tally, template.identifier) if template is not None else None
                send(self._link, ("template", packed, None))
                self._template = template
            send(self._link, (task.value, told, replace(capture, body=b"")), capture.body)

    def takes_ahead(self, capture: Capture, template: SiteTemplate | None) -> bool:
        """Whether a page can be asked for while another is read: so small that it waits in the socket, whatever comes
        back meanwhile.
        """
        return template is self._template and len(capture.body) <= _AHEAD

    def reading(self, capture: Capture) -> PageReading:
        """The answer to what was asked for first: the reading of a capture.

        :raises WorkerBrokenError: as ``read`` does.
        """
        reading: PageReading = replace(self._answered(), capture=capture)
        return reading

    def _answered(self) -> Any:
        with self._listening():
            answer, value = self._receive()
        if answer is Answer.MEMORY:
            raise WorkerBrokenError(self._too_much(), own=not self.pages)
        if answer is Answer.FAILED:
            raise WorkerBrokenError(f"reading it failed ({value[0]})", trace=value[1])
        self.pages += 1
        return value

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """What the other side may do instead of taking or giving something."""
        wait = max(_LEAST, _SLACK * self._limits.seconds)
        self._link.settimeout(wait)
        try:
            yield
        except TimeoutError:
            raise WorkerBrokenError(f"reading it took longer than {wait:g} s") from None
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise self._broken(error) from error

    @property
    def is_grown(self) -> bool:
        """Whether it holds on to so much memory that a new one should take its place."""
        return self.resident > self._limits.resident

    def kill(self) -> None:
        """End it at once; who waits for its answer is told."""
        self._process.kill()

    def close(self) -> None:
        """End it, and give back what it held here."""
        self._process.kill()
        self._process.wait()
        self._stream.close()
        self._link.close()

    def _receive(self) -> tuple[Answer, Any]:
        answer, value, self.resident = receive_reading(self._stream)
        return Answer(answer), value

    def _broken(self, error: Exception) -> WorkerBrokenError:
        if isinstance(error, pickle.UnpicklingError):
            return WorkerBrokenError(f"reading it gave no reading ({error})")
        return WorkerBrokenError(self._ending(error), own=self._ended_by() == signal.SIGPROF)

    def _ending(self, error: Exception) -> str:
        ended = self._ended_by()
        if ended == signal.SIGPROF:
            return f"reading it took more than {self._limits.seconds:g} s of processor time"
        if ended == signal.SIGKILL:
            return "reading it ended the process that did, which was killed (the system may have run out of memory)"
        if ended:
            return f"reading it ended the process that did ({signal.Signals(ended).name})"
        return f"reading it ended the process that did (exit code {self._process.poll()}; {type(error).__name__})"

    def _ended_by(self) -> int:
        """The signal that ended the process, or 0."""
        try:
            return max(0, -self._process.wait(5.0))
        except subprocess.TimeoutExpired:
            return 0

    def _too_much(self) -> str:
        return f"reading it took more than {self._limits.memory} bytes of memory"


def _begun(link: int) -> subprocess.Popen[bytes]:
    try:
        return begun(_MODULE, link, needed_environment(), subprocess.DEVNULL)
    except OSError as error:
        cure = "free some, or set PORTAL_READING_WORKERS=0 to read pages in the crawl's own process"
        raise StateError("the process that reads pages", f"does not start ({error})", cure) from error

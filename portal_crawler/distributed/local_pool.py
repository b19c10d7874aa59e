"""Local pool: the jobs of a build, done by a few processes of this machine.

A process that dies costs its job's work and no more: another one takes its place and does the job again. Where a second
one dies at the same capture, that capture is the reason, and less of it is read. A job at which processes die that
were at no capture is given up.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Self

from portal_crawler.distributed.job import Job
from portal_crawler.distributed.merging import InOrder
from portal_crawler.distributed.shard_disk import ShardJob
from portal_crawler.distributed.worker import AT, DONE
from portal_crawler.distributed.worker_process import WorkerProcess
from portal_crawler.errors import StateError

# Deaths at one place that may have come from outside.
_FORGIVEN = 1

Told = Callable[[str], None]


class LocalPool(InOrder):
    """Up to ``processes`` processes. Use from one thread, as a context manager.

    :param at_capture: called whenever a process begins with a capture.
    :param say: told, in a sentence, of a process that died.
    """

    def __init__(
        self, processes: int, at_capture: Callable[[], None] = lambda: None, say: Told = lambda _: None
    ) -> None:
        self._processes, self._at_capture, self._say = processes, at_capture, say
        self._idle: list[WorkerProcess] = []
        self._busy: dict[Any, tuple[WorkerProcess, int, Job]] = {}
        self._deaths: Counter[tuple[int, int | None]] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        for worker in (*self._idle, *(worker for worker, _, _ in self._busy.values())):
            worker.close()
        self._idle, self._busy = [], {}

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[int, Any]]:
        """Do all jobs: the number of each, from 0, and what it came to, in the order in which they end.

        :raises StateError: where processes die at a job again and again.
        :raises Exception: what a job raised.
        """
        waiting = deque(enumerate(jobs))
        self._deaths.clear()
        while waiting or self._busy:
            while waiting and len(self._busy) < self._processes:
                self._begin(*waiting.popleft())
            for link in wait(list(self._busy)):
                worker, number, job = self._busy[link]
                try:
                    kind, told = worker.hear()
                except EOFError:
                    del self._busy[link]
                    waiting.appendleft((number, self._after_death(worker, number, job)))
                    continue
                if kind == AT:
                    worker.at = told
                    if told is not None:
                        self._at_capture()
                    continue
                if kind != DONE:
                    raise told
                del self._busy[link]
                self._idle.append(worker)
                yield number, told

    def _begin(self, number: int, job: Job) -> None:
        worker = self._worker(job)
        worker.begin(job)
        self._busy[worker.link] = worker, number, job

    def _worker(self, job: Job) -> WorkerProcess:
        """A process for a job. One for all slices together needs memory of its own, so it gets none that holds what
        reading took (30 MiB), and none of those stays.
        """
        if not isinstance(job, ShardJob):
            while self._idle:
                self._idle.pop().close()
        return self._idle.pop() if self._idle else WorkerProcess()

    def _after_death(self, worker: WorkerProcess, number: int, job: Job) -> Job:
        """The job that is to be done in place of one at which a process died."""
        ending = worker.ending()
        worker.close()
        self._deaths[number, worker.at] += 1
        deaths = self._deaths[number, worker.at]
        if deaths <= _FORGIVEN:
            self._say(f"a process died at {job.name}: {ending}; it is done again")
            return job
        other = job.warned(worker.at) if worker.at is not None else None
        if other is None:
            cure = "see whether memory is short, or use fewer --jobs; the same command goes on from here"
            raise StateError(job.name, f"{deaths} processes died at it: {ending}", cure)
        self._say(f"a process died again at {job.name}, capture {worker.at}: {ending}; less of it is read")
        return other

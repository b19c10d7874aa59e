"""Spark task: a few jobs of a build, done on a machine of a cluster.

A job is not done by the process that Spark started, but by a worker of the local pool below it: pages are read under
the same bounds of time and memory, and one at which processes die is read with the same result. Where Spark's process
dies itself, Spark does the task again, and shards that are there by then stay.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from portal_crawler import __version__
from portal_crawler.archive.hadoop_gateway import HadoopSettings, begin_gateway
from portal_crawler.archive.hadoop_path import HadoopPath
from portal_crawler.distributed.job import Job
from portal_crawler.distributed.local_pool import LocalPool
from portal_crawler.distributed.second_unit import SecondUnit
from portal_crawler.distributed.shard_disk import ShardJob, facts_of
from portal_crawler.distributed.survey import Survey
from portal_crawler.distributed.work_unit import FirstReading
from portal_crawler.errors import PortalCrawlerError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the job of a number came to, or the error that ended it; how many captures were begun with; what is to be
    told.
    """

    number: int
    told: Any = None
    error: Exception | None = None
    captures: int = 0
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """A process of the cluster: its host, the version of this program there, and whether it sees a folder."""

    host: str
    version: str
    sees: bool


def outcomes(jobs: Iterable[tuple[int, Job]], hadoop: HadoopSettings) -> Iterator[Outcome]:
    """Do jobs, one after the other; the first error ends it.

    :param hadoop: by which archives in Hadoop file systems are reached.
    """
    for number, job in jobs:
        if _reads_hadoop(job) and begin_gateway(hadoop, [_shipped_jars()]):
            _Pool.end()  # its worker was started without the way to the gateway
        outcome = _outcome(number, job)
        yield outcome
        if outcome.error is not None:
            return


def machine(mark: Path) -> Machine:
    """The process that runs this.

    :param mark: a file in the folder of the build.
    """
    return Machine(os.uname().nodename, __version__, mark.exists())


def _outcome(number: int, job: Job) -> Outcome:
    if isinstance(job, ShardJob) and (facts := facts_of(job.root, job.shard)) is not None:
        return Outcome(number, facts)  # the task before this one died behind it
    pool = _Pool.of_this_process()
    pool.captures, pool.said = 0, []
    try:
        ((_, told),) = pool.pool.run([job])
    except Exception as error:  # noqa: BLE001 - whatever it is, the driver raises it
        _Pool.end()  # what is in it may be in the middle of something
        ours = isinstance(error, PortalCrawlerError | OSError | RuntimeError)  # others may not survive the way
        shown = error if ours else RuntimeError(f"{type(error).__name__}: {error}")
        shown.add_note("".join(traceback.format_exception(error)))
        return Outcome(number, None, shown, pool.captures, tuple(pool.said))
    return Outcome(number, told, None, pool.captures, tuple(pool.said))


def _shipped_jars() -> str:
    """The files that Spark has brought to this machine."""
    return str(Path(import_module("pyspark").SparkFiles.getRootDirectory()) / "*")


def _reads_hadoop(job: Job) -> bool:
    """Whether a job reads an archive in a Hadoop file system."""
    shard = job.shard if isinstance(job, ShardJob) else None
    reading = shard.first if isinstance(shard, SecondUnit) else shard
    if isinstance(reading, Survey):
        return isinstance(reading.source.path, HadoopPath)
    if not isinstance(reading, FirstReading):
        return False
    archives = (source for archive in reading.rules.archives for source in archive.sources)
    return any(isinstance(source.path, HadoopPath) for source in (reading.slice.source, *archives))


class _Pool:
    """The pool of this process: Spark gives it one task after another, and a worker costs half a second."""

    _own: _Pool | None = None

    def __init__(self) -> None:
        self.captures, self.said = 0, list[str]()
        self.pool = LocalPool(1, self._count, lambda sentence: self.said.append(sentence))

    @classmethod
    def of_this_process(cls) -> _Pool:
        cls._own = cls._own or cls()
        return cls._own

    @classmethod
    def end(cls) -> None:
        """End the pool, if there is one; the next job gets another."""
        if cls._own is not None:
            cls._own.pool.__exit__(None, None, None)
            cls._own = None

    def _count(self) -> None:
        self.captures += 1

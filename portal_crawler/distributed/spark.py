"""Spark: the jobs of a build, done by a cluster of Apache Spark.

Spark gives out the jobs and does those again whose processes or machines were lost; what a job makes lies in the
folder of the build, as with the local pool. What slices have to say together is merged on the cluster: tallies in a
tree, near-duplicates by joins (``spark_near``). The rest of the settling is done here, in the process that began it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from uuid import uuid4

from portal_crawler import __version__
from portal_crawler.archive.hadoop_gateway import HadoopSettings
from portal_crawler.dedup.near_joined_sqlite import JoinedIndex
from portal_crawler.dedup.near_pages import NearPages
from portal_crawler.disk import make_folder, writing
from portal_crawler.distributed.closing_jobs import GraphJob, SettleJob
from portal_crawler.distributed.job import Job, unnoticed
from portal_crawler.distributed.second_unit import GRAPH
from portal_crawler.distributed.shard_disk import SHARDS, ShardJob, shard_folder
from portal_crawler.distributed.spark_context import reason_of
from portal_crawler.distributed.spark_near import joined_on
from portal_crawler.distributed.spark_task import Machine, Outcome, machine, outcomes
from portal_crawler.distributed.tally_unit import tally_units
from portal_crawler.errors import StateError

# Jobs of a task at most: of two seconds each, they outweigh what Spark needs for a task. A lost one is done again, but
# for its jobs that were done.
_TOGETHER = 16
# Tasks for each processor at least, so that none waits long for the last ones.
_TASKS = 4
# Seconds between two looks at what came in.
_PAUSE = 0.1

Told = Callable[[str], None]
T = TypeVar("T")


class SparkPool:
    """A runner of jobs on a cluster (``build.Runner``).

    :param context: the ``SparkContext``.
    :param folder: of the build, which the whole cluster sees.
    :param hadoop: by which archives in Hadoop file systems are reached.
    :param at_capture: called for every capture that was begun with.
    :param say: told, in a sentence, of a process that died.
    :raises StateError: where a machine of the cluster cannot do the work.
    """

    def __init__(
        self,
        context: Any,
        folder: Path,
        hadoop: HadoopSettings | None = None,
        at_capture: Callable[[], None] = lambda: None,
        say: Told = lambda _: None,
    ) -> None:
        self._context, self._folder, self._at_capture, self._say = context, folder, at_capture, say
        self._hadoop = hadoop or HadoopSettings()
        _check(context, folder)

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[int, Any]]:
        """Do all jobs: the number of each, from 0, and what it came to, in the order in which they end.

        :raises StateError: where tasks are lost again and again.
        :raises Exception: what a job raised.
        """
        numbered = list(enumerate(jobs))
        for number, job in numbered:
            if not isinstance(job, ShardJob):
                try:
                    told = self._here(job)
                except Exception as error:
                    if type(error).__module__.partition(".")[0] == "py4j":  # of a join, whose tasks were lost
                        raise _lost(error) from error
                    raise
                yield number, told
        shards = [(number, job) for number, job in numbered if isinstance(job, ShardJob)]
        for outcome in self._done(shards) if shards else ():
            for _ in range(outcome.captures):
                self._at_capture()
            for sentence in outcome.said:
                self._say(sentence)
            if outcome.error is not None:
                raise outcome.error
            yield outcome.number, outcome.told

    def merged(self, parts: Sequence[Path], load: Callable[[Path], T], merge: Callable[[T, T], T]) -> T:
        """What several files come to together, merged on the cluster in a tree (``merging.Merging``)."""
        spread = min(len(parts), _TASKS * int(self._context.defaultParallelism))
        try:
            merged: T = self._context.parallelize(parts, spread).map(load).treeReduce(merge)
        except Exception as error:
            raise _lost(error) from error
        return merged

    def _done(self, jobs: Sequence[tuple[int, Job]]) -> Iterator[Outcome]:
        """What the jobs came to, as it comes in."""
        spread = _TASKS * int(self._context.defaultParallelism)
        together = max(1, min(_TOGETHER, len(jobs) // spread))
        came = self._context.accumulator([], _Arrivals())
        tasks = self._context.parallelize(jobs, -(-len(jobs) // together))

        hadoop = self._hadoop

        def work(some: Iterable[tuple[int, Job]]) -> None:
            for outcome in outcomes(some, hadoop):
                came.add([outcome])

        action, seen = _Action(partial(tasks.foreachPartition, work)), 0
        try:
            while action.is_alive() or seen < len(came.value):
                action.join(_PAUSE)
                new = came.value[seen:]
                seen += len(new)
                yield from new
        finally:
            if action.is_alive():
                self._context.cancelAllJobs()
                action.join()
        if action.error is not None:
            raise _lost(action.error) from action.error

    def _here(self, job: Job) -> Any:
        """Do a job in this process, its joins on the cluster."""
        if isinstance(job, SettleJob):
            join = joined_on(self._context, self._folder / SHARDS / "near", self._say)
            return job.settled(partial(NearPages, index=partial(JoinedIndex, join=join)))
        if isinstance(job, GraphJob):
            units = list(tally_units(job.parts))
            for _ in self.run([ShardJob(self._folder / SHARDS, unit) for unit in units]):
                pass
            parts = (shard_folder(self._folder / SHARDS, unit.step, unit.number) / GRAPH for unit in units)
            return replace(job, parts=tuple(parts)).run(unnoticed)
        return job.run(unnoticed)


class _Action(Thread):
    """Something that Spark does, awaited in a thread of its own, so that this one hears of what came in, and Ctrl-C."""

    def __init__(self, action: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._action = action
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        """Do it."""
        try:
            self._action()
        except Exception as error:  # noqa: BLE001 - it is raised where the action is awaited
            self.error = error


class _Arrivals:
    """How what tasks came to is put together: of each task that ended, once (``pyspark.AccumulatorParam``)."""

    def zero(self, _: list[Outcome]) -> list[Outcome]:
        """Nothing."""
        return []

    def addInPlace(self, one: list[Outcome], other: list[Outcome]) -> list[Outcome]:  # noqa: N802 - Spark's name
        """Both."""
        one.extend(other)
        return one


def _check(context: Any, folder: Path) -> None:
    """Whether every machine can do the work."""
    spread = 2 * int(context.defaultParallelism)  # so that no machine is left out
    mark = folder / SHARDS / f"seen-{uuid4().hex}"
    make_folder(mark.parent)
    with writing(mark):
        mark.touch()
    try:
        found = context.parallelize(range(spread), spread).map(partial(_machine, mark)).collect()
    except Exception as error:
        raise _lost(error) from error
    finally:
        mark.unlink()
    for one in found:
        if one.version != __version__:
            problem = f"has portal-crawler {one.version}, and here it is {__version__}"
            raise StateError(one.host, problem, "install the same version on every machine")
        if not one.sees:
            cure = "choose an --out that every machine of the cluster sees: a shared disk or volume"
            raise StateError(str(folder), f"is not to be seen from {one.host}", cure)


def _machine(mark: Path, _: int) -> Machine:
    return machine(mark)


def _lost(error: Exception) -> StateError:
    """The error of what Spark gave up."""
    told = str(error)
    if "No module named 'portal_crawler" in told:
        cure = "give it one: see docs/guides/spark.md"
        return StateError("the cluster", "its Python has no portal-crawler", cure)
    if "PYTHON_VERSION_MISMATCH" in told:
        return StateError("the cluster", "has another version of Python", "name the same one in PYSPARK_PYTHON")
    cure = "see whether memory is short; the same command goes on from here"
    return StateError("the cluster", f"gave up a task ({reason_of(error)})", cure)

"""Engine: who does the jobs of a build, as a person names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from portal_crawler.archive.hadoop_gateway import HadoopSettings
from portal_crawler.distributed.build import BuildView, Runner
from portal_crawler.distributed.local_pool import LocalPool
from portal_crawler.distributed.shard_disk import SHARDS
from portal_crawler.distributed.spark import SparkPool
from portal_crawler.distributed.spark_context import check_spark, spark_context
from portal_crawler.errors import UsageError

LOCAL, SPARK = "local", "spark"
Engine = Callable[[Path, BuildView], AbstractContextManager[Runner]]
"""Given the folder of a build, and who is told of it, whoever does its jobs, until the context ends."""


def engine_of(name: str, jobs: int, master: str | None = None, conf: Sequence[str] = ()) -> Engine:
    """An engine.

    :param jobs: processes of this machine.
    :param master: the cluster; without it, Spark in processes of this machine.
    :param conf: settings of Spark, as KEY=VALUE.
    :raises UsageError: where these do not fit together.
    """
    if name == SPARK:
        return spark_engine(master or f"local[{jobs}]", settings_of(conf))
    if master or conf:
        option = "--master" if master else "--conf"
        raise UsageError(option, "is for Spark alone", "add --engine spark")
    return local_engine(jobs)


def local_engine(jobs: int) -> Engine:
    """So many processes of this machine."""
    return lambda _, view: LocalPool(jobs, view.captured, view.say)


def spark_engine(master: str, settings: Mapping[str, str]) -> Engine:
    """A cluster of Apache Spark.

    :raises UsageError: as ``check_spark`` does.
    """
    check_spark(master)

    @contextmanager
    def begun(folder: Path, view: BuildView) -> Iterator[SparkPool]:
        with spark_context(master, settings, folder / SHARDS / "spark.log") as context:
            yield SparkPool(context, folder, HadoopSettings.of_spark(settings), view.captured, view.say)

    return begun


def settings_of(conf: Sequence[str]) -> dict[str, str]:
    """Settings of Spark, from KEY=VALUE.

    :raises UsageError: of one that is none.
    """
    settings = {}
    for one in conf:
        name, equals, value = one.partition("=")
        if not equals or not name.startswith("spark."):
            raise UsageError(f"--conf {one}", "is no setting of Spark's", "say spark.NAME=VALUE")
        settings[name] = value
    return settings

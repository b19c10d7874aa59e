"""Spark context: the connection to a cluster of Apache Spark, and what is said where there is none.

Every machine of the cluster needs this program, of the same version, in its Python, and sees the folder of the build.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from portal_crawler.disk import make_folder, writing
from portal_crawler.errors import StateError, UsageError
from portal_crawler.own_process import module_path

_JAVA = 17
_MASTER = re.compile(r"local(\[(?P<cores>\d+|\*)(,\s*\d+)?\])?|spark://(?P<hosts>[^/\s]+)|k8s://\S+|yarn")
# A task may fail so often: as Spark has it on a cluster. Of itself, a local master lets none fail.
_FAILURES = 4
# Seconds in which the master of a cluster must take a call.
_PATIENCE = 10.0
_GUIDE = "see docs/guides/spark.md"


@contextmanager
def spark_context(master: str, settings: Mapping[str, str], log: Path) -> Iterator[Any]:
    """A ``SparkContext``, stopped at the end.

    :param settings: of Spark, by their names; they win over what is set here.
    :param log: a file that takes what Spark says, which is more than people want to read.
    :raises UsageError: where the extra or Java is missing, or ``master`` is no address of a cluster.
    :raises StateError: where there is no cluster.
    """
    pyspark, address = check_spark(master), master_address(master)
    conf = pyspark.SparkConf().setMaster(address).setAppName("portal-crawler build")
    for name, value in (_defaults(address) | dict(settings)).items():
        conf.set(name, value)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        with _stderr_in(log), warnings.catch_warnings():
            # Nothing here uses pandas with Spark, which looks for it.
            warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
            context = pyspark.SparkContext(conf=conf)
    except Exception as error:
        cure = f"see that it runs and that its settings are right ({_GUIDE}); Spark's own words are in {log}"
        raise StateError(master, f"no work can be given to this cluster ({reason_of(error)})", cure) from error
    try:
        yield context
    finally:
        context.stop()


def check_spark(master: str) -> Any:
    """Whether what is needed here is here; gives the package ``pyspark``.

    :raises UsageError: where the extra or Java is missing, or ``master`` is no address of a cluster.
    """
    pyspark = _pyspark()
    _check_master(master)
    _check_java()
    return pyspark


def master_address(master: str) -> str:
    """A cluster's address as Spark is to have it.

    :raises UsageError: where it is none.
    :raises StateError: where nobody answers there.

    >>> master_address("local[2]")
    'local[2,4]'
    """
    match = _check_master(master)
    if master.startswith("local"):
        return f"local[{match['cores'] or 1},{_FAILURES}]" if "," not in master else master
    if match["hosts"]:
        _check_answers(master, match["hosts"].split(","))
    return master


def _check_master(master: str) -> re.Match[str]:
    match = _MASTER.fullmatch(master)
    if match is None:
        cure = "say local[2], spark://HOST:7077, k8s://https://HOST:PORT or yarn"
        raise UsageError(f"--master {master}", "is no address of a Spark cluster", cure)
    return match


def reason_of(error: BaseException) -> str:
    """What went wrong, in one line: of Java's errors the innermost, without the places in its code."""
    lines = [line.strip() for line in str(error).splitlines()]
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    told = [line for line in lines if re.match(r"[\w.$]*(Error|Exception)\b", line)]
    found = (causes or told or lines or [type(error).__name__])[-1]
    return re.sub(r"^(\w+[.$])+", "", found)[:300]


def _pyspark() -> Any:
    try:
        return import_module("pyspark")
    except ImportError as error:
        cure = "install the extra: pip install 'portal-crawler[spark]'"
        raise UsageError("--engine spark", "needs pyspark, which is not installed", cure) from error


def _defaults(master: str) -> dict[str, str]:
    """What Spark is to do where nobody says anything else."""
    settings = {
        "spark.ui.enabled": "false",  # it would listen on every address of the machine
        "spark.ui.showConsoleProgress": "false",
        "spark.task.maxFailures": str(_FAILURES),
        "spark.driver.maxResultSize": "0",  # results grow with the pages, and so does what else is kept here
        # What is computed is small, and a worker that stays has imported everything.
        "spark.python.worker.reuse": "true",
    }
    if master.startswith("local"):
        settings |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.executorEnv.PYTHONPATH": module_path(),
        }
    return settings


@contextmanager
def _stderr_in(log: Path) -> Iterator[None]:
    """Let processes that are started meanwhile write their messages to a file, for as long as they live."""
    make_folder(log.parent)
    with writing(log), log.open("ab") as file:
        kept = os.dup(2)
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin/java") if home else "java"
    cure = f"install Java {_JAVA} or newer (Debian: openjdk-17-jre-headless), or name its folder in JAVA_HOME"
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603
    except OSError as error:
        raise UsageError("--engine spark", f"needs Java, and {java} does not start ({error.strerror})", cure) from error
    version = re.search(r'version "(?:1\.)?(\d+)', told)
    if version is None or int(version[1]) < _JAVA:
        found = version[1] if version else "unknown"
        raise UsageError("--engine spark", f"needs Java {_JAVA} or newer, and {java} is of version {found}", cure)


def _check_answers(master: str, hosts: list[str]) -> None:
    """Whether a master takes calls: Spark itself waits a minute for it."""
    problem = ""
    for one in hosts:
        host, _, port = one.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), _PATIENCE):
                return
        except ValueError:
            cure = "say spark://HOST:PORT; of itself, the port is 7077"
            raise UsageError(f"--master {master}", "has no port", cure) from None
        except OSError as error:
            problem = error.strerror or str(error)
    raise StateError(master, f"nobody answers there ({problem})", "start the cluster, or name the one that runs")

"""Hadoop gateway: a Java process through which files of any Hadoop file system are read (HDFS, S3 as s3a://, …).

Spark gives its Python processes no hand on Hadoop's file systems, and whole files only (``binaryFiles``), which must
fit into memory twice. So a process that reads such files has a small Java process beside it, of the jars and with the
settings that Spark has, and asks it for the bytes that it wants. Processes below it use the same one: they find its
port in their environment.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from portal_crawler.errors import StateError, UsageError

# "PORT TOKEN" of the gateway that a process shares with those that it starts.
VARIABLE = "PORTAL_HADOOP_GATEWAY"
# It holds a few buffers; S3's client and its certificates take some forty megabytes.
_OPTIONS = ("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")

# The Java process that this one has started.
_own: list[Any] = []


@dataclass(frozen=True, slots=True)
class HadoopSettings:
    """What the file systems are reached by: Hadoop's settings by name, and paths of jars that Spark has not."""

    values: Mapping[str, str] = field(default_factory=dict)
    jars: tuple[str, ...] = ()

    @staticmethod
    def of_spark(settings: Mapping[str, str]) -> HadoopSettings:
        """Those among settings of Spark: ``spark.hadoop.NAME`` and ``spark.jars``."""
        prefix = "spark.hadoop."
        values = {name.removeprefix(prefix): value for name, value in settings.items() if name.startswith(prefix)}
        return HadoopSettings(values, tuple(filter(None, settings.get("spark.jars", "").split(","))))


def begin_gateway(settings: HadoopSettings, jars: Iterable[str] = ()) -> bool:
    """Start the gateway of this process and those below it, unless there is one. It ends with this process.

    :param jars: further ones.
    :returns: whether it was started now: processes below that were there before do not know of it.
    :raises UsageError: where pyspark is not installed.
    :raises StateError: where Java does not start.
    """
    if VARIABLE in os.environ:
        return False
    java_gateway = _java_gateway()
    home = os.environ.get("JAVA_HOME")
    try:
        port, token, process = java_gateway.launch_gateway(
            classpath=os.pathsep.join([*_jars(), *settings.jars, *jars]),
            javaopts=[*_OPTIONS],
            java_path=str(Path(home) / "bin/java") if home else "java",
            die_on_exit=True,
            enable_auth=True,
            return_proc=True,
        )
    except Exception as error:
        cure = "see that Java 17 or newer starts: java -version"
        raise StateError("the reading of Hadoop file systems", f"does not start ({error})", cure) from error
    os.environ[VARIABLE] = f"{port} {token.decode()}"  # py4j gives bytes
    _own.append(process)
    configuration = _java().org.apache.hadoop.conf.Configuration()
    for name, value in settings.values.items():
        configuration.set(name, value)
    # Processes below have the same settings: they are asked for by name, in Java.
    _java().java.lang.System.getProperties().put(VARIABLE, configuration)
    return True


def end_gateway() -> None:
    """End the gateway that this process has started, if it has."""
    while _own:
        gc.collect()  # what was had of Java is let go of while it is there: later, that fails at any moment
        process = _own.pop()
        os.environ.pop(VARIABLE, None)
        _gateway().close()
        _gateway.cache_clear()
        for pipe in (process.stdin, process.stdout):
            pipe.close()  # which ends it
        process.wait()


def file_system(uri: str) -> tuple[Any, Any]:
    """The file system of an address, and the address in it, both in Java.

    :raises UsageError: where there is none of that scheme.
    """
    java = _java()
    configuration = java.java.lang.System.getProperties().get(VARIABLE)
    path = java.org.apache.hadoop.fs.Path(uri)
    return path.getFileSystem(configuration), path


def _java() -> Any:
    return _gateway().jvm


@lru_cache(1)
def _gateway() -> Any:
    """The way to the gateway, for as long as this process lives."""
    java_gateway = _java_gateway()
    port, token = os.environ[VARIABLE].split()
    parameters = java_gateway.GatewayParameters(port=int(port), auth_token=token, auto_convert=True)
    return java_gateway.JavaGateway(gateway_parameters=parameters)


def _java_gateway() -> Any:
    try:
        return import_module("py4j.java_gateway")
    except ImportError as error:
        cure = "install the extra: pip install 'portal-crawler[spark]'"
        raise UsageError("Hadoop file systems", "need pyspark, which is not installed", cure) from error


def _jars() -> list[str]:
    """The jars of Spark, and the folder of Hadoop's settings."""
    found = find_spec("pyspark")
    homes = [os.environ.get("SPARK_HOME"), str(Path(found.origin).parent) if found and found.origin else None]
    jars = [str(Path(home) / "jars" / "*") for home in homes if home]
    configuration = os.environ.get("HADOOP_CONF_DIR")
    return [*([configuration] if configuration else []), *jars[:1]]

"""A build on Spark: the bytes of a build by one process, whatever dies meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.archive.hadoop_gateway import HadoopSettings
from portal_crawler.cli.main import main
from portal_crawler.cli.terminal import Terminal
from portal_crawler.distributed.build import BuildRules
from portal_crawler.distributed.build_run import BuildOutcome, build_into
from portal_crawler.distributed.engine import Engine, engine_of, local_engine
from portal_crawler.distributed.job import Job, Notice
from portal_crawler.distributed.named_archives import named_paths
from portal_crawler.distributed.shard_disk import Facts, Shard, ShardJob
from portal_crawler.distributed.spark import SparkPool
from portal_crawler.distributed.spark_context import spark_context
from portal_crawler.errors import StateError, UsageError
from portal_crawler.graph.graph_json import open_graph
from portal_crawler.graph.ranks_parquet import rank_graph
from portal_crawler.sites.profile_toml import save_profile
from tests.distributed.build_here import Quiet
from tests.distributed.written_warcs import FILES, write_warcs, written_profile

pytest.importorskip("pyspark", reason="needs the extra spark")
pytest.importorskip("pyarrow", reason="needs the extra graph")
pytestmark = [
    pytest.mark.skipif(
        shutil.which("java") is None and "JAVA_HOME" not in os.environ,
        reason="Spark needs Java, and there is none here",
    ),
    # A minute of processor time in all, most of it starts of Java and Python: on a machine at work it takes long.
    pytest.mark.timeout(900),
]
PROFILE = written_profile()
# Java that compiles little, for it lives for a minute only.
SETTINGS = {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with spark_context("local[2]", SETTINGS, tmp_path_factory.mktemp("spark") / "spark.log") as context:
        yield context


@pytest.fixture(scope="module")
def warcs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_warcs(tmp_path_factory.mktemp("warcs"))


@pytest.fixture(scope="module")
def whole(warcs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one process makes of the archives."""
    folder = tmp_path_factory.mktemp("whole")
    _built(folder, warcs, local_engine(1))
    rank_graph(open_graph(folder / "graph"))
    return folder


def _built(folder: Path, sources: list[Path], engine: Engine, view: Quiet | None = None) -> BuildOutcome:
    folder.mkdir(exist_ok=True)
    return build_into(folder, sources, BuildRules(PROFILE), engine, view or Quiet())


def _spark(context: Any, folder: Path) -> Engine:
    return lambda _, view: nullcontext(SparkPool(context, folder, say=view.say))


def _records(folder: Path) -> tuple[dict[str, bytes], dict[str, list[tuple[Any, ...]]]]:
    """The bytes of a build's files, and the rows of the one whose bytes depend on the order of its rows."""
    tables = ("document", "page", "posting")
    with closing(sqlite3.connect(folder / "work/stories.sqlite")) as database:
        rows = {table: database.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables}
    # They hold times, the command, and the rows above.
    apart = ("crawl.json", "build.lock", "SHA256SUMS", "work/stories.sqlite")
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in sorted(files.items()) if name not in apart}, rows


@dataclass(frozen=True)
class Deadly:
    """A shard whose worker kills the process of Spark's above it, at the first time: when its files are written."""

    shard: Any
    deaths: Path

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # while it is unpickled
            raise AttributeError(name)
        return getattr(self.shard, name)

    def make(self, folder: Path, notice: Notice) -> Facts:
        facts: Facts = self.shard.make(folder, notice)
        try:
            self.deaths.mkdir()
        except FileExistsError:
            return facts
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
        raise AssertionError("a worker outlived the process that started it")


class DeadlyPool(SparkPool):
    """Gives out jobs at which processes die once."""

    deaths: Path

    def run(self, jobs: Any) -> Iterator[tuple[int, Any]]:
        return super().run([self._deadly(job) for job in jobs])

    def _deadly(self, job: Job) -> Job:
        if not isinstance(job, ShardJob) or job.shard.number != 9:
            return job
        deadly: Shard = Deadly(job.shard, self.deaths / f"{job.shard.step}-{job.shard.number}")
        return replace(job, shard=deadly)


def test_spark_and_one_process_give_equal_articles_verdicts_edges_and_ranks_of_20_warcs_whatever_dies(
    context: Any, warcs: list[Path], whole: Path, tmp_path: Path
) -> None:
    DeadlyPool.deaths = tmp_path / "deaths"
    DeadlyPool.deaths.mkdir()
    out, view = tmp_path / "out", Quiet()
    outcome = _built(out, warcs, lambda folder, view: nullcontext(DeadlyPool(context, folder, say=view.say)), view)
    died = [path.name for path in sorted(DeadlyPool.deaths.iterdir())]
    assert died == ["read-9", "settled-9", "survey-9"]
    assert len(warcs) == FILES == 20
    assert outcome.graph
    assert outcome.result["duplicates"] > 20
    assert outcome.result["damage"]
    assert not (out / "shards").exists()
    rank_graph(open_graph(out / "graph"))
    files, rows = _records(out)
    assert {"articles.jsonl", "relations.jsonl", "template.json", "graph/ranks/host_ranks.parquet"} <= files.keys()
    assert len(rows["document"]) > 60
    assert (files, rows) == _records(whole)
    assert any("round 2 of the counting" in sentence for sentence in view.said)


def test_a_killed_driver_goes_on_and_repeats_nothing(context: Any, warcs: list[Path], tmp_path: Path) -> None:
    some = warcs[:8]
    _built(tmp_path / "whole", some, local_engine(1))
    save_profile(PROFILE, tmp_path / "written.toml")
    command = [sys.executable, "-m", "portal_crawler", "build", *map(str, some), "--out", str(tmp_path / "out")]
    command += ["--engine", "spark", "--master", "local[2]", "--profile", str(tmp_path / "written.toml"), "-q"]
    command += [word for name, value in SETTINGS.items() for word in ("--conf", f"{name}={value}")]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as child:
        while len(_marks(tmp_path / "out", "read")) < 2 and child.poll() is None:
            time.sleep(0.05)
        child.kill()
        said = child.communicate()[1]
        assert child.returncode == -signal.SIGKILL, said
    there, view = _marks(tmp_path / "out", "read"), Quiet()
    _built(tmp_path / "out", some, _spark(context, tmp_path / "out"), view)
    (_, surveys, surveyed, _), (_, slices, read, stale), *_ = view.steps
    assert (surveyed, stale) == (surveys, 0)
    assert 2 <= len(there) <= read < slices
    assert _records(tmp_path / "out") == _records(tmp_path / "whole")


def _marks(folder: Path, step: str) -> list[Path]:
    return list(folder.glob(f"shards/{step}/??????/done.json"))


def test_archives_at_addresses_of_a_hadoop_file_system(context: Any, warcs: list[Path], tmp_path: Path) -> None:
    _built(tmp_path / "local", warcs[:3], local_engine(1))
    with named_paths([f"{warcs[0].parent.as_uri()}/written-0[0-2]*"], HadoopSettings()) as paths:
        assert [path.name for path in paths] == [path.name for path in warcs[:3]]
        _built(tmp_path / "spark", list(paths), _spark(context, tmp_path / "spark"))
    assert _records(tmp_path / "spark") == _records(tmp_path / "local")


def test_what_a_job_raises_is_raised_and_not_tried_again(context: Any, warcs: list[Path], tmp_path: Path) -> None:
    lost = tmp_path / "lost.warc.gz"
    shutil.copy(warcs[0], lost)
    engine = _spark(context, tmp_path / "out")

    class Loses(Quiet):
        def planned(self, captures: int) -> None:
            lost.unlink()

    with pytest.raises(FileNotFoundError, match=r"lost\.warc\.gz"):
        _built(tmp_path / "out", [lost], engine, Loses())


def test_a_folder_that_a_machine_does_not_see_is_told(context: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("portal_crawler.distributed.spark._machine", _blind)
    with pytest.raises(StateError, match="is not to be seen from there; choose an --out that every machine"):
        SparkPool(context, tmp_path)


def _blind(mark: Path, _: int) -> Any:
    from portal_crawler import __version__
    from portal_crawler.distributed.spark_task import Machine

    return Machine("there", __version__, sees=False)


@pytest.mark.parametrize(
    ("master", "told"),
    [
        ("local(2)", r"--master local\(2\): is no address of a Spark cluster; say local\[2\], spark://"),
        ("spark://127.0.0.1", "has no port; say spark://HOST:PORT"),
        ("spark://127.0.0.1:9", "nobody answers there"),
    ],
)
def test_a_master_that_is_none_is_told(master: str, told: str, tmp_path: Path) -> None:
    with pytest.raises((UsageError, StateError), match=told), spark_context(master, {}, tmp_path / "log"):
        pass


@pytest.mark.parametrize(
    ("master", "told"), [("spark://127.0.0.1", "has no port"), ("spark://127.0.0.1:9", "nobody answers there")]
)
def test_a_cluster_that_is_not_there_is_told_before_a_folder_is_made(
    master: str, told: str, warcs: list[Path], tmp_path: Path
) -> None:
    arguments = ["build", str(warcs[0]), "--engine", "spark", "--master", master, "--out", str(tmp_path / "out")]
    with pytest.raises((UsageError, StateError), match=told):
        main.main(arguments, "portal-crawler", standalone_mode=False, obj=Terminal())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("local", 1, "local[2]"), "--master: is for Spark alone; add --engine spark"),
        (("local", 1, None, ["spark.a=b"]), "--conf: is for Spark alone"),
        (("spark", 1, None, ["memory"]), "--conf memory: is no setting of Spark's; say spark.NAME=VALUE"),
    ],
)
def test_options_that_do_not_fit_together_are_told(options: Any, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        engine_of(*options)


def test_without_java_that_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match=r"needs Java, and .* does not start .*; install Java 17 or newer"):
        next(spark_context("local[1]", {}, tmp_path / "log").gen)

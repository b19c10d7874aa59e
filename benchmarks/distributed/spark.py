"""Unit costs of a build on Spark, and what it comes to; whether it is the local build's, also where things die.

    python benchmarks/distributed/spark.py [--size medium] [--texts 20000] [--kills 5] [--seed 1] [--keep DIR]

Crawls the demo portal into 20 WARC files or a few more (as ``build.py``), builds a dataset of them with one process and
with ``--engine spark --master local[2]``, and compares every byte. Prints, of each step, the processor time by kind of
process for a thousand pages, what Spark says of its shuffles, and the most memory of each kind of process. Then the
near-duplicates of a corpus of articles (``dedup/corpus.py``) alone, where the shuffles are. Then SIGKILL: for the whole
build at moments drawn by chance, each taken up again until it ends, and for Spark's Python processes during one build.

Exits 1 where anything differs. Seconds on the clock mean something only where nothing else runs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build import _APART, _WARC_BYTES, beginner, content, corpus, different, step_of
from process_tree import Used, used_below

MASTER = "local[2]"
_KINDS = {
    "org.apache.spark": "java",
    "py4j.GatewayServer": "java",
    "pyspark.daemon": "Spark's Python",
    "portal_crawler.distributed.worker": "worker",
    "--engine spark": "driver",
}
_TABLES = ("document", "page", "posting")


def noting(log: Path) -> dict[str, str]:
    """Settings with which Spark notes what its tasks did, a JSON object a line."""
    plain = {"spark.eventLog.compress": "false", "spark.eventLog.rolling.enabled": "false"}
    return {"spark.eventLog.enabled": "true", "spark.eventLog.dir": log.as_uri(), **plain}


def command(sources: list[Path], out: Path, log: Path | None = None) -> list[str]:
    """A build on Spark; ``log`` is a folder for what Spark notes of its tasks."""
    noted = [word for name, value in noting(log).items() for word in ("--conf", f"{name}={value}")] if log else []
    named = [*map(str, sources), "--out", str(out), "--profile", str(sources[0].parents[1] / "profile.toml")]
    options = ["--engine", "spark", "--master", MASTER, "--progress", "none", *noted]
    return [sys.executable, "-m", "portal_crawler", "build", *named, *options]


@dataclass(frozen=True)
class Use:
    """Processor seconds and most bytes of memory, by kind of process."""

    seconds: dict[str, float]
    memory: dict[str, int]


class Watch:
    """What the processes of a build have used until now, by their kinds."""

    def __init__(self, pid: int) -> None:
        self._pid, self._kinds, self._used = pid, dict[int, str](), dict[int, Used]()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on)
        self._thread.start()

    def use(self) -> Use:
        """What they have used; of those that ended, too."""
        self._look()
        seconds, memory = defaultdict[str, float](float), defaultdict[str, int](int)
        for pid, used in self._used.items():
            kind = self._kinds[pid]
            seconds[kind] += used.seconds
            memory[kind] = max(memory[kind], used.memory)
        return Use(dict(seconds), dict(memory))

    def end(self) -> None:
        """No more is to be seen."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        found = used_below(self._pid)
        for pid in found:
            if self._kinds.get(pid, "other") == "other":
                self._kinds[pid] = _kind(pid)
        for pid, used in found.items():  # of a process that is ending, its memory is gone already
            before = self._used.get(pid, Used(0.0, 0))
            self._used[pid] = Used(max(before.seconds, used.seconds), max(before.memory, used.memory))

    def _look_on(self) -> None:
        while not self._over.wait(0.1):
            self._look()


def _kind(pid: int) -> str:
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "other"
    return next((kind for word, kind in _KINDS.items() if word in line), "other")


def built(sources: list[Path], out: Path, log: Path) -> tuple[list[tuple[str, float, Use]], Use]:
    """A build: of each step its name, seconds on the clock, and what was used when it ended."""
    steps, said, begin, name = list[tuple[str, float, Use]](), list[str](), time.monotonic(), "start"
    with subprocess.Popen(command(sources, out, log), stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        watch = Watch(child.pid)
        for line in child.stderr:
            said.append(line)
            following = step_of(line) or ("end" if line.endswith("copies\n") else "")
            if following:
                steps.append((name, time.monotonic() - begin, watch.use()))
                name, begin = following, time.monotonic()
        whole = watch.use()
        watch.end()
    if child.returncode:
        raise SystemExit(f"the build ended with {child.returncode}: {''.join(said)}")
    return steps, whole


def shuffled(log: Path) -> dict[str, Counter[str]]:
    """Of each place in the program: tasks, bytes written for shuffles, bytes of results, milliseconds of tasks."""
    stages, found = dict[int, str](), defaultdict[str, Counter[str]](Counter)
    for path in sorted(path for path in log.iterdir() if not path.name.startswith(".")):
        for line in path.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerStageSubmitted":
                stages[event["Stage Info"]["Stage ID"]] = re.sub(r" at .*/", " at ", event["Stage Info"]["Stage Name"])
            elif event["Event"] == "SparkListenerTaskEnd" and (metrics := event.get("Task Metrics")):
                row = found[stages[event["Stage ID"]]]
                row["tasks"] += 1
                row["shuffle"] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                row["results"] += metrics["Result Size"]
                row["milliseconds"] += metrics["Executor Run Time"]
                row["spilled"] += metrics["Disk Bytes Spilled"]
    return dict(found)


def records(folder: Path) -> dict[str, Any]:
    """The bytes of a build, but for times; of the database of stories its rows."""
    found: dict[str, Any] = content(folder)
    with closing(sqlite3.connect(folder / "work/stories.sqlite")) as database:
        rows = {table: database.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in _TABLES}
    left_out = (*_APART, "SHA256SUMS", "work/stories.sqlite")
    return {name: data for name, data in found.items() if name not in left_out} | {"work/stories.sqlite": rows}


def unit_costs(sources: list[Path], room: Path) -> tuple[dict[str, Any], float, int]:
    """Prints what a build costs; its records, its seconds, and how many files differ from the local build's."""
    begin = beginner("build", sources, "--profile", sources[0].parents[1] / "profile.toml")
    with begin(room / "local", 1) as child:
        said = child.communicate()[1]
        if child.returncode:
            raise SystemExit(said)
    log = room / "events"
    shutil.rmtree(log, ignore_errors=True)
    log.mkdir()
    steps, whole = built(sources, room / "spark", log)
    pages = len((room / "spark/pages.jsonl").read_bytes().splitlines())
    kinds = sorted(whole.seconds)
    print(
        f"{pages} pages; processor seconds of a thousand pages\n{'step':<16}" + "".join(f"{kind:>16}" for kind in kinds)
    )
    before: dict[str, float] = {}
    for name, _, use in [*steps, ("together", 0.0, whole)]:
        spent = {kind: use.seconds.get(kind, 0.0) - (name != "together") * before.get(kind, 0.0) for kind in kinds}
        print(f"{name:<16}" + "".join(f"{1000 * spent[kind] / pages:>16.2f}" for kind in kinds))
        before = use.seconds
    print("memory at most: " + ", ".join(f"{kind} {whole.memory[kind] / 2**20:.0f} MiB" for kind in kinds))
    print_shuffles(log, pages, "page")
    expected, found = records(room / "local"), records(room / "spark")
    wrong = different(expected, found)
    size = sum(len(data) for data in found.values() if isinstance(data, bytes))
    print(f"{len(found)} files, {size} bytes, {size / pages:.0f} a page: {', '.join(wrong) or 'equal'}", flush=True)
    return expected, sum(seconds for _, seconds, _ in steps), len(wrong)


def print_shuffles(log: Path, count: int, what: str) -> None:
    """What Spark notes of its tasks, for each of so many."""
    for name, row in sorted(shuffled(log).items()):
        print(
            f"  {name:<44}{row['tasks']:>6} tasks {row['milliseconds'] / 1000:>8.1f} s, shuffled"
            f" {row['shuffle'] / count:>8.0f} bytes a {what}, results {row['results'] / count:>6.0f}"
            f", spilled {row['spilled']}"
        )


def near_costs(texts: int, seed: int, room: Path) -> int:
    """Prints what the near-duplicates of a corpus cost; 1 where they are not those of the index."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "dedup"))
    from corpus import written

    from portal_crawler.dedup.fingerprints import sketch_of
    from portal_crawler.dedup.near_index_sqlite import NearIndex
    from portal_crawler.dedup.near_joined_sqlite import JoinedIndex
    from portal_crawler.distributed.spark_context import spark_context
    from portal_crawler.distributed.spark_near import joined_on

    articles = written(seed, texts)
    log, rounds = room / "near-events", list[str]()
    log.mkdir()
    rows = []
    with spark_context(MASTER, noting(log), room / "near.log") as context:
        join = joined_on(context, room / "near", rounds.append)
        watch = Watch(os.getpid())
        for index in (NearIndex("", durable=False), JoinedIndex("", 64, durable=False, join=join)):
            with index:
                for article in articles:
                    index.hold(article.id, sketch_of("\n\n".join(article.paragraphs), article.title))
                before, own = watch.use().seconds, time.thread_time()  # without the watch
                index.finalize()
                after = watch.use()
                spent = {kind: value - before.get(kind, 0.0) for kind, value in after.seconds.items()}
                print(
                    f"{type(index).__name__}, {texts} texts: processor time {time.thread_time() - own:.1f} s here, "
                    + ", ".join(f"{kind} {value:.1f}" for kind, value in spent.items() if kind != "other")
                )
                rows.append(index.database.execute("SELECT * FROM document ORDER BY number").fetchall())
        watch.end()
    print("; ".join(rounds))
    print_shuffles(log, texts, "text")
    print("decisions: " + ("equal" if rows[0] == rows[1] else "they differ"), flush=True)
    return rows[0] != rows[1]


def killed(sources: list[Path], room: Path, expected: dict[str, Any], seconds: float, kills: int, seed: int) -> int:
    """A build whose driver is killed again and again, and one whose Python processes are; how many files are wrong."""
    rng, wrong, struck = random.Random(seed), 0, Counter[str]()
    out, left = room / "killed", kills
    while True:
        with subprocess.Popen(
            command(sources, out), stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as child:
            try:
                child.wait(rng.uniform(0.15, 0.6) * seconds if left else None)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
            said = child.communicate()[1]
        if child.returncode != -signal.SIGKILL:
            break
        left -= 1
        struck[([step for line in said.splitlines() if (step := step_of(line))] or ["start"])[-1]] += 1
    wrong += child.returncode != 0 or bool(different(expected, records(out))) or "made anew" in said
    print(f"driver killed {kills - left} times at {dict(struck)}: {'wrong' if wrong else 'equal'}", flush=True)
    deaths, out = 0, room / "bereft"
    with subprocess.Popen(command(sources, out), stderr=subprocess.PIPE, text=True) as child:
        while deaths < kills and child.poll() is None:
            time.sleep(rng.uniform(0.05, 0.2) * seconds)
            if workers := [pid for pid in used_below(child.pid) if _kind(pid) == "Spark's Python"][1:]:
                os.kill(rng.choice(workers), signal.SIGKILL)
                deaths += 1
        said = child.communicate()[1]
    differing = different(expected, records(out)) if child.returncode == 0 else [said[-300:]]
    print(f"{deaths} of Spark's Python processes killed: {', '.join(differing) or 'equal'}", flush=True)
    return wrong + len(differing)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=list(_WARC_BYTES), default="medium")
    parser.add_argument("--texts", type=int, default=20_000, help="articles of the corpus; 0 for none")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder to work in, which stays; a crawl in it is used again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        room = (options.keep or Path(folder)).resolve()
        room.mkdir(exist_ok=True)
        sources = corpus(options.size, room)
        print(f"{len(sources)} WARC files, {sum(path.stat().st_size for path in sources)} bytes", flush=True)
        expected, seconds, wrong = unit_costs(sources, room)
        if options.texts:
            wrong += near_costs(options.texts, options.seed, room)
        if options.kills:
            wrong += killed(sources, room, expected, seconds, options.kills, options.seed)
    print(f"{wrong} things are wrong" if wrong else "all as it should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

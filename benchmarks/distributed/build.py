"""Build of many archives: one process against two, and a build that is killed again and again.

    python benchmarks/distributed/build.py [--size medium] [--kills 20] [--seed 1] [--keep DIR]

Crawls the demo portal into 20 WARC files or a few more, builds a dataset of them with ``--jobs 1`` and ``--jobs 2``,
and compares every byte. Prints wall time and processor time of each step. On a machine that does nothing else the ratio
of wall times is to be 1.7 at least. Where others use it too, the processor time tells more: of each step, that of the
first process and of the busiest of its workers, which is what the step would take alone.

Then SIGKILL for the whole group of processes at moments drawn by chance, each build taken up again until it ends, and
compared. Exits 1 where bytes differ, or, with ``--mark``, where the ratio of wall times is below it.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from process_tree import Used, used_below

from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.sites.profile_toml import save_profile

FILES = 20
# Bytes of a WARC file with which the portal's archive fills that many.
_WARC_BYTES = {"small": 60_000, "medium": 780_000, "large": 5_000_000}
# The words with which the command begins a step.
_STEPS = {"looking": "survey", "reading": "reading", "settling the records": "second reading", "settling": "settling"}
# Kills come after a share of this part of a whole build's time, so that one build lives through several.
_PART = 4
_APART = ("crawl.json", "build.lock")


@dataclass
class Step:
    """Seconds of a step: on the clock, of the first process, and of each worker."""

    name: str
    wall: float = 0.0
    own: float = 0.0
    workers: list[float] = field(default_factory=list)

    @property
    def busiest(self) -> float:
        """Processor time that cannot be done side by side."""
        return self.own + max(self.workers, default=0.0)


def step_of(line: str) -> str:
    """The step that a line of the command begins, or ""."""
    return next((step for words, step in _STEPS.items() if line.startswith(words)), "")


def corpus(size: str, folder: Path, least: int = FILES) -> list[Path]:
    """The WARC files of a crawl of the demo portal."""
    if not (folder / "crawl/SHA256SUMS").exists():
        with serving(size) as address:
            site = demo_profile(address, size)
            output = site.output.model_copy(update={"warc_size": _WARC_BYTES[size]})
            save_profile(site.model_copy(update={"output": output}), folder / "demo.toml")
            command = [sys.executable, "-m", "portal_crawler", "crawl", str(folder / "demo.toml")]
            subprocess.run([*command, "--out", folder / "crawl", "--progress", "none", "-q"], check=True)
    found = sorted((folder / "crawl/archive").glob("*.warc.gz"))
    if len(found) < least:
        raise SystemExit(f"the crawl gave {len(found)} WARC files, not {least}: make _WARC_BYTES smaller")
    return found


# Begins a build into a folder by so many processes, in a group of processes of its own.
Begin = Callable[[Path, int], "subprocess.Popen[str]"]


def beginner(name: str, sources: list[Path], *options: str | Path) -> Begin:
    """Begins ``build`` or ``replay`` of these files."""

    def begin(out: Path, jobs: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "portal_crawler", name, *map(str, (*sources, *options)), "--out", str(out)]
        command += ["--jobs", str(jobs), "--progress", "none"]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)

    return begin


class Watch:
    """Watches a build: what each of its steps has used."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._used: dict[int, Used] = {}
        self._before: dict[int, float] = {}
        self._clock = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on)
        self._thread.start()
        self.steps = [Step("start")]

    def begin(self, name: str) -> None:
        """The step before is over."""
        self._look()
        step, now = self.steps[-1], time.monotonic()
        spent = {number: used.seconds - self._before.get(number, 0.0) for number, used in self._used.items()}
        step.wall, step.own = now - self._clock, spent.pop(self._pid, 0.0)
        step.workers = sorted(spent.values(), reverse=True)
        self._clock, self._before = now, {number: used.seconds for number, used in self._used.items()}
        self.steps.append(Step(name))

    def end(self) -> int:
        """No more is to be seen: the most memory that one process had, in bytes."""
        self._over.set()
        self._thread.join()
        return max(used.memory for used in self._used.values())

    def _look(self) -> None:
        for number, used in used_below(self._pid).items():  # one that has ended has no memory any more
            before = self._used.get(number, Used(0.0, 0))
            self._used[number] = Used(max(used.seconds, before.seconds), max(used.memory, before.memory))

    def _look_on(self) -> None:
        while not self._over.wait(0.05):
            self._look()


def timed(begin: Begin, out: Path, jobs: int) -> tuple[list[Step], int]:
    """An undisturbed build, step by step; and the most memory that one of its processes had, in bytes."""
    said = []
    with begin(out, jobs) as child:
        assert child.stderr is not None
        watch = Watch(child.pid)
        for line in child.stderr:
            said.append(line)
            if (name := step_of(line)) or line.endswith("copies\n"):
                watch.begin(name or "end")
        memory = watch.end()
    if child.returncode:
        raise SystemExit(f"the build ended with {child.returncode}: {''.join(said)}")
    return watch.steps[:-1], memory


def content(folder: Path) -> dict[str, bytes]:
    """The bytes of a build but for times and command line."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    found = {name: path.read_bytes() for name, path in files.items() if name not in _APART}
    sums = found["SHA256SUMS"].splitlines()
    return found | {"SHA256SUMS": b"\n".join(line for line in sums if not line.endswith(b"crawl.json"))}


def different(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """The files that differ."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def compared(begin: Begin, room: Path) -> tuple[dict[str, bytes], float, float, int]:
    """Builds with one process and with two: bytes, wall time of the second, ratio of wall times, files that differ."""
    (ones, _), (twos, memory) = (timed(begin, room / f"jobs-{jobs}", jobs) for jobs in (1, 2))
    together = Step("together"), Step("together")
    print(f"{'seconds':<16}{'1 job: wall':>12}{'alone':>8}{'2 jobs: wall':>14}{'alone':>8}")
    for whole, steps in zip(together, (ones, twos), strict=True):
        whole.wall, whole.own = sum(step.wall for step in steps), sum(step.busiest for step in steps)
    for one, two in [*zip(ones, twos, strict=True), together]:
        print(f"{one.name:<16}{one.wall:>12.1f}{one.busiest:>8.1f}{two.wall:>14.1f}{two.busiest:>8.1f}")
    wall, alone = together[0].wall / together[1].wall, together[0].own / together[1].own
    print(f"ratio of wall times {wall:.2f}, of processor times {alone:.2f}; load now {os.getloadavg()[0]:.1f}")
    print(f"memory of a process: {memory / 2**20:.0f} MiB at most")
    first = content(room / "jobs-1")
    wrong = different(first, content(room / "jobs-2"))
    size = sum(map(len, first.values()))
    print(f"{len(first)} files, {size} bytes: {'differ: ' + ', '.join(wrong) if wrong else 'equal'}", flush=True)
    return first, together[1].wall, wall, len(wrong)


def killed(begin: Begin, room: Path, whole: dict[str, bytes], seconds: float, kills: int, seed: int) -> int:
    """Builds that are killed; how many things are wrong."""
    rng, left, wrong, builds = random.Random(seed), kills, 0, 0
    struck: Counter[str] = Counter()
    while left:
        builds += 1
        out = room / f"killed-{builds}"
        while left and (step := _struck(begin, out, rng.random() * seconds / _PART)):
            struck[step] += 1
            left -= 1
        with begin(out, 2) as child:
            said = child.communicate()[1]
        differing = different(whole, content(out)) if child.returncode == 0 else [f"exit code {child.returncode}"]
        print(f"build {builds}, {kills - left} kills so far: {', '.join(differing) or 'equal'}", flush=True)
        wrong += len(differing) + ("made anew" in said)
    print("killed at " + ", ".join(f"{step} {count}" for step, count in struck.most_common()))
    return wrong


def _struck(begin: Begin, out: Path, delay: float) -> str:
    """Start a build and kill it after so many seconds: at which step it was; "" where it had ended."""
    with begin(out, 2) as child:
        try:
            child.wait(delay)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
        said = child.communicate()[1]
    if child.returncode != -signal.SIGKILL:
        return ""
    steps = [step for line in said.splitlines() if (step := step_of(line))]
    return steps[-1] if steps else "start"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=list(_WARC_BYTES), default="medium")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mark", type=float, default=0.0, help="the least ratio of wall times")
    parser.add_argument("--keep", type=Path, help="a folder to work in, which stays; a crawl in it is used again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        room = options.keep or Path(folder)
        room.mkdir(exist_ok=True)
        sources = corpus(options.size, room)
        print(f"{len(sources)} WARC files, {sum(path.stat().st_size for path in sources)} bytes", flush=True)
        begin = beginner("build", sources, "--profile", sources[0].parents[1] / "profile.toml")
        whole, seconds, ratio, wrong = compared(begin, room)
        wrong += killed(begin, room, whole, seconds, options.kills, options.seed)
    print(f"{wrong} things are wrong" if wrong else "all as it should be")
    return 1 if wrong or ratio < options.mark else 0


if __name__ == "__main__":
    sys.exit(main())

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
from dataclasses import dataclass, field
from pathlib import Path

from process_tree import processor_time

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


def corpus(size: str, folder: Path) -> list[Path]:
    """The WARC files of a crawl of the demo portal."""
    if not (folder / "crawl/SHA256SUMS").exists():
        with serving(size) as address:
            site = demo_profile(address, size)
            output = site.output.model_copy(update={"warc_size": _WARC_BYTES[size]})
            save_profile(site.model_copy(update={"output": output}), folder / "demo.toml")
            command = [sys.executable, "-m", "portal_crawler", "crawl", folder / "demo.toml"]
            subprocess.run([*command, "--out", folder / "crawl", "--progress", "none", "-q"], check=True)
    found = sorted((folder / "crawl/archive").glob("*.warc.gz"))
    if len(found) < FILES:
        raise SystemExit(f"the crawl gave {len(found)} WARC files, not {FILES}: make _WARC_BYTES smaller")
    return found


def begun(sources: list[Path], out: Path, jobs: int) -> subprocess.Popen[str]:
    """A build in a group of processes of its own."""
    command = [sys.executable, "-m", "portal_crawler", "build", *map(str, sources), "--out", str(out)]
    command += ["--jobs", str(jobs), "--profile", str(sources[0].parents[1] / "profile.toml"), "--progress", "none"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)


def timed(sources: list[Path], out: Path, jobs: int) -> list[Step]:
    """An undisturbed build, step by step."""
    steps = [Step("start")]
    with begun(sources, out, jobs) as child:
        clock, before = time.monotonic(), dict[int, float]()
        assert child.stderr is not None
        stop = threading.Event()
        times: dict[int, float] = {}

        def sample() -> None:
            while not stop.wait(0.05):
                times.update(processor_time(child.pid))

        sampler = threading.Thread(target=sample)
        sampler.start()
        said = []
        for line in child.stderr:
            said.append(line)
            name = step_of(line)
            if name or line.endswith("copies\n"):
                times.update(processor_time(child.pid))
                _close(steps[-1], child.pid, clock, before, times)
                clock, before = time.monotonic(), dict(times)
                steps.append(Step(name or "end"))
        code = child.wait()
        stop.set()
        sampler.join()
    if code:
        raise SystemExit(f"the build ended with {code}: {''.join(said)}")
    return steps


def _close(step: Step, pid: int, clock: float, before: dict[int, float], times: dict[int, float]) -> None:
    spent = {number: seconds - before.get(number, 0.0) for number, seconds in times.items()}
    step.wall, step.own = time.monotonic() - clock, spent.pop(pid, 0.0)
    step.workers = sorted(spent.values(), reverse=True)


def content(folder: Path) -> dict[str, bytes]:
    """The bytes of a build but for times and command line."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    found = {name: path.read_bytes() for name, path in files.items() if name not in _APART}
    sums = found["SHA256SUMS"].splitlines()
    return found | {"SHA256SUMS": b"\n".join(line for line in sums if not line.endswith(b"crawl.json"))}


def different(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """The files that differ."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def compared(sources: list[Path], room: Path) -> tuple[dict[str, bytes], float, float, int]:
    """Builds with one process and with two: bytes, wall time of the second, ratio of wall times, files that differ."""
    builds = {jobs: timed(sources, room / f"jobs-{jobs}", jobs) for jobs in (1, 2)}
    print(f"{'seconds':<16}{'1 job: wall':>12}{'alone':>8}{'2 jobs: wall':>14}{'alone':>8}")
    for one, two in zip(builds[1], builds[2], strict=True):
        print(f"{one.name:<16}{one.wall:>12.1f}{one.busiest:>8.1f}{two.wall:>14.1f}{two.busiest:>8.1f}")
    wall = {jobs: sum(step.wall for step in steps) for jobs, steps in builds.items()}
    alone = {jobs: sum(step.busiest for step in steps) for jobs, steps in builds.items()}
    print(f"{'together':<16}{wall[1]:>12.1f}{alone[1]:>8.1f}{wall[2]:>14.1f}{alone[2]:>8.1f}")
    print(
        f"ratio of wall times {wall[1] / wall[2]:.2f}, of processor times {alone[1] / alone[2]:.2f}; load now", end=" "
    )
    print("{:.1f} {:.1f} {:.1f}".format(*os.getloadavg()))
    first = content(room / "jobs-1")
    wrong = different(first, content(room / "jobs-2"))
    size = sum(map(len, first.values()))
    print(f"{len(first)} files, {size} bytes: {'differ: ' + ', '.join(wrong) if wrong else 'equal'}", flush=True)
    return first, wall[2], wall[1] / wall[2], len(wrong)


def killed(sources: list[Path], room: Path, whole: dict[str, bytes], seconds: float, kills: int, seed: int) -> int:
    """Builds that are killed; how many things are wrong."""
    rng, left, wrong, builds = random.Random(seed), kills, 0, 0
    struck: Counter[str] = Counter()
    while left:
        builds += 1
        out = room / f"killed-{builds}"
        while left and (step := _struck(sources, out, rng.random() * seconds / _PART)):
            struck[step] += 1
            left -= 1
        with begun(sources, out, 2) as child:
            said = child.communicate()[1]
        differing = different(whole, content(out)) if child.returncode == 0 else [f"exit code {child.returncode}"]
        print(f"build {builds}, {kills - left} kills so far: {', '.join(differing) or 'equal'}", flush=True)
        wrong += len(differing) + ("made anew" in said)
    print("killed at " + ", ".join(f"{step} {count}" for step, count in struck.most_common()))
    return wrong


def _struck(sources: list[Path], out: Path, delay: float) -> str:
    """Start a build and kill it after so many seconds: at which step it was; "" where it had ended."""
    with begun(sources, out, 2) as child:
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
        whole, seconds, ratio, wrong = compared(sources, room)
        wrong += killed(sources, room, whole, seconds, options.kills, options.seed)
    print(f"{wrong} things are wrong" if wrong else "all as it should be")
    return 1 if wrong or ratio < options.mark else 0


if __name__ == "__main__":
    sys.exit(main())

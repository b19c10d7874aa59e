"""Deaths: the ways in which a crawl is made to end before its end, each at a point drawn by chance.

``Death.after`` is in pages' worth of work behind the moment in which the crawl has opened its ledger: of time for
those that come from outside, of bytes written for those that ``fault.c`` brings about within a write.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

# The crawl's progress after every commit, not every ten seconds: what it says is done must outlive any death.
_CRAWL = """
import portal_crawler.cli.progress as progress
progress.LINE_EVERY = 0.0
from portal_crawler.cli.main import run
run()
"""
_OPENED_WITHIN = 30.0
# Between the first Ctrl-C and the second: from "in the same moment" to "while the last answers come in".
_SECOND_SIGNAL_WITHIN = 0.4


@dataclass(frozen=True, slots=True)
class Pace:
    """What a page costs, in seconds and in bytes written below the folder, and what settling the crawl does."""

    seconds: float
    bytes: float
    settling_seconds: float
    settling_bytes: float


@dataclass(frozen=True, slots=True)
class End:
    """How a crawl ended. ``told`` is the number of pages that it had last said to be committed, ``burst`` the most that
    came between two commits, ``struck`` the step at which the shim struck.
    """

    code: int
    told: int
    burst: int
    struck: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where crawls run: ``profile`` crawled into ``out``, all else in ``room`` (on the same file system)."""

    profile: Path
    out: Path
    room: Path
    shim: Path

    def start(self, faults: Mapping[str, str] | None = None, most: int | None = None) -> subprocess.Popen[bytes]:
        """Start the crawl. ``faults`` are the shim's variables; ``most`` bytes may a file have."""
        environment = dict(os.environ)
        if faults:
            names = {"FOLDER": self.out, "SPARE": self.room / "spare", "REPORT": self.room / "report", **faults}
            environment |= {f"FAULT_{name}": str(value) for name, value in names.items()}
            environment["LD_PRELOAD"] = str(self.shim)
        (self.room / "report").unlink(missing_ok=True)
        command = [sys.executable, "-c", _CRAWL, "crawl", str(self.profile), "--out", str(self.out)]
        with (self.room / "said").open("wb") as said:
            return subprocess.Popen(
                [*command, "--progress", "json"],
                stdout=subprocess.DEVNULL,
                stderr=said,
                env=environment,
                preexec_fn=None if most is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
            )

    def ended(self, child: subprocess.Popen[bytes]) -> End:
        """Wait for the end of a crawl."""
        code = child.wait(timeout=600)
        report = self.room / "report"
        struck = report.read_text().split()[1] if report.exists() else ""
        pages = [int(one["pages"]) for one in self._progress()]
        burst = max((later - earlier for earlier, later in pairwise(pages)), default=0)
        return End(code, max(pages, default=0), burst, struck)

    def seconds_per_page(self) -> float:
        """Of the last crawl, from its own words."""
        last = max(self._progress(), key=lambda one: one["seconds"])
        return float(last["seconds"] / last["pages"])

    def counted_bytes(self) -> int:
        """How many bytes the shim has counted in the last crawl."""
        return int((self.room / "report").read_text().split()[0])

    def _progress(self) -> list[dict[str, float]]:
        lines = (self.room / "said").read_bytes().splitlines()
        told = [json.loads(line) for line in lines if line.startswith(b"{") and line.endswith(b"}")]
        return [one for one in told if "pages" in one]  # other events have their lines, too

    def words(self) -> str:
        """The last line that the last crawl said."""
        lines = (self.room / "said").read_text(errors="replace").splitlines()
        return next((line for line in reversed(lines) if not line.startswith("{")), "")


def build_shim(room: Path) -> Path:
    """Compile ``fault.c`` into a new folder.

    :raises SystemExit: where there is no C compiler.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        raise SystemExit("there is no C compiler: install one that is called as cc (such as the package gcc)")
    room.mkdir(parents=True)
    shim = room / "fault.so"
    source = Path(__file__).with_name("fault.c")
    command = [compiler, "-shared", "-fPIC", "-O2", "-Wall", "-o", str(shim), str(source), "-ldl", "-lpthread"]
    subprocess.run(command, check=True)
    return shim


@dataclass(frozen=True, slots=True)
class Death:
    """A way of dying: ``code`` is the exit code it has to give."""

    name: str
    code: int
    come: Callable[[Bench, float, float, random.Random], End]


def _outside(*signals: signal.Signals) -> Callable[[Bench, float, float, random.Random], End]:
    """Signals from another process, after a number of seconds."""

    def come(bench: Bench, seconds: float, _bytes: float, rng: random.Random) -> End:
        child = bench.start()
        _wait_until_open(bench.out, child)
        time.sleep(seconds)
        for place, one in enumerate(signals):
            if place:
                time.sleep(rng.random() * _SECOND_SIGNAL_WITHIN)
            if child.poll() is None:
                child.send_signal(one)
        return bench.ended(child)

    return come


def _within(mode: str) -> Callable[[Bench, float, float, random.Random], End]:
    """A fault in the writer, after a number of bytes."""

    def come(bench: Bench, _seconds: float, count: float, rng: random.Random) -> End:
        faults = {"MODE": mode, "POINT": str(int(count)), "SEED": str(rng.randrange(2**31))}
        return bench.ended(bench.start(faults))

    return come


def _limit(bench: Bench, _seconds: float, count: float, rng: random.Random) -> End:
    """No file may become longer than one that grows is now, and a bit."""
    sizes = [path.stat().st_size for path in bench.out.rglob("*.*") if path.is_file()] or [0]
    return bench.ended(bench.start(most=rng.choice(sizes) + int(count / 4)))


def _wait_until_open(out: Path, child: subprocess.Popen[bytes]) -> None:
    """Until the crawl has its ledger's lock: before that, nothing runs that could be lost."""
    until = time.monotonic() + _OPENED_WITHIN
    lock = out / "ledger.lock"
    while child.poll() is None and time.monotonic() < until:
        if lock.exists() and lock.read_text() == str(child.pid):
            return
        time.sleep(0.002)


TIME = Death("SIGKILL at a random time", -signal.SIGKILL, _outside(signal.SIGKILL))
BYTE = Death("SIGKILL at a random byte", -signal.SIGKILL, _within("kill"))
OTHERS = (
    Death("power cut", -signal.SIGKILL, _within("power")),
    Death("SIGTERM", 11, _outside(signal.SIGTERM)),
    Death("SIGINT twice", 11, _outside(signal.SIGINT, signal.SIGINT)),
    Death("disk full", 3, _within("full")),
    Death("limit of a file's size", 3, _limit),
)

"""A crawl by several processes that die again and again, against one by one process that nothing disturbs.

    python benchmarks/crawl/shards.py [--hosts 24] [--pages 60] [--jobs 3] [--kills 20] [--seed 1] [--pause 0.01]

Sites that link to each other are served on several loopback addresses. ``--kills`` times SIGKILL, at a random moment,
by turns to a shard and to the coordinator, which is then started again; then the crawl goes on to its end. Exits 1
unless it holds what the crawl by one process holds, ``verify`` finds nothing, and no page was fetched again but those
that were under way or not committed at a kill. With ``--kills 0``: no page twice at all.

Prints seconds and processor seconds of both crawls; they say something on a quiet machine only.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from same_crawl import differences

from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import save_profile

# Pages that a kill may cost a shard beside those under way: what came since its last commit (200 ms).
_BURST = 20


@contextmanager
def served(options: argparse.Namespace, log: Path) -> Iterator[SiteProfile]:
    """The sites, in a process of their own; the profile that crawls them."""
    portal = Path(__file__).with_name("many_hosts.py")
    command = [sys.executable, str(portal), str(options.hosts), str(options.pages), str(options.pause), str(log)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        yield SiteProfile.model_validate_json(child.stdout.readline())
        child.stdin.close()


def started(profile: Path, out: Path, jobs: int) -> subprocess.Popen[bytes]:
    """A crawl, in a process of its own."""
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(profile), "--out", str(out), "--no-report"]
    with out.with_name(out.name + ".said").open("ab") as said:
        return subprocess.Popen(
            [*command, "--jobs", str(jobs), "--progress", "none"], stdout=subprocess.DEVNULL, stderr=said
        )


def children(pid: int) -> list[int]:
    """The processes that a process has started and that live (proc(5))."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in path.read_text().split()] if path.exists() else []


def killed(profile: Path, out: Path, log: Path, jobs: int, deaths: list[int]) -> Counter[str]:
    """Crawl to the end, with deaths between; how many of which kind came.

    :param deaths: after how many requests more each of them comes, the last one first.
    """
    came: Counter[str] = Counter()
    running = started(profile, out, jobs)
    before = requests(log)
    while running.poll() is None:
        time.sleep(0.01)
        if not deaths or requests(log) < before + deaths[-1]:
            continue
        deaths.pop()
        shards = children(running.pid)
        if came.total() % 2 and shards:
            os.kill(shards[came.total() // 2 % len(shards)], signal.SIGKILL)
            came["shard"] += 1
        elif running.poll() is None:
            running.kill()
            came["coordinator"] += 1
            running.wait()
            running = started(profile, out, jobs)
        before = requests(log)
    came[f"exit {running.returncode}"] += 1
    return came


def requests(log: Path) -> int:
    """How many requests the sites have got."""
    return log.read_bytes().count(b"\n") if log.exists() else 0


def asked_again(log: Path) -> tuple[int, Counter[str]]:
    """How many requests for pages there were, and which came more than once."""
    asked = Counter(line.strip() for line in log.open(encoding="utf-8") if not line.endswith("/robots.txt\n"))
    return asked.total(), Counter({page: count - 1 for page, count in asked.items() if count > 1})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("hosts", 24), ("pages", 60), ("jobs", 3), ("kills", 20), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--pause", type=float, default=0.01, help="seconds that an answer takes")
    parser.add_argument("--keep", type=Path, help="a new folder to work in, which stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return run(options, options.keep or Path(folder))


def run(options: argparse.Namespace, room: Path) -> int:
    """Everything; the exit code."""
    bad = 0
    rng = random.Random(options.seed)
    for name, jobs, kills in (("one", 1, 0), ("jobs", options.jobs, options.kills)):
        log = room / f"{name}.requests"
        with served(options, log) as profile:
            save_profile(profile, room / f"{name}.toml")
            begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
            apart = 2 * options.hosts * options.pages // (kills + 1)
            places = [rng.randrange(1, 2 * apart) for _ in range(kills)]
            came = killed(room / f"{name}.toml", room / name, log, jobs, places)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        total, again = asked_again(log)
        deaths = came["shard"] + came["coordinator"] * jobs
        most = deaths * (profile.politeness.total_concurrency // jobs + 1 + _BURST)
        print(f"{name}: {total} requests, {time.monotonic() - begun:.1f} s, {busy:.1f} s of processors; ", end="")
        print(f"{dict(came)}; {again.total()} requests again, {most} at most", flush=True)
        bad += (again.total() > most) + (not came["exit 0"])
    bad += differences(room / "one", room / "jobs")
    print(f"{bad} things are wrong" if bad else "all as it should be")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

"""Damaged and hostile input for the readers: pages, WARC files, CDXJ indexes, profiles.

    python benchmarks/quality/fuzz.py --target read_page|warc|cdxj|profile [--minutes 20] [--seed 1] [--out FOLDER]
    python benchmarks/quality/fuzz.py --target read_page --again FILE …

Cases are drawn by seed and number, and read in a process of their own under a limit of processor time and memory.
What raises, hangs, takes too much or ends the process is kept in FOLDER under a name that says which it was.
Exits 1 if anything was found.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from fuzz_targets import TARGETS, Target

# Processor time of one case, and what the process may grow to.
_SECONDS, _MEMORY = 10.0, 1 << 30
_FOUND = 3


class Case:
    """The file in which the process keeps its case, so that it can be had when the process is gone."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "case"

    def keep(self, number: int, content: bytes, words: str = "") -> None:
        self._path.write_bytes(number.to_bytes(8, "little") + len(words.encode()).to_bytes(8, "little")
                               + words.encode() + content)  # fmt: skip

    def kept(self) -> tuple[int, bytes, str]:
        data = self._path.read_bytes()
        number, size = int.from_bytes(data[:8], "little"), int.from_bytes(data[8:16], "little")
        return number, data[16 + size :], data[16 : 16 + size].decode()


def run(target: Target, seed: int, start: int, end: float, case: Case) -> None:
    """Read case after case, from a number on, until a time; in a process of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    number = start
    while time.time() < end:
        content = target.make(random.Random(f"{seed}.{number}"))
        case.keep(number, content)
        signal.setitimer(signal.ITIMER_PROF, _SECONDS)
        try:
            target.read(content)
        except BaseException:  # noqa: BLE001 - a case that raises is what is looked for
            signal.setitimer(signal.ITIMER_PROF, 0)
            case.keep(number, content, traceback.format_exc()[-4000:])
            os._exit(_FOUND)
        signal.setitimer(signal.ITIMER_PROF, 0)
        number += 1
    case.keep(number, b"")


def ended(code: int) -> str:
    """What an exit status means."""
    if code == 0:
        return ""
    if code == -signal.SIGPROF:
        return "hang"
    return "error" if code == _FOUND else f"death-{-code}"


def fuzz(name: str, minutes: float, seed: int, out: Path) -> int:
    """Fuzz one target; how many failures were found."""
    end, start, found, kinds = time.time() + 60 * minutes, 0, 0, Counter[str]()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        case = Case(Path(folder))
        while time.time() < end:
            child = os.fork()
            if not child:
                run(TARGETS[name], seed, start, end, case)
                os._exit(0)
            _, status = os.waitpid(child, 0)
            number, content, words = case.kept()
            what = ended(os.waitstatus_to_exitcode(status))
            start = number + 1
            if what:
                found += 1
                last = words.strip().splitlines()[-1] if words else what
                kinds[f"{what}: {last[:150]}"] += 1
                out.mkdir(parents=True, exist_ok=True)
                kept = out / f"{name}-{seed}-{number}-{what}"
                kept.write_bytes(content)
                kept.with_name(kept.name + ".txt").write_text(words)
                print(f"case {number}: {what}, kept in {kept}\n{words[-1500:]}", flush=True)
    print(f"{name}: {start} cases, {found} failures")
    for kind, count in kinds.most_common():
        print(f"{count:>6}  {kind}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", choices=TARGETS, required=True)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("fuzz-found"))
    parser.add_argument("--again", type=Path, nargs="+", help="read kept cases in this process, and nothing else")
    options = parser.parse_args()
    for path in options.again or ():
        begun = time.process_time()
        TARGETS[options.target].read(path.read_bytes())
        print(f"{path}: read in {time.process_time() - begun:.2f} s")
    return 0 if options.again else int(fuzz(options.target, options.minutes, options.seed, options.out) > 0)


if __name__ == "__main__":
    sys.exit(main())

"""The CPU instructions that a page costs us, counted by callgrind and held against stored counts: a gate on speed.

    python benchmarks/speed/instructions.py [--pages 40] [--update] [--counts FILE.toml]

Instructions do not depend on what else the machine does, as seconds do. Counted is the work on answers that have come
(``page_work.py``): reading them, and taking what was read through frontier, ledger, archive, records and commits;
neither the start of Python nor Scrapy. Exits 1 where a count is more than the tolerance (5 %) above the stored one for
this version of Python, or none is stored; ``--update`` stores what was counted. Needs valgrind (Debian's package).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

from page_work import prepare

COUNTS = Path(__file__).with_name("instructions.toml")
PARTS = ("read", "keep")
TOLERANCE = 0.05
_HEAD = """# Thousands of instructions a page, by version of Python and number of pages (instructions.py).
#
# A change that goes beyond one by more than the tolerance says why, in the change that stores the new count.
"""


def counted(part: str, prepared: Path, room: Path, pages: int) -> int:
    """Thousands of instructions a page.

    :raises SystemExit: where valgrind is not there, or the work fails.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None or shutil.which("callgrind_control") is None:
        raise SystemExit("valgrind is not there; install Debian's package valgrind")
    out = room / f"{part}.callgrind"
    root = Path(__file__).resolve().parents[2]
    # One order of hashing, one thread of algebra: the same run each time.
    fixed = {"PYTHONHASHSEED": "0", "PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    command = [
        valgrind, "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}", sys.executable,
        str(Path(__file__).with_name("page_work.py")), part, str(prepared), str(room / part), "--counted",
    ]  # fmt: skip
    done = subprocess.run(command, env=os.environ | fixed, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{part} ended with {done.returncode}\n{done.stderr[-2000:]}")
    found = re.search(r"^totals: (\d+)", out.read_text(errors="replace"), re.MULTILINE)
    assert found is not None
    return round(int(found[1]) / pages / 1000)


def version() -> str:
    """The version of Python that counts are stored under: ``3.11``."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def stored(file: Path, pages: int) -> dict[str, int]:
    """The counts of this version of Python; empty where none are stored."""
    held = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    found: dict[str, int] = held.get(f"python-{version()}", {}).get(f"pages-{pages}", {})
    return found


def exceeded(now: Mapping[str, int], before: Mapping[str, int], tolerance: float = TOLERANCE) -> list[str]:
    """What is wrong, in words: counts beyond the stored ones, and those that nothing is stored for."""
    wrong = []
    for part, count in now.items():
        if part not in before:
            wrong.append(f"{part}: nothing is stored for Python {version()}; store it with --update")
        elif count > before[part] * (1 + tolerance):
            share = count / before[part] - 1
            wrong.append(f"{part}: {count:,} thousand a page, {share:.1%} above the stored {before[part]:,}")
    return wrong


def written(file: Path, pages: int, now: Mapping[str, int]) -> None:
    """Store the counts of this version of Python beside those of others."""
    held = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    held.setdefault(f"python-{version()}", {})[f"pages-{pages}"] = dict(now)
    tables = [
        f'[python-"{name.removeprefix("python-")}".{of}]' + "".join(f"\n{part} = {n}" for part, n in counts.items())
        for name, by_pages in sorted(held.items())
        for of, counts in sorted(by_pages.items())
    ]
    # A dot parts the names of tables, so a version stands in quotation marks.
    told = "\n\n".join(one.replace('[python-"', '["python-') for one in tables)
    file.write_text(f"{_HEAD}\n{told}\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--counts", type=Path, default=COUNTS)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        prepare(room / "first", room / "prepared", options.pages)
        now = {part: counted(part, room / "prepared", room, options.pages) for part in options.parts}
    for part, count in now.items():
        print(f"{part}: {count:,} thousand instructions a page")
    if options.update:
        written(options.counts, options.pages, now)
        return 0
    wrong = exceeded(now, stored(options.counts, options.pages))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""The near index as it grows: texts a second of the processor, bytes a text on the disk, memory.

    python benchmarks/dedup/growth.py [--count 1000000] [--each 100000] [--seed 20041015] [--keep FOLDER]

Texts are added one by one and committed by the thousand, in a process of its own. Exits 1 where the first ``--each``
come slower than 1,000 a second, the last slower than 500, a text takes more than 1.5 KB, or the process more than
300 MB. The time to read and sketch the texts counts, that to write the corpus does not.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from corpus import write_corpus, written

from portal_crawler.dedup.fingerprints import sketch_of
from portal_crawler.dedup.near_index_sqlite import NearIndex

_FRESH, _GROWN, _BYTES, _MEMORY = 1_000, 500, 1_500, 300e6
_COMMIT = 1_000


def add_all(corpus: Path, index: Path, each: int) -> None:
    """Add every text of the corpora in a folder; prints a line of figures for so many."""
    with NearIndex(index) as near:
        begun, count = time.process_time(), 0
        for part in sorted(corpus.glob("part-*[0-9].jsonl")):
            with part.open(encoding="utf-8") as lines:
                for line in lines:
                    record = json.loads(line)
                    near.add(f"{part.stem}-{record['id']}", sketch_of(record["text"], record["title"]))
                    count += 1
                    if count % _COMMIT == 0:
                        near.commit()
                    if count % each == 0:
                        seconds = time.process_time() - begun
                        size = sum(one.stat().st_size for one in index.parent.glob(f"{index.name}*"))
                        resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096
                        print(json.dumps([count, each / seconds, size / count, resident]), flush=True)
                        begun = time.process_time()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=20041015)
    parser.add_argument("--keep", type=Path, help="a new folder for corpus and index, which stay")
    parser.add_argument("--add", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.add:
        add_all(options.add, options.add / "near.sqlite", options.each)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        room = options.keep or Path(folder)
        room.mkdir(parents=True, exist_ok=True)
        for number in range(options.count // options.each):
            write_corpus(room / f"part-{number:03}.jsonl", written(options.seed + number, options.each))
        command = [sys.executable, __file__, "--add", str(room), "--each", str(options.each)]
        figures = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            for line in child.stdout or ():
                figures.append(json.loads(line))
                count, speed, size, resident = figures[-1]
                print(
                    f"{count:9} texts: {speed:.0f} a second, {size:.0f} bytes each, {resident / 1e6:.0f} MB", flush=True
                )
    count, grown, size, _ = figures[-1]
    marks = (
        (figures[0][1] >= _FRESH, f"fresh {figures[0][1]:.0f} texts a second (>= {_FRESH})"),
        (grown >= _GROWN, f"at {count} texts {grown:.0f} a second (>= {_GROWN})"),
        (size <= _BYTES, f"{size:.0f} bytes a text (<= {_BYTES})"),
        (max(one[3] for one in figures) <= _MEMORY, f"{max(one[3] for one in figures) / 1e6:.0f} MB (<= 300)"),
    )
    for good, told in marks:
        print(f"{'ok  ' if good else 'MISS'} {told}")
    return 0 if all(good for good, _ in marks) else 1


if __name__ == "__main__":
    sys.exit(main())

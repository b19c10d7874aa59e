"""What it costs to compare two versions of a dataset, after a takedown that moved every record in its archive.

    python benchmarks/dataset/versions.py [--counts 25000 50000 100000 200000] [--whole 100000]

Of so many records all stand elsewhere than in the version before, one in a hundred has another title, and one was taken
down. Of each count a process of its own reads the version before and tells what became of each record: CPU time, time a
record, peak of memory. With ``--whole`` the command itself makes both versions of so many articles of
``dedup/corpus.py``. Exits 1 where a count is wrong, where a record costs more than 1.5 times what it costs in the
smallest count, or where a version takes more than 400 MB.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from build import article_line, run, write_crawls
from corpus import written

from portal_crawler.dataset.changes import changes, counted
from portal_crawler.dataset.marks import marks_of
from portal_crawler.dataset.record import dataset_record, record_digest, shard_of
from portal_crawler.dataset.record_table_sqlite import EarlierRow, RecordTable
from portal_crawler.dataset.splits import placed
from portal_crawler.dataset.tombstones_jsonl import Tombstones
from portal_crawler.dataset.version import ChangeCounts

_RATIO, _MEMORY, _TITLES = 1.5, 400e6, 100


def compare(count: int) -> None:
    """Compare two versions of so many records, and print (CPU seconds, peak of bytes)."""
    model = article_line(written(1, 1)[0], 0)
    with RecordTable() as table:
        table.add_earlier(_earlier(model, count))
        for article in (_moved(_article(model, number), number) for number in range(1, count)):
            digest, marks = record_digest(article), marks_of(dataset_record(article, "bench", "", ""))
            table.add(0, 0, article, digest, shard_of(article["published"]), marks)
        ids, sizes, known = table.number()
        table.settle(ids, placed(ids, sizes, known, iter(()), (1, 0, 0)))
        before, begun = _peak(), time.process_time()
        found = counted(changes(table, Tombstones(ids=frozenset({_article(model, 0)["id"]}))))
        print(json.dumps([time.process_time() - begun, before, _peak(), _right(found, count)]))


def _earlier(model: dict[str, Any], count: int) -> Iterator[EarlierRow]:
    for number in range(count):
        article = _article(model, number)
        marks = marks_of(dataset_record(article, "bench", "", ""))
        yield EarlierRow(article["id"], article["url_key"], 0, article["id"], record_digest(article), marks)


def _article(model: dict[str, Any], number: int) -> dict[str, Any]:
    told = f"{number:032x}"
    return model | {"id": told, "url_key": told, "text_digest": told, "text": told, "warc_offset": number}


def _moved(article: dict[str, Any], number: int) -> dict[str, Any]:
    title = {} if number % _TITLES else {"title": f"Another title {number}"}
    return article | {"warc_offset": article["warc_offset"] - 1} | title


def _right(found: ChangeCounts, count: int) -> bool:
    changed = (count - 1) // _TITLES
    told = (found.added, found.changed, found.moved, found.withdrawn, found.withdrawn_rules)
    return told == (0, changed, count - 1 - changed, 1, {"takedown": 1})


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def whole(count: int) -> bool:
    """Both versions by the command: whether the second one's counts are right and the memory is within bounds."""
    with tempfile.TemporaryDirectory() as scratch:
        (crawl,), _ = write_crawls(Path(scratch), count, 1)
        costs = [run([crawl], "jsonl", Path(scratch) / "d")]
        path, gone = crawl / "articles.jsonl", ""
        with path.open(encoding="utf-8") as lines, (crawl / "new").open("w", encoding="utf-8") as file:
            for number, line in enumerate(lines):
                article = json.loads(line)
                if number:
                    file.write(json.dumps(_moved(article, number), ensure_ascii=False) + "\n")
                else:
                    gone = json.dumps({"url_keys": [article["url_key"]], "article_ids": [article["id"]]})
        (crawl / "new").replace(path)
        (crawl / "takedowns.jsonl").write_text(gone + "\n", encoding="utf-8")
        costs.append(run([crawl], "jsonl", Path(scratch) / "d"))
        last = json.loads((Path(scratch) / "d" / "dataset.json").read_text(encoding="utf-8"))["history"][-1]
        index = (Path(scratch) / "d" / "records.jsonl").stat().st_size
        listed = (Path(scratch) / "d" / "changes.jsonl").stat().st_size
    for name, (cpu, _, memory) in zip(("first version", "second version"), costs, strict=True):
        print(f"{name:14} of {count:9,} articles: {cpu:6.1f} s of CPU, {memory / 1e6:4.0f} MB of memory")
    print(f"records.jsonl {index / 1e6:.1f} MB, changes.jsonl {listed / 1e6:.1f} MB; {json.dumps(last)}")
    # Another title can make a text like one of another split, and one of the two then gives way.
    gave_way = last["withdrawn_rules"].get("split_conflict", 0)
    kinds = [last["added"], last["changed"] + last["moved"], last["withdrawn"]]
    right = kinds == [0, count - 1 - gave_way, 1 + gave_way] and last["withdrawn_rules"]["takedown"] == 1
    right &= last["moved_fields"] == {"warc_offset": last["moved"]}
    right &= 0 <= (count - 1) // _TITLES - last["changed_fields"]["title"] <= gave_way
    return right and all(memory <= _MEMORY for _, _, memory in costs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="*", default=[25_000, 50_000, 100_000, 200_000])
    parser.add_argument("--whole", type=int, default=0)
    parser.add_argument("--compare", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.compare:
        compare(options.compare)
        return 0
    ok, costs = True, list[float]()
    for count in options.counts:
        command = [sys.executable, __file__, "--compare", str(count)]
        cpu, before, peak, right = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        costs.append(cpu / count)
        print(
            f"{count:9,} records compared in {cpu:5.2f} s of CPU, {1e6 * cpu / count:4.1f} microseconds each; "
            f"memory {before / 1e6:4.0f} MB before, {peak / 1e6:4.0f} MB at its peak; "
            f"counts {'right' if right else 'WRONG'}",
            flush=True,
        )
        ok &= right and costs[-1] <= _RATIO * costs[0]
    if options.whole:
        ok &= whole(options.whole)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())

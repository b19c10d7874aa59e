"""Word F1 on a folder of the Web Content eXtraction Benchmark (Murrough Foley, 2026, CC-BY-4.0).

    python benchmarks/extraction/wcxb.py FOLDER [--worst 5]

FOLDER holds ``gold.jsonl.gz`` and ``html/<id>.html.gz``. Words are ``\\w+`` of the lower-cased text, overlap is over
multisets, the mean over pages with gold text, as in the benchmark. Also printed: the share of pages of type article
that are judged articles, and CPU a page.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import orjson

from portal_crawler.extraction import extract

_WORD = re.compile(r"\w+")


def word_f1(got: str, gold: str) -> float:
    one, other = Counter(_WORD.findall(got.lower())), Counter(_WORD.findall(gold.lower()))
    both = (one & other).total()
    return 2 * both / (one.total() + other.total()) if both else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--worst", type=int, default=0)
    options = parser.parse_args()
    scores: dict[str, list[float]] = defaultdict(list)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    worst, spent = [], 0.0
    for line in gzip.decompress((options.folder / "gold.jsonl.gz").read_bytes()).splitlines():
        gold = orjson.loads(line)
        if not gold["main_content"]:
            continue
        html = gzip.decompress((options.folder / "html" / f"{gold['id']}.html.gz").read_bytes())
        begun = time.process_time()
        found = extract(html, gold["url"])
        spent += time.process_time() - begun
        f1 = word_f1(found.text, gold["main_content"])
        scores[gold["page_type"]].append(f1)
        kinds[gold["page_type"]][found.kind.value] += 1
        worst.append((f1, gold["id"], gold["page_type"]))
    every = [f1 for values in scores.values() for f1 in values]
    cpu = f"{1000 * spent / len(every):.1f} ms CPU a page"
    print(f"all            {len(every):>5} pages  word F1 {sum(every) / len(every):.4f}  {cpu}")
    for name, values in sorted(scores.items(), key=lambda item: -len(item[1])):
        judged = dict(kinds[name].most_common())
        print(f"{name:<14} {len(values):>5} pages  word F1 {sum(values) / len(values):.4f}  {judged}")
    for f1, number, kind in sorted(worst)[: options.worst]:
        print(f"  {f1:.3f}  {number}  {kind}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
